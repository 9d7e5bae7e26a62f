@must @discipline:batch
Feature: Night work
  Each Monday night every active account is charged its week.

  Scenario: The nightly debit charges every account that was charged last week
    Given I work on a copy of the system's data
    And I ask the database
      """
      SELECT posted_count FROM batch_run WHERE job = 'rent-debit' AND business_date = '2026-11-16'
      """
    And I note the database's answer as "accounts last week"
    When I run the batch job "rent debit" for "2026-11-23"
    Then the batch job succeeds
    And the batch job says "count={accounts last week}"
    When I look at the file "batch-out/rent-debit-2026-11-23.ctl" of the system
    Then the file contains "count={accounts last week}"
    And the file contains "rejects=2"

  @discipline:money
  Scenario: The debit file adds up to what the ledgers were charged
    Given I work on a copy of the system's data
    When I run the batch job "rent debit" for "2026-11-23"
    Then the batch job succeeds
    When I look at the file the batch job wrote
    Then the file has the columns "Account, Business date, Amount, Balance, Result"
    And the row of the file for "A000511" shows "0.00" under "Amount"
    And the column "Amount" of the file adds up to £57,453.71
    When I ask the database
      """
      SELECT count(*) FROM ledger_entry WHERE kind = 'rent' AND posted_on = '2026-11-23'
      """
    Then the database answers 554

  @should
  Scenario: Running the debit twice charges nobody twice
    Given I work on a copy of the system's data
    When I run the batch job "rent debit" for "2026-11-23"
    And I run the batch job "rent debit" for "2026-11-23"
    And I ask the database
      """
      SELECT account_id FROM ledger_entry WHERE kind = 'rent' AND posted_on = '2026-11-23'
      GROUP BY account_id HAVING count(*) > 1
      """
    Then the query finds nothing

  @should
  Scenario: Every night's work can be looked up
    Given I am signed in as a rent officer
    When I open "Batch jobs"
    Then there is a row with
      | Job        | Business date | Accounts | Control total | Status    |
      | rent-debit | 16 Nov 2026   | 554      | £57,453.71    | Completed |
