@must @discipline:money
Feature: Rent accounts
  Every figure on a rent account is right to the penny.

  Scenario: The balance is what the last line of the ledger says
    Given I am signed in as a rent officer
    When I open "/accounts/T000011"
    Then "Balance" is £69.66
    When I look at the table "Ledger"
    Then the first row shows "£69.66" under "Balance"
    And there is a row with
      | Date        | Type        | Debit   | Balance   |
      | 16 Nov 2026 | Rent charge | £104.48 | £69.66    |
      | 9 Nov 2026  | Rent charge | £104.48 | £417.92   |

  Scenario: A credit is shown as a credit
    Given I am signed in as a rent officer
    When I open "/accounts/T000327"
    Then "Balance" is £111.19 CR
    And I see "£111.19 CR"

  Scenario Outline: A home and a garage make one weekly total
    Given I am signed in as a rent officer
    When I open "/tenancies/<tenancy>"
    Then "Total each week" is <total>
    And I look at the table "Rent and charges"
    And there is a row for "Garage rent"

    Examples:
      | tenancy | total   |
      | T000021 | £136.23 |
      | T000047 | £116.54 |

  Scenario: Only payments are listed when I ask for payments
    Given I am signed in as a rent officer
    When I open "/accounts/T000011"
    And I choose "Payment" in "Type"
    And I press "Apply filter"
    And I look at the table "Ledger"
    Then every row shows "Payment" under "Type"

  Scenario: Charge an account
    Given I am signed in as a rent officer
    When I open "/accounts/T000313"
    And I note "Balance" as "balance before"
    And I follow "Post an adjustment"
    And I fill in
      | field              | value                |
      | Charge the account | yes                  |
      | Amount             | 12.34                |
      | Reason             | Key replaced         |
    And I press "Post adjustment"
    Then I see the message "Adjustment of £12.34 posted"
    When I open "/accounts/T000313"
    Then "Balance" is £12.34 more than "balance before"

  Scenario: Credit an account
    Given I am signed in as a rent officer
    When I open "/accounts/T000350"
    And I note "Balance" as "balance before"
    And I follow "Post an adjustment"
    And I choose "Credit the account"
    And I fill in "Amount" with "5.01"
    And I fill in "Reason" with "Charged twice in error"
    And I press "Post adjustment"
    Then I see the message "Adjustment of £5.01 posted"
    When I open it again
    Then "Balance" is £5.01 less than "balance before"

  @should
  Scenario: An adjustment needs a direction and a reason
    Given I am signed in as a rent officer
    When I open "/accounts/T000325/adjustment"
    And I fill in "Amount" with "1.00"
    And I press "Post adjustment"
    Then I see the error "Select a direction"
    And I see the error "Enter a reason"

  Scenario: A manager writes off a former tenant's debt
    Given I am signed in as a housing manager
    When I open "/accounts/T000522"
    And I note "Balance" as "debt before"
    And I follow "Write off debt"
    And I fill in "Amount" with "7.77"
    And I fill in "Reason" with "Gone away, no forwarding address"
    And I press "Write off"
    And I press "Yes, write off"
    Then I see the message "£7.77 written off"
    When I open "/accounts/T000522"
    Then "Balance" is £7.77 less than "debt before"

  Scenario: Nobody can write off more than is owed
    Given I am signed in as a housing manager
    When I open "/accounts/T000528/write-off"
    And I fill in "Amount" with "9999.00"
    And I fill in "Reason" with "More than is owed"
    And I press "Write off"
    And I press "Yes, write off"
    Then I see the error "You cannot write off more than is owed"
