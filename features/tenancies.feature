@must
Feature: Tenancies
  Staff find a tenancy by whatever the tenant can tell them, and read its record.

  Background:
    Given I am signed in as a rent officer

  Scenario: Find a tenancy by its reference
    When I open "/tenancies"
    And I fill in "Name, reference, address or postcode" with "T000011"
    And I press "Search"
    Then the table has 1 row
    And the row for "T000011" shows "Mrs Grace Rogers" under "Tenant"
    And the row for "T000011" shows "Flat 1, Furnace Court" under "Address"

  Scenario: Find tenancies by a tenant's surname
    When I open "/tenancies"
    And I fill in "Name, reference, address or postcode" with "Adeyemi"
    And I press "Search"
    Then there is a row for "Mr Martin Adeyemi"
    And there is a row for "Mr Stephen Adeyemi & Mr Lee Adeyemi"
    And there is no row for "Mrs Grace Rogers"

  Scenario: List former tenancies only
    When I open "/tenancies"
    And I choose "Ended" in "Status"
    And I press "Search"
    Then the table has 18 rows
    And every row shows "Ended" under "Status"

  @should
  Scenario: Filter the list while typing
    When I open "/tenancies"
    And I fill in "Filter as you type" with "EM5 1DE"
    Then there is a row for "T000079"
    And there is no row for "T000448"
    And nothing went wrong in the browser

  @could
  Scenario: Say so when nothing is found
    When I open "/tenancies?q=nobody-of-this-name"
    Then I see "No tenancies match your search"

  @discipline:data
  Scenario: A tenancy's record shows tenant, home and rent
    When I open "/tenancies/T000011"
    Then the heading is "Mrs Grace Rogers"
    And "Telephone" is "07700 900231"
    And "Address" contains "Flat 1, Furnace Court"
    And "Net rent" is £96.48
    And "Total each week" is £104.48

  @discipline:data
  Scenario Outline: Joint tenants are both on the record
    When I open "/tenancies/<tenancy>"
    Then "Name" is "<tenant>"
    And "Joint tenant" is "<joint tenant>"

    Examples:
      | tenancy | tenant            | joint tenant        |
      | T000003 | Mr Owen Davies    | Mr Andrew Davies    |
      | T000146 | Ms Carol Miah     | Mr Keith Roberts    |

  @should
  Scenario: From a tenancy to its repairs and letters
    When I open "/tenancies/T000334"
    And I follow "Repairs" in "Tenancy sections"
    Then there is a row for "R000420"
    When I follow "Letters" in "Tenancy sections"
    Then I see the heading "Letters to Miss Farida Walker"
