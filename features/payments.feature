@must @discipline:money
Feature: Payments
  Rent officers take payments over the counter and by telephone.

  Background:
    Given I am signed in as a rent officer

  Scenario: Take a payment and see it on the account
    When I open "/accounts/T000319"
    And I note "Balance" as "balance before"
    And I follow "Take a payment"
    And I fill in
      | field          | value            |
      | Amount         | 125.50           |
      | Payment method | Cash             |
      | Reference      | Slip {unique}    |
    And I press "Take payment"
    Then I see the message "Payment of £125.50 taken"
    When I open it again
    Then "Balance" is £125.50 less than "balance before"
    And the first row shows "Payment" under "Type"

  Scenario: A payment stands in the ledger once
    When I open "/accounts/T000405/payment"
    And I fill in "Amount" with "20"
    And I choose "Card" in "Payment method"
    And I fill in "Reference" with "Card {unique}"
    And I press "Take payment"
    Then I see the message "Payment of £20.00 taken"
    When I look at the table "Ledger"
    Then the first row shows "Payment" under "Type"
    When I ask the database
      """
      SELECT count(*) FROM ledger_entry e JOIN rent_account a ON a.id = e.account_id
      WHERE a.reference = 'A000405' AND e.amount_pence = -2000 AND e.description LIKE '%{unique}%'
      """
    Then the database answers 1

  Scenario Outline: Amounts that cannot be right are refused
    When I open "/accounts/T000369/payment"
    And I fill in "Amount" with "<amount>"
    And I choose "Cash" in "Payment method"
    And I press "Take payment"
    Then I see the error "<message>"

    Examples:
      | amount   | message                                              |
      | 0        | Amount must be more than zero                        |
      | 10000.01 | Amount must be £10,000.00 or less                    |
      | twelve   | Enter an amount in pounds and pence, such as 125.50  |

  @should
  Scenario: The way of paying must be said
    When I open "/accounts/T000369/payment"
    And I fill in "Amount" with "10.00"
    And I press "Take payment"
    Then I see the error "Select a payment method"
    And the field "Amount" holds "10.00"
