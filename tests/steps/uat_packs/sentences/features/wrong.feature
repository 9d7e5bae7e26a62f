Feature: What is wrong is found wrong
  Each scenario must fail, and its name stands in what it then says.

  Scenario: Expected the field "Colour" to hold "Red", but it holds "Choose" (GET /form).
    Given I am signed in as a clerk
    When I open "/form"
    Then the field "Colour" holds "Red"

  Scenario: Expected "Colour" to offer "Blue", but it offers "Choose", "Red", "Green" (GET /form).
    Given I am signed in as a clerk
    When I open "/form"
    And I choose "Blue" in "Colour"

  Scenario: Expected "Colour" to offer "Pink", but it offers
    Given I am signed in as a clerk
    When I open "/form"
    Then the field "Colour" offers "Pink"

  Scenario: Expected "Colour" not to offer "Red"
    Given I am signed in as a clerk
    When I open "/form"
    Then the field "Colour" does not offer "Red"

  Scenario: Expected a field "Surname", but the page has the fields "Name:", "Remarks"
    Given I am signed in as a clerk
    When I open "/form"
    And I fill in "Surname" with "X"

  Scenario: Expected a button "Send", but the page has the buttons "Sign out", "Save" (GET /form).
    Given I am signed in as a clerk
    When I open "/form"
    And I press "Send"

  Scenario: Expected a link "Reports", but the page has the links "Home", "Accounts", "Help" (GET /form).
    Given I am signed in as a clerk
    When I open "/form"
    And I follow "Reports"

  Scenario: Expected something to click called "Fold", but the page has the links
    Given I am signed in as a clerk
    When I open "/ask"
    And I click "Fold"

  Scenario: Expected a link "Edit" in the row for "A2", but the row has no link called so
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    And I follow "Edit" in the row for "A2"

  Scenario: Expected a question after pressing "Quiet", but the browser asked none
    Given I am signed in as a clerk
    When I open "/ask"
    And I press "Quiet" and accept the question

  Scenario: Expected pressing "Go" to work, but the system answered with the error 500
    Given I am signed in as a clerk
    When I open "/explode"
    And I press "Go"

  Scenario: Expected "/boom" to open, but it answered with the error 500, "Sorry, there is a problem - Parish Ledger" (GET /boom).
    Given I am signed in as a clerk
    When I open "/boom"

  Scenario: Expected the clerk to be let into "/ledger", but it answered with the error 403
    Given I am signed in as a clerk
    Then I may open "/ledger"

  Scenario: Expected the manager not to be let into "/ledger", but it shows "Ledger - Parish Ledger"
    Given I am signed in as a manager
    Then I may not open "/ledger"

  Scenario: Expected the clerk not to be let into "/boom", but it answered with the error 500
    Given I am signed in as a clerk
    Then I may not open "/boom"

  Scenario: Expected the clerk to be let into all of 2 pages, but /ledger: it answered with the error 403
    Given I am signed in as a clerk
    Then I may open all of
      | page    |
      | /ledger |
      | /form   |

  Scenario: Expected the clerk not to be let into all of 2 pages, but /form: it shows "Form - Parish Ledger"
    Given I am signed in as a clerk
    Then I may open none of
      | page    |
      | /ledger |
      | /form   |

  Scenario: Expected the page to answer 403, but it answered 200
    Given I am signed in as a clerk
    When I open "/form"
    Then the page answers 403

  Scenario: Expected the title "Forms", but it is "Form - Parish Ledger" (GET /form).
    Given I am signed in as a clerk
    When I open "/form"
    Then the title is "Forms"

  Scenario: Expected the heading "Forms", but it is "Form" (GET /form).
    Given I am signed in as a clerk
    When I open "/form"
    Then the heading is "Forms"

  Scenario: Expected the address /accounts, but it is /form (GET /form).
    Given I am signed in as a clerk
    When I open "/form"
    Then the address is "/accounts"

  Scenario: Expected no errors in the browser, but
    Given I am signed in as a clerk
    When I open "/noisy"
    Then nothing went wrong in the browser

  Scenario: Expected every link to open, but /no-such-page answered 404 (GET /dead-end).
    Given I am signed in as a clerk
    When I open "/dead-end"
    Then every link on the page can be opened

  Scenario: Expected to be signed in, but the page says: Sign in - Parish Ledger
    Given I am not signed in
    When I try to open "/form"
    Then I am signed in

  Scenario: Expected to be asked to sign in, but the page is "Form - Parish Ledger" (GET /form).
    Given I am signed in as a clerk
    When I open "/form"
    Then I am asked to sign in

  Scenario: Expected to see "Nobody", but the page does not show it; it says "Accounts" (GET /accounts).
    Given I am signed in as a clerk
    When I open "/accounts"
    Then I see "Nobody"

  Scenario: Expected not to see "Ann Adams", but the page shows it
    Given I am signed in as a clerk
    When I open "/accounts"
    Then I do not see "Ann Adams"

  Scenario: Expected to see "Done" within 1 seconds, but
    Given I am signed in as a clerk
    When I open "/poll"
    Then within 1 seconds I see "Done"

  Scenario: Expected to see "Help me" in "Main", but it shows "Home Accounts Help"
    Given I am signed in as a clerk
    When I open "/form"
    Then I see "Help me" in "Main"

  Scenario: Expected a button "Save" in "Sidebar", but no part of the page is called "Sidebar"
    Given I am signed in as a clerk
    When I open "/form"
    And I press "Save" in "Sidebar"

  Scenario: but the page lacks "Mr Nobody"
    Given I am signed in as a clerk
    When I open "/accounts"
    Then I see all of
      | text      |
      | Ann Adams |
      | Mr Nobody |

  Scenario: Expected not to see the link "Home", but the page has it
    Given I am signed in as a clerk
    When I open "/form"
    Then I do not see the link "Home"

  Scenario: Expected the message "Saved", but there is no message
    Given I am signed in as a clerk
    When I open "/form"
    Then I see the message "Saved"

  Scenario: Expected the error "Enter an age", but the messages are "There is a problem Enter a name" (POST /form).
    Given I am signed in as a clerk
    When I open "/form"
    And I press "Save"
    Then I see the error "Enter an age"

  Scenario: Expected no error, but it says "There is a problem Enter a name"
    Given I am signed in as a clerk
    When I open "/form"
    And I press "Save"
    Then I see no error

  Scenario: Expected "Balance" to be £120.01, but it is "£120.00" (GET /accounts/A1).
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    Then "Balance" is £120.01

  Scenario: Expected "Balance" to be £20.00, but it is "£20.00 CR" (GET /accounts/A3).
    Given I am signed in as a clerk
    When I open "/accounts/A3"
    Then "Balance" is £20.00

  Scenario: Expected "Notes" to be "Prefers letters", but it is "Prefers letters to calls"
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    Then "Notes" is "Prefers letters"

  Scenario: Expected "Notes" not to be "prefers letters to calls", but it is
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    Then "Notes" is not "prefers letters to calls"

  Scenario: Expected "Notes" to contain "e-mail", but it is "Prefers letters to calls"
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    Then "Notes" contains "e-mail"

  Scenario: Expected "Weight" to be "1", but the page labels only "Amount", "Balance", "Notes", "Reference"
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    Then "Weight" is "1"

  Scenario: Expected a section "Pet", but the page has labels under "Account", "Owner"
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    And I look at the section "Pet"

  Scenario: Expected "Balance" to be £121.00, £1.00 more than "£120.00", but it is "£120.00"
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    And I note "Balance" as "before"
    Then "Balance" is £1.00 more than "before"

  Scenario: Expected "Balance" to be £119.00, £1.00 less than "£120.00", but it is "£120.00"
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    And I note "Balance" as "before"
    Then "Balance" is £1.00 less than "before"

  Scenario: Expected "Balance" to be "£120.00", but it is "£20.00 CR"
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    And I note "Balance" as "before"
    And I open "/accounts/A3"
    Then "Balance" is the same as "before"

  Scenario: Expected a text matching "Letter (L[0-9]+)", but no text of the page does
    Given I am signed in as a clerk
    When I open "/accounts/A1"
    And I note the text matching "Letter (L[0-9]+)" as "letter"

  Scenario: Expected a table "Ledger", but the page shows the tables "All accounts", "Counts" (GET /accounts).
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "Ledger"

  Scenario: Expected 4 rows, but there are 3 (GET /accounts).
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then the table has 4 rows

  Scenario: Expected at least 4 rows, but there are 3 (GET /accounts).
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then the table has at least 4 rows

  Scenario: Expected the columns "Account", "Name", but they are "Account", "Name", "Balance", "Do"
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then the table has the columns "Account, Name"

  Scenario: Expected "Mr Bo" under "Name" for "A2", but it is "Mr Bo Brown"
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then the row for "A2" shows "Mr Bo" under "Name"

  Scenario: Expected £12.51 under "Balance" for "A2", but it is "£12.50"
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then the row for "A2" shows £12.51 under "Balance"

  Scenario: but its columns are "Account", "Name", "Balance", "Do"
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then the row for "A2" shows "x" under "Weight"

  Scenario: Expected a row for "Mr Nobody", but its 3 rows start with "A1", "A2", "A3"
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then there is a row for "Mr Nobody"

  Scenario: Expected no row for "A1", but there is one
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then there is no row for "A1"

  Scenario: but there is none with Account "A2", Balance "£12.51"
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then there is a row with
      | Account | Balance |
      | A1      | £120.00 |
      | A2      | £12.51  |

  Scenario: Expected "A2" under "Account" in the first row, but it is "A1"
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then the first row shows "A2" under "Account"

  Scenario: but 2 of 3 rows show something else, such as "A2", "A3"
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then every row shows "A1" under "Account"

  Scenario: Expected the column "Balance" to add up to £112.51, but it adds up to £112.50
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then the column "Balance" adds up to £112.51

  Scenario: Expected the column "Balance" to be sorted, but row 1 has 120.00 and row 2 has 12.50
    Given I am signed in as a clerk
    When I open "/accounts"
    And I look at the table "All accounts"
    Then the column "Balance" is sorted from smallest to largest

  Scenario: Expected a CSV file, but it is a web page (GET /files/wrong.csv).
    Given I am signed in as a clerk
    When I download "/files/wrong.csv"
    Then the file is a CSV file

  Scenario: Expected wrong.csv to be a file, but it is a web page (GET /files/wrong.csv).
    Given I am signed in as a clerk
    When I download "/files/wrong.csv"
    Then the file has 3 rows

  Scenario: Expected a file, but the system answered with the error 404 (GET /files/nothing).
    Given I am signed in as a clerk
    When I download "/files/nothing"

  Scenario: Expected "Does nothing" to give a file, but it shows "Downloads - Parish Ledger"
    Given I am signed in as a clerk
    When I open "/downloads"
    And I download "Does nothing"

  Scenario: Expected the file to be called "list.csv", but it is called "accounts-2026.csv"
    Given I am signed in as a clerk
    When I download "/files/accounts.csv"
    Then the file is called "list.csv"

  Scenario: Expected the columns "Account", "Balance", "Name", but they are "Account", "Name", "Balance"
    Given I am signed in as a clerk
    When I download "/files/accounts.csv"
    Then the file has the columns "Account, Balance, Name"

  Scenario: Expected 4 rows, but there are 3 (GET /files/accounts.csv).
    Given I am signed in as a clerk
    When I download "/files/accounts.csv"
    Then the file has 4 rows

  Scenario: Expected the column "Balance" to add up to £152.49, but it adds up to £152.50
    Given I am signed in as a clerk
    When I download "/files/accounts.csv"
    Then the column "Balance" of the file adds up to £152.49

  Scenario: Expected accounts.xlsx to have a sheet "Detail", but it has Accounts, Summary
    Given I am signed in as a clerk
    When I download "/files/accounts.xlsx"
    And I look at the sheet "Detail"

  Scenario: Expected the file to contain "Balance 12.51", but it starts "Balance 12.50"
    Given I am signed in as a clerk
    When I download "/files/statement.pdf"
    Then the file contains "Balance 12.51"

  Scenario: Expected the file not to contain "Mrs Ann", but it does
    Given I am signed in as a clerk
    When I download "/files/accounts.csv"
    Then the file does not contain "Mrs Ann"

  Scenario: Expected the answer 200, but it is 401: {"error": "sign in"} (GET /api/accounts/A2).
    Given I call the API without signing in
    When I ask the API for "accounts/A2"
    Then the API answers 200

  Scenario: Expected "balance" in the answer, but it has the fields reference, balance_pence, rate, lines
    Given I call the API as a clerk
    When I ask the API for "accounts/A2"
    Then "balance" in the answer is 1250

  Scenario: Expected "lines[2].id" in the answer, but lines has 2 items
    Given I call the API as a clerk
    When I ask the API for "accounts/A2"
    Then "lines[2].id" in the answer is 3

  Scenario: Expected "balance_pence" to be 1251 (£12.51 in pence), but it is "1250"
    Given I call the API as a clerk
    When I ask the API for "accounts/A2"
    Then "balance_pence" in the answer is £12.51 in pence

  Scenario: Expected the answer to have "colour", but it has the fields "reference"
    Given I call the API as a clerk
    When I ask the API for "accounts/A2"
    Then the answer has the fields "reference, colour"

  Scenario: Expected item 1 of "lines" to have "name", but it has the fields "id"
    Given I call the API as a clerk
    When I ask the API for "accounts/A2"
    Then each of "lines" in the answer has the fields "id, name"

  Scenario: Expected the answer that the API describes, but balance_pence: '12.50' is not of type 'integer'
    Given I call the API as a clerk
    When I ask the API for "accounts/A9"
    Then the answer matches the API's own description

  Scenario: Expected the answer that the API describes, but the description has no path /api/notes
    Given I call the API as a clerk
    When I send POST to the API at "notes"
      | field | value |
      | a     | b     |
    Then the answer matches the API's own description

  Scenario: Expected an answer in JSON, but it starts "<h1>Sorry</h1>" (GET /api/not-json).
    Given I call the API as a clerk
    When I ask the API for "not-json"
    Then "a" in the answer is "b"

  Scenario: Expected "/answer/@taken" to be "3", but it is "1" (POST /xml/notes).
    When I send the XML to "/xml/notes"
      """
      <notes xmlns="urn:parish"><note amount="1.10">a</note></notes>
      """
    Then the XML "/answer/@taken" is "3"

  Scenario: Expected a valid answer, but line 1 is not:
    When I send the XML to "/xml/notes"
      """
      not xml at all
      """
    Then the XML answer matches the schema "/xml/schema.xsd"

  Scenario: Expected valid XML to send, but line 1 is not:
    When I send the XML to "/xml/notes"
      """
      <notes xmlns="urn:parish"><note>a</note></notes>
      """
    Then the XML I sent matches the schema "notes.xsd"

  Scenario: Expected the database to answer 4, but it answers "3"
    When I ask the database
      """
      SELECT count(*) FROM account
      """
    Then the database answers 4

  Scenario: Expected the query to find nothing, but it finds 3 rows; the first is A1
    When I ask the database
      """
      SELECT reference FROM account ORDER BY reference
      """
    Then the query finds nothing

  Scenario: Expected the query to find a row with reference "A9"
    When I ask the database
      """
      SELECT reference FROM account
      """
    Then the query finds a row with
      | reference |
      | A9        |

  Scenario: Expected charge to end with exit code 0, but it ended with 3: that is no date.
    Given I work on a copy of the system's data
    When I run the batch job "charge" for "bad"
    Then the batch job succeeds

  Scenario: Expected charge to write charged-*.csv, but it wrote no new file.
    Given I work on a copy of the system's data
    When I run the batch job "charge" for "silent"
    Then the batch job succeeds

  Scenario: Expected charge to say "count=4", but it says "count=3".
    Given I work on a copy of the system's data
    When I run the batch job "charge" for "2026-11-23"
    Then the batch job says "count=4"

  Scenario: Expected the batch job sleep to end, but it ran longer than 1 s
    When I run the batch job "sleep"
