@must @discipline:access
Feature: User administration and access
  Every role can do its work, and nothing beyond it.

  Scenario: A rent officer may open what rent officers work with
    Given I am signed in as a rent officer
    Then I may open all of
      | page                      |
      | /tenancies/T000011        |
      | /accounts/T000011         |
      | /accounts/T000011/payment |
      | /arrears                  |
      | /repairs/new              |
      | /letters/new              |
      | /batch                    |

  Scenario: A rent officer may not open what belongs to managers
    Given I am signed in as a rent officer
    Then I may open none of
      | page                        |
      | /accounts/T000011/write-off |
      | /admin/users                |
      | /admin/access               |
      | /admin/logs                 |

  Scenario: A repairs clerk may open what repairs clerks work with
    Given I am signed in as a repairs clerk
    Then I may open all of
      | page               |
      | /tenancies/T000011 |
      | /repairs           |
      | /repairs/new       |
      | /letters           |
      | /reports           |

  Scenario: A repairs clerk may not touch rent accounts
    Given I am signed in as a repairs clerk
    Then I may open none of
      | page                         |
      | /accounts/T000011            |
      | /accounts/T000011/payment    |
      | /accounts/T000011/adjustment |
      | /accounts/T000011/write-off  |
      | /arrears                     |
      | /letters/new                 |
      | /batch                       |
      | /admin/users                 |

  Scenario: A housing manager may open everything
    Given I am signed in as a housing manager
    Then I may open all of
      | page                        |
      | /accounts/T000011/write-off |
      | /admin/users                |
      | /admin/access               |
      | /admin/logs                 |

  Scenario: The access audit agrees with what was signed off
    Given I am signed in as a housing manager
    When I open "Access audit"
    And I look at the table "Permissions by role"
    Then there is a row with
      | Permission      | Rent officer | Repairs clerk | Housing manager |
      | account.view    | Yes          | No            | Yes             |
      | payment.take    | Yes          | No            | Yes             |
      | adjustment.post | Yes          | No            | Yes             |
      | writeoff.post   | No           | No            | Yes             |
      | repair.manage   | No           | Yes           | Yes             |
      | user.admin      | No           | No            | Yes             |

  @discipline:functional
  Scenario: A new colleague is added and can sign in
    Given I am signed in as a housing manager
    When I open "/admin/users/new"
    And I fill in
      | field              | value              |
      | User name          | n{unique}          |
      | Full name          | Nadia Newcomer     |
      | Role               | Rent officer       |
      | Temporary password | Synthetic-First-1  |
    And I press "Add user"
    Then I see the message "User n{unique} added"
    When I sign in as "n{unique}" with the password "Synthetic-First-1"
    Then I am signed in
    And I see "Nadia Newcomer (Rent officer)"

  Scenario: A leaver can no longer sign in
    Given I am signed in as a housing manager
    When I open "/admin/users/new"
    And I fill in
      | field              | value              |
      | User name          | l{unique}          |
      | Full name          | Leo Leaver         |
      | Role               | Repairs clerk      |
      | Temporary password | Synthetic-First-1  |
    And I press "Add user"
    And I open "/admin/users/l{unique}"
    And I press "Deactivate user"
    Then I see the message "User deactivated"
    When I sign in as "l{unique}" with the password "Synthetic-First-1"
    Then I see the error "This account is not active"

  @should
  Scenario: Managers cannot change their own account
    Given I am signed in as a housing manager
    When I open "/admin/users/mpatel"
    And I press "Deactivate user"
    Then I see the error "You cannot change your own account"
    When I open "/admin/users/mpatel"
    Then "Status" is "Active"
