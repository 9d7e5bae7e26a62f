@must
Feature: Arrears
  The list of arrears says whom to chase first.

  Background:
    Given I am signed in as a rent officer

  Scenario: The largest debts come first
    When I open "Arrears"
    Then the table has 25 rows
    And the column "Balance" is sorted from largest to smallest
    And the first row shows "Mr James Carter" under "Tenant"

  Scenario: Leave small debts out
    When I open "/arrears"
    And I fill in "Smallest balance" with "1700"
    And I press "Apply filter"
    Then the table has 5 rows
    And there is no row for "Mrs Chloe Clarke"

  @discipline:money
  Scenario: The total on the screen is the total of the home page
    When I open "/"
    And I note "Total arrears" as "total on the home page"
    And I open "/arrears"
    Then I see "Total arrears {total on the home page}"

  @should @discipline:report
  Scenario: The workbook lists every account in arrears
    When I open "/arrears"
    And I download "Download as a workbook"
    Then the file is a XLSX file
    And the file has a row for "Mr James Carter"
    And the file has at least 300 rows
