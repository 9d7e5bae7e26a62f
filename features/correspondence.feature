@must
Feature: Correspondence
  Letters are written from templates, and every letter sent can be read again.

  Scenario Outline: Everybody can read the letters that were sent
    Given I am signed in as a <role>
    When I open "Letters"
    Then the heading is "Letters"
    And the table has 25 rows
    And I see "Letters sent"

    Examples:
      | role            |
      | rent officer    |
      | repairs clerk   |
      | housing manager |

  Scenario: Send a letter of one's own
    Given I am signed in as a housing manager
    When I open "/letters/new"
    And I fill in
      | field             | value                       |
      | Tenancy reference | T000375                     |
      | Subject           | Your visit on Monday        |
      | Letter text       | We will call at ten.        |
    And I press "Send letter"
    Then I note the text matching "Letter (L[0-9]+) sent" as "letter"
    When I open "/letters/{letter}"
    Then I see "Your visit on Monday"
    And I see "We will call at ten."
    And I see "Mr Errol Marshall"

  @discipline:language
  Scenario: A first reminder states what is owed
    Given I am signed in as a housing manager
    When I open "/letters/new"
    And I fill in "Tenancy reference" with "T000470"
    And I choose "Rent arrears: first reminder" in "Template"
    And I press "Use template"
    And I press "Preview"
    Then I see "£1,939.29" in "Preview of your letter"
    And I see "Mr James Carter" in "Preview of your letter"
    And I do not see "{{balance}}"

  @should
  Scenario: A letter needs a subject and a text
    Given I am signed in as a housing manager
    When I open "/letters/new"
    And I fill in "Tenancy reference" with "T000382"
    And I press "Send letter"
    Then I see the error "Enter a subject"
    And I see the error "Enter the text of the letter"

  @could
  Scenario: The letter page counts the characters that are left
    Given I am signed in as a housing manager
    When I open "/letters/new"
    And I fill in "Letter text" with "Ten chars."
    Then I see "You have 1,990 characters remaining"
