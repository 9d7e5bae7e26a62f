Feature: What is right is found right
  Every sentence of the library stands here at least once, and is true.

  Scenario: Signing in and out
    Given I am not signed in
    When I try to open "/accounts"
    Then I am asked to sign in
    When I try to sign in as a clerk with a wrong password
    Then I see the error "The password is not right"
    When I sign in as "cora" with the password "wrong too"
    Then I see the error "The password is not right"
    When I sign in as the clerk
    Then I am signed in
    When I sign out
    And I come back with the session I had before signing out
    And I try to open "/accounts"
    Then I am asked to sign in

  Scenario: A kept session is used again and lands on a page
    Given I am signed in as a manager
    Then I see "Welcome to the manager's desk"

  Scenario: A session that ended meanwhile is renewed
    Given I am signed in as a manager
    When I sign out
    Given I am signed in as a manager
    When I open "/accounts"
    Then the heading is "Accounts"

  Scenario: Two roles in one scenario
    Given I am signed in as a clerk
    Then I may not open "/ledger"
    Given I am signed in as a manager
    Then I may open "/ledger"

  Scenario: Opening pages
    Given I am signed in as a clerk
    When I open "/accounts"
    Then the title is "Accounts - Parish Ledger"
    And the address is "/accounts"
    And the page answers 200
    When I open "home page"
    Then the heading is "Home"
    When I open "Accounts"
    Then the heading is "Accounts"
    When I go back
    Then the heading is "Home"
    When I reload the page
    And I open it again
    Then the heading is "Home"
    And I may open all of
      | page      |
      | /accounts |
      | /form     |
    And I may open none of
      | page    |
      | /ledger |
      | /nope   |
    When I open "/accounts"
    Then every link on the page can be opened
    And nothing went wrong in the browser

  Scenario: A link that opens a tab of its own
    Given I am signed in as a clerk
    When I open "/tabs"
    And I follow "Help in a new tab"
    Then the heading is "Help"
    When I close the tab
    Then the heading is "Tabs"

  Scenario: Links and buttons
    Given I am signed in as a clerk
    When I open "/accounts"
    And I follow "Help" in "Footer"
    Then the address is "/help?from=footer"
    When I open "/accounts"
    And I look at the table "All accounts"
    And I press "Mark" in the row for "Mr Bo Brown"
    Then I see the message "Account A2 marked"
    When I open "/accounts"
    And I look at the table "All accounts"
    And I follow "Open" in the row for "A2"
    Then the heading is "Account A2"
    When I open "/ask"
    And I press "Delete" and refuse the question
    Then I see "Kept"
    When I press "Delete" and accept the question
    Then I see "Deleted"
    When I click "More about it"
    Then I see "Unfolded words"
    When I open "/keys"
    And I fill in "Type" with "x"
    And I press the key "Enter"
    Then I see "Entered"

  Scenario: Every kind of field
    Given I am signed in as a clerk
    When I open "/form"
    And I fill in "Name" with "Ada {unique}"
    And I fill in "Remarks" with
      """
      two
      lines
      """
    And I choose "Red" in "Colour"
    And I choose "Down" in "Direction"
    And I tick "I agree"
    And I upload "paper.txt" to "Paper"
    And I fill in "Telephone number" with "01632 960001"
    And I fill in "Town" with "Eastmere"
    Then the field "Colour" holds "Red"
    And the field "Colour" offers "Green"
    And the field "Colour" does not offer "Blue"
    And the field "I agree" holds "ticked"
    When I press "Save"
    Then I see the message "Form saved"
    And I see no error
    And "name" is "Ada {unique}"
    And "remarks" is "two lines"
    And "colour" is "Red"
    And "dir" is "down"
    And "agree" is "yes"
    And "phone" is "01632 960001"
    And "town" is "Eastmere"
    And "paper" is "paper.txt"

  Scenario: A form filled in by a table
    Given I am signed in as a clerk
    When I open "/form"
    And I fill in
      | field     | value    |
      | Name      | Grace    |
      | Colour    | green    |
      | Direction | Up       |
      | I agree   | yes      |
    And I untick "I agree"
    And I fill in "Town" with "Westmere"
    And I clear "Town"
    And I choose "Down"
    And I press "Save" in "main"
    Then "dir" is "down"
    And "town" is ""
    And I do not see "agree"

  Scenario: What a page shows
    Given I am signed in as a clerk
    When I open "/accounts"
    Then I see "mrs ann   ADAMS"
    And I do not see "Mr Nobody"
    And I see all of
      | text        |
      | Ms Cy Clark |
      | £120.00     |
    And I see "Home" in "Main"
    And I see the link "Home"
    And I do not see the button "Delete everything"
    When I open "/frame"
    Then I see "Words within the frame"
    When I open "/accounts/A1"
    Then "Balance" is £120.00
    And "Balance" is "£120.00"
    And "Balance" is not "£12.50"
    And "Notes" contains "letters"
    When I look at the section "Owner"
    Then "Reference" is "P77"
    When I look at the section "Account"
    Then "Reference" is "A1"
    When I note the text matching "Account (A[0-9]) " as "reference"
    Then I see "{reference}"
    And I do not see "{{reference}}"

  Scenario: Waiting for what comes late
    Given I am signed in as a clerk
    When I open "/late"
    Then I see "Ready now"
    When I open "/poll"
    Then within 20 seconds I see "Job done"

  Scenario: Amounts that change
    Given I am signed in as a clerk
    When I open "/accounts/A2"
    And I note "Balance" as "before"
    And I fill in "Amount" with "2.30"
    And I press "Pay"
    And I open "/accounts/A2"
    Then "Balance" is £2.30 less than "before"
    When I note "Balance" as "after"
    And I open it again
    Then "Balance" is the same as "after"
    When I fill in "Amount" with "-2.30"
    And I press "Pay"
    Then "Balance" is £2.30 more than "after"
    And "Balance" is the same as "before"

  Scenario: Tables
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then the table has 3 rows
    And the table has at least 2 rows
    And the table has the columns "Account, Name, Balance, Do"
    And the row for "A1" shows "Mrs Ann Adams" under "Name"
    And the row for "A3" shows -£20.00 under "Balance"
    And the row for "A3" shows "£20.00 CR" under "Balance"
    And the first row shows "A1" under "Account"
    And there is a row for "Mr Bo Brown"
    And there is no row for "Mr Nobody"
    And there is a row with
      | Account | Balance |
      | A2      | £12.50  |
      | A3      | -£20.00 |
    And the column "Balance" adds up to £112.50
    And the column "Balance" is sorted from largest to smallest
    When I note "Balance" in the row for "A2" as "balance"
    And I note "Name" in the first row as "name"
    And I note the number of rows as "rows"
    Then I see "{name}"
    And there is a row for "{balance}"
    When I look at the table "Counts"
    Then the row for "Open" shows "{rows}" under "Number"
    And the column "Number" is sorted from smallest to largest
    And every row shows "3" under "Number"
    And the table has 1 row
    And the table has at least 1 row

  Scenario: Files
    Given I am signed in as a clerk
    When I open "/downloads"
    And I download "Accounts (CSV)"
    Then the file is a CSV file
    And the file is called "accounts-*.csv"
    And the file has the columns "Account, Name, Balance"
    And the file has 3 rows
    And the file has at least 3 rows
    And the file has at least 1 row
    And the row of the file for "A1" shows "Mrs Ann Adams" under "Name"
    And the row of the file for "A2" shows £12.50 under "Balance"
    And the file has a row for "Ms Cy Clark"
    And the file has no row for "Mr Nobody"
    And the column "Balance" of the file adds up to £152.50
    And the file contains "mr bo brown"
    And the file does not contain "Mr Nobody"
    When I note the sum of "Balance" of the file as "sum"
    And I note "Name" of the file in the row for "A1" as "name"
    And I note the number of rows of the file as "rows"
    And I download "Get the list"
    Then the column "Balance" of the file adds up to "sum"
    And the file has as many rows as "rows"
    And the file has a row for "{name}"
    When I download "/files/accounts.xlsx"
    Then the file is a XLSX file
    And the column "Balance" of the file adds up to £264.60
    And the row of the file for "A2" shows £12.20 under "Balance"
    When I look at the sheet "Summary"
    Then the column "Total" of the file adds up to £132.30
    And the file has 1 row
    When I download "/files/statement.pdf"
    Then the file is a PDF file
    And the file contains "Balance 12.50"
    When I open "/accounts"
    And I look at the table "All accounts"
    And I download "Slip" in the row for "A2"
    Then the file contains "Statement of A2"

  Scenario: The JSON interface
    Given I call the API as a clerk
    When I ask the API for "accounts/A2"
    Then the API answers 200
    And the answer has the fields "reference, balance_pence"
    And "reference" in the answer is "A2"
    And "balance_pence" in the answer is 1250
    And "balance_pence" in the answer is £12.50 in pence
    And "rate" in the answer is 0.1
    And "lines[1].id" in the answer is 2
    And the answer has 2 items at "lines"
    And the answer has at least 1 items at "lines"
    And each of "lines" in the answer has the fields "id"
    And the answer matches the API's own description
    When I note "balance_pence" in the answer as "pence"
    And I ask the API for "/api/accounts/A1"
    Then "balance_pence" in the answer is 0 more than "pence"
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    And I note "Balance" as "another balance"
    When I send POST to the API at "notes"
      | field   | value          |
      | subject | Hello {unique} |
    Then the API answers 201
    And I note "number" in the answer as "note"
    When I ask the API for "notes/{note}"
    Then "subject" in the answer is "Hello {unique}"
    When I send POST to the API at "notes"
      """
      {"pence": 12000}
      """
    And I note "number" in the answer as "note"
    And I ask the API for "notes/{note}"
    Then "pence" in the answer is "another balance" in pence
    Given I call the API without signing in
    When I ask the API for "accounts/A2"
    Then the API answers 401

  Scenario: The XML interface
    Given I call the API as a clerk
    When I send the XML to "/xml/notes"
      """
      <notes xmlns="urn:parish"><note amount="1.10">a</note><note amount="2.20">b</note></notes>
      """
    Then the XML I sent matches the schema "notes.xsd"
    And the XML answer matches the schema "/xml/schema.xsd"
    And the XML "/answer/@taken" is "2"
    And the XML "/answer/@taken" is 2
    When I send the XML file "notes.xml" to "/xml/notes?echo=1"
    Then the XML has 2 "//note"
    And the XML "//note/@amount" add up to 3.30
    And the XML "//note[2]" is "{unique}"

  Scenario: The database
    When I ask the database
      """
      SELECT count(*) FROM account
      """
    Then the database answers 3
    And the database answers "3"
    When I note the database's answer as "count"
    And I ask the database "parish"
      """
      SELECT reference, balance_pence FROM account -- all of them
      """
    Then the query finds 3 rows
    And the query finds a row with
      | reference | balance_pence |
      | A3        | -2000         |
    When I ask the database
      """
      SELECT * FROM account WHERE balance_pence > 99999999
      """
    Then the query finds nothing
    When I ask the database
      """
      WITH one AS (SELECT 'update' AS word) SELECT word FROM one
      """
    Then the query finds 1 row

  Scenario: A batch job on a copy of the data
    Given I work on a copy of the system's data
    When I run the batch job "Charge" for "2026-11-23"
    Then the batch job succeeds
    And the batch job ends with exit code 0
    And the batch job says "count=3"
    And the file has 3 rows
    When I look at the file the batch job wrote
    Then the column "Charge" of the file adds up to £3.00
    When I look at the file "charged-*.csv" of the system
    Then the file has a row for "A2"
    When I ask the database
      """
      SELECT balance_pence FROM account WHERE reference = 'A2'
      """
    Then the database answers 1350

  Scenario: The copy has left the system's own data alone
    When I ask the database
      """
      SELECT balance_pence FROM account WHERE reference = 'A2'
      """
    Then the database answers 1250
    When I run the batch job "version"
    Then the batch job says "1.0"

  Scenario: A pack's own sentence
    Given I am signed in as a manager
    When I open "home page"
    Then the desk greets "manager"
    And the greeting was noted
