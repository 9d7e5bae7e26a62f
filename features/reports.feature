@must @discipline:report
Feature: Reports
  Finance and the repairs team work on with these files; their columns are agreed.

  Scenario: The rent roll lists every current tenancy in the agreed columns
    Given I am signed in as a rent officer
    When I download "/reports/rent-roll.csv"
    Then the file is a CSV file
    And the file has the columns "Tenancy, Tenant, Address, Postcode, Start date, Accounts, Weekly rent, Service charges, Weekly total, Balance"
    And the file has 513 rows
    And the row of the file for "T000011" shows "Mrs Grace Rogers" under "Tenant"
    And the row of the file for "T000011" shows £104.48 under "Weekly total"

  Scenario: The repairs report can be had by a repairs clerk
    Given I am signed in as a repairs clerk
    When I open "Reports"
    And I download "Download Repairs (CSV)"
    Then the file is a CSV file
    And the file has a row for "R000420"

  Scenario: A rent statement for one tenant
    Given I am signed in as a rent officer
    When I download "/reports/statement.pdf?reference=T000011"
    Then the file is a PDF file
    And the file contains "Mrs Grace Rogers"
    And the file contains "£69.66"

  @should
  Scenario: The statement is also reached from the account
    Given I am signed in as a rent officer
    When I open "/accounts/T000327"
    And I download "Download statement (PDF)"
    Then the file is a PDF file
    And the file contains "Mr Rajesh Wilkinson"
    And the file contains "111.19"

  @discipline:access
  Scenario: A repairs clerk is not offered rent reports
    Given I am signed in as a repairs clerk
    When I open "Reports"
    Then I see "Repairs (CSV)"
    And I do not see "Rent roll"
