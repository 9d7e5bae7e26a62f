Feature: Exporting issues
  Finance and the contract manager work on with what the service desk exports.

  Background:
    Given I am signed in as an agent

  @must @discipline:data
  Scenario: The export of a list has a row for every issue of the list
    When I ask the database
      """
      SELECT count(*) FROM _issue WHERE __retired__ = 0 AND _status = 8
      """
    And I note the database's answer as "resolved"
    And I download "/issue?@action=export_csv&@columns=id,title,status,assignedto&@sort=id&@filter=status&status=8"
    Then the file is a CSV file
    And the file has the columns "id, title, status, assignedto"
    And the file has as many rows as "resolved"
    And the row of the file for "40" shows "Tom Grant" under "assignedto"

  @should @discipline:data
  Scenario: The messages of each issue can be exported as well
    When I download "/issue?@action=export_csv&@columns=id,title,messages&@sort=id&@filter=keyword&keyword=2"
    Then the file is a CSV file
    And the row of the file for "1" shows "1;2" under "messages"
