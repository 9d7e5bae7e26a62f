Feature: Raising an issue
  Staff tell the service desk what is wrong and follow what becomes of it.

  @must
  Scenario: A requester raises an issue
    Given I am signed in as a requester
    When I open "new issue"
    And I fill in
      | field       | value                               |
      | Title       | The lift display is dark {unique}   |
      | Priority    | bug                                 |
      | Change Note | It has been dark since last Friday. |
    And I press "Submit New Entry"
    Then I see "created"
    When I note the text matching "issue ([0-9]+) created" as "number"
    And I open "/issue{number}"
    Then the field "Title" holds "The lift display is dark {unique}"
    And I see "It has been dark since last Friday."
    When I ask the database
      """
      SELECT s._name FROM _issue i JOIN _status s ON s.id = i._status WHERE i.id = {number}
      """
    Then the database answers "unread"

  @must
  Scenario: A picture or file sent with an issue arrives whole
    Given I am signed in as a requester
    When I open "new issue"
    And I fill in
      | field    | value                           |
      | Title    | Screen shows stripes {unique}   |
      | Priority | wish                            |
      | File     | asset-label.txt                 |
    And I press "Submit New Entry"
    And I note the text matching "issue ([0-9]+) created" as "number"
    And I open "/issue{number}"
    And I download "asset-label.txt"
    Then the file contains "Asset label 00815"

  @should
  Scenario: An issue without a title is refused and not kept
    Given I am signed in as a requester
    When I open "new issue"
    And I fill in "Change Note" with "No title {unique}"
    And I press "Submit New Entry"
    Then I see "Required issue properties title, priority not supplied"
    When I ask the database
      """
      SELECT count(*) FROM _msg WHERE _summary = 'No title {unique}'
      """
    Then the database answers 0

  @must
  Scenario: A requester adds to an issue of their own
    Given I am signed in as a requester
    When I open "/issue7"
    And I fill in "Change Note" with "It is still the same today. {unique}"
    And I press "Submit Changes"
    Then I see "issue 7 messages"
    When I open "/issue7"
    Then I see "It is still the same today. {unique}"
