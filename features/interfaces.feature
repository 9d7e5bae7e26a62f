@must @discipline:interface
Feature: Interfaces
  The web site and the bank send and fetch data without a person in between.

  Scenario: The web site shows a tenant's balance
    Given I call the API as a rent officer
    When I ask the API for "accounts/T000011"
    Then the API answers 200
    And "tenancy_reference" in the answer is "T000011"
    And "balance_pence" in the answer is £69.66 in pence
    And "weekly_charge_pence" in the answer is £104.48 in pence

  Scenario: The web site lists a tenant's transactions
    Given I call the API as a rent officer
    When I ask the API for "accounts/T000011/transactions"
    Then the API answers 200
    And each of "items" in the answer has the fields "id, date, type, description, amount_pence, balance_pence"
    And the answer matches the API's own description

  Scenario: The web site finds a tenancy
    Given I call the API as a rent officer
    When I ask the API for "tenancies?q=T000011"
    Then "total" in the answer is 1
    And "items[0].tenant_name" in the answer is "Mrs Grace Rogers"

  Scenario: The web site reports a repair
    Given I call the API as a rent officer
    When I send POST to the API at "repairs"
      | field             | value                        |
      | tenancy_reference | T000335                      |
      | trade             | Glazing                      |
      | priority          | Routine                      |
      | description       | Cracked pane, web {unique}   |
    Then the API answers 201
    And I note "reference" in the answer as "repair"
    When I ask the API for "repairs/{repair}"
    Then "description" in the answer is "Cracked pane, web {unique}"

  @discipline:access
  Scenario: The API gives nothing to strangers
    Given I call the API without signing in
    When I ask the API for "accounts/T000011"
    Then the API answers 401

  @discipline:access
  Scenario: The API keeps rent accounts from repairs clerks
    Given I call the API as a repairs clerk
    When I ask the API for "accounts/T000011"
    Then the API answers 403

  @discipline:money
  Scenario: The bank's file of payments is posted, once
    Given I call the API as a rent officer
    When I ask the API for "accounts/T000445"
    And I note "balance_pence" in the answer as "balance before"
    And I send the XML to "/interfaces/payments"
      """
      <payments xmlns="urn:meridian:housing:payments:1" file="BANK-{unique}">
        <payment reference="P1-{unique}"><account>A000445</account><amount>40.25</amount><method>Bank transfer</method></payment>
        <payment reference="P2-{unique}"><account>A000436</account><amount>0.75</amount><method>Bank transfer</method></payment>
      </payments>
      """
    Then the API answers 200
    And the XML I sent matches the schema "/interfaces/payments/schema.xsd"
    And the XML "/acknowledgement/@result" is "accepted"
    And the XML "//totals/@posted" is "2"
    And the XML "//totals/@amount" is £41.00
    When I ask the API for "accounts/T000445"
    Then "balance_pence" in the answer is -4025 more than "balance before"
    When I send the XML to "/interfaces/payments"
      """
      <payments xmlns="urn:meridian:housing:payments:1" file="BANK2-{unique}">
        <payment reference="P1-{unique}"><account>A000445</account><amount>40.25</amount><method>Bank transfer</method></payment>
      </payments>
      """
    Then the XML "//payment/status" is "duplicate"

  Scenario: A file of payments that breaks the rules posts nothing
    Given I call the API as a rent officer
    When I send the XML to "/interfaces/payments"
      """
      <payments xmlns="urn:meridian:housing:payments:1" file="BAD-{unique}">
        <payment reference="B1-{unique}"><account>A000445</account><amount>-1.00</amount><method>Bank transfer</method></payment>
      </payments>
      """
    Then the API answers 400
    And the XML "/acknowledgement/@result" is "refused"
    And the XML "//totals/@posted" is "0"
