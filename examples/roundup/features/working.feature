Feature: Working on issues
  Agents take issues on, answer, and close them.

  Background:
    Given I am signed in as an agent
    And I open "new issue"
    And I fill in
      | field       | value                        |
      | Title       | Headset is silent {unique}   |
      | Priority    | bug                          |
      | Change Note | Tried another one, the same. |
    And I press "Submit New Entry"
    And I note the text matching "issue ([0-9]+) created" as "number"
    And I open "/issue{number}"

  @must
  Scenario: An agent takes an issue on
    When I fill in
      | field       | value       |
      | Assigned To | slowe       |
      | Status      | in-progress |
    And I press "Submit Changes"
    Then I see "edited ok"
    When I open "/issue{number}"
    Then the field "Assigned To" holds "slowe"
    And the field "Status" holds "in-progress"

  @must
  Scenario: An answer moves a new issue to "chatting"
    When I fill in "Change Note" with "Which headset is it, please?"
    And I press "Submit Changes"
    And I open "/issue{number}"
    Then I see "Which headset is it, please?"
    And the field "Status" holds "chatting"

  @must
  Scenario: A closed issue leaves the list of open ones
    When I fill in "Status" with "resolved"
    And I press "Submit Changes"
    And I follow "Show All"
    Then I do not see "Headset is silent {unique}"
    When I open "/issue{number}"
    Then the field "Status" holds "resolved"
    And I see "status: unread -> resolved"

  @must @discipline:access
  Scenario: A critical issue cannot be left without an owner
    When I fill in "Priority" with "critical"
    And I press "Submit Changes"
    Then I see "A critical issue needs somebody assigned to it"
    When I open "/issue{number}"
    Then the field "Priority" holds "bug"
