Feature: Who may do what
  Requesters see what they asked themselves; agents see everything; the administrator looks after accounts.

  @must @discipline:access
  Scenario: Signing in with a wrong password is refused
    When I try to sign in as the administrator with a wrong password
    Then I see "Invalid login"
    And I am asked to sign in

  @must @discipline:access
  Scenario: A requester does not see what somebody else asked
    Given I am signed in as a requester
    When I open "/issue?@columns=id,title,creator&@pagesize=200"
    Then every row shows "rkhan" under "Creator"
    When I try to open "/issue8"
    Then I see "You are not allowed to view this page"
    And I do not see "Slow file share"

  @must @discipline:access
  Scenario: A requester cannot close an issue or hand it on
    Given I am signed in as a requester
    When I open "/issue14"
    Then I do not see the field "status"
    And I do not see the field "assignedto"

  @must @discipline:access
  Scenario: Only the administrator may change accounts
    Given I am signed in as an agent
    When I open "user list"
    Then I do not see the link "Add User"
    Given I am signed in as an administrator
    When I open "user list"
    Then I see the link "Add User"

  @must @discipline:access
  Scenario: A new account can sign in, and no more than its role allows
    Given I am signed in as an administrator
    When I open "/user?@template=item"
    And I fill in
      | field             | value                   |
      | Login Name        | new{unique}             |
      | Name              | New Starter             |
      | Login Password    | starter-{unique}        |
      | @confirm@password | starter-{unique}        |
      | Roles             | Requester               |
      | E-mail address    | new{unique}@example.org |
    And I press "Submit New Entry"
    Then I see "created"
    When I sign in as "new{unique}" with the password "starter-{unique}"
    Then I am signed in
    When I try to open "/issue1"
    Then I see "You are not allowed to view this page"

  @must @discipline:access
  Scenario: Signing out ends the session
    Given I sign in as an agent
    When I sign out
    Then I am asked to sign in
    When I come back with the session I had before signing out
    And I try to open "/issue1"
    Then I do not see "extension 01"
