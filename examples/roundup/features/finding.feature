Feature: Finding issues
  Agents find what was asked before, by words, by its fields and by its number.

  Background:
    Given I am signed in as an agent

  @must
  Scenario: Full-text search finds issues by a word in their messages
    When I ask the database
      """
      SELECT count(*) FROM _issue i JOIN issue_messages l ON l.nodeid = i.id JOIN _msg m ON m.id = l.linkid
      WHERE i._status = 8 AND m._summary LIKE '%Restarting%'
      """
    And I note the database's answer as "known"
    And I open "/issue?@search_text=restarting&@columns=id,title,status&@sort=id&@filter=status&status=8"
    Then every row shows "resolved" under "Status"
    And I see "1..{known} out of {known}"

  @must
  Scenario: The search form narrows issues down by several fields at once
    When I open "search"
    And I fill in
      | field    | value    |
      | Keyword: | printing |
      | Status:  | resolved |
      | Title:   | blank    |
    And I press the key "Enter"
    Then every row shows "resolved" under "Status"
    And I see "The printer on floor 40 prints blank pages"

  @should
  Scenario: The number of an issue leads to it
    When I open "/issue"
    And I fill in "@number" with "42"
    And I press "Show issue:"
    Then the field "Title" holds "Password of a new starter has expired, desk 42"

  @should
  Scenario: The list of a keyword has as many rows as the database
    When I ask the database
      """
      SELECT count(*) FROM issue_keyword k JOIN _keyword w ON w.id = k.linkid WHERE w._name = 'telephony'
      """
    And I note the database's answer as "known"
    And I open "/issue?@columns=id,title&@filter=keyword&keyword=2"
    Then I see "1..{known} out of {known}"
