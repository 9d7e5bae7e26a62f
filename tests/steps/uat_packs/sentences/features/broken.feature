Feature: What cannot be checked is not called wrong
  Each scenario must be broken, which is no evidence, and its name stands in what it then says.

  Scenario: No test user with the role 'bishop' is declared
    Given I am signed in as a bishop

  Scenario: Nothing was noted as 'before' in this scenario before this step.
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    Then "Balance" is the same as "before"

  Scenario: The page has 2 different links "Help". Say where it is
    Given I am signed in as a clerk
    When I open "/accounts"
    And I follow "Help"

  Scenario: The page shows "Reference" several times, as "A1", "P77". Say where: I look at the section "…".
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    Then "Reference" is "A1"

  Scenario: The page has 2 tables, "All accounts", "Counts". Say which: I look at the table "…".
    Given I am signed in as a clerk
    When I open "/accounts"
    Then the table has 3 rows

  Scenario: 3 rows of the table "All accounts" are for "£"; name one by a text that only it has.
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then the row for "£" shows "x" under "Name"

  Scenario: No file was downloaded in this scenario before this step.
    Then the file has 3 rows

  Scenario: No interface was called in this scenario before this step.
    Then the API answers 200

  Scenario: No batch job was run in this scenario before this step.
    Then the batch job succeeds

  Scenario: The database was not asked anything in this scenario before this step.
    Then the query finds nothing

  Scenario: A check may read the database, never change it; the query holds DELETE.
    When I ask the database
      """
      WITH x AS (SELECT 1) DELETE FROM account
      """

  Scenario: A query starts with SELECT or WITH
    When I ask the database
      """
      UPDATE account SET balance_pence = 0
      """

  Scenario: There is no database "elsewhere"; there are: parish.
    When I ask the database "elsewhere"
      """
      SELECT 1
      """

  Scenario: The database could not answer: no such table: not_there.
    When I ask the database
      """
      SELECT * FROM not_there
      """

  Scenario: There is no batch job "pay out"; declared in gonogo.toml under [batch]: charge, sleep, version.
    When I run the batch job "pay out"

  Scenario: The batch command holds '{date}', for which there is no value
    When I run the batch job "charge"

  Scenario: There is no file missing.txt in the project or in features/files.
    Given I am signed in as a clerk
    When I open "/form"
    And I upload "missing.txt" to "Paper"

  Scenario: Only one tab is open, so it cannot be closed.
    Given I am signed in as a clerk
    When I open "/form"
    And I close the tab

  Scenario: "I agree" is a box to tick: write yes or no, not "perhaps".
    Given I am signed in as a clerk
    When I open "/form"
    And I fill in
      | field   | value   |
      | I agree | perhaps |

  Scenario: Nobody has signed out in this scenario before this step.
    Given I am signed in as a clerk
    When I come back with the session I had before signing out

  Scenario: "//note[" is not an XPath
    When I send the XML to "/xml/notes"
      """
      <notes xmlns="urn:parish"><note amount="1.10">a</note></notes>
      """
    Then the XML "//note[" is "3"

  Scenario: /files/accounts.csv is a file, not a page; write: I download "/files/accounts.csv".
    Given I am signed in as a clerk
    When I open "/files/accounts.csv"
