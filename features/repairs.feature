@must
Feature: Repairs
  A repair goes from the telephone call to the contractor and is closed when the work is done.

  Scenario: A rent officer raises a repair for a tenant who calls
    Given I am signed in as a rent officer
    When I open "/repairs/new"
    And I fill in
      | field             | value                                |
      | Tenancy reference | T000339                              |
      | Trade             | Plumbing                             |
      | Priority          | Urgent                               |
      | Description       | Kitchen tap does not close {unique}  |
    And I press "Raise repair"
    Then I note the text matching "Repair (R[0-9]+) raised" as "repair"
    When I open "/repairs/{repair}"
    Then "Status" is "Raised"
    And "Priority" is "Urgent"
    And "Trade" is "Plumbing"
    And "Tenancy" contains "T000339"
    And "Description" is "Kitchen tap does not close {unique}"

  Scenario: A clerk assigns a repair and closes it
    Given I am signed in as a repairs clerk
    When I open "/repairs/new"
    And I fill in
      | field             | value                      |
      | Tenancy reference | T000418                    |
      | Trade             | Heating                    |
      | Priority          | Emergency                  |
      | Description       | No heating at all {unique} |
    And I press "Raise repair"
    And I note the text matching "Repair (R[0-9]+) raised" as "repair"
    And I choose "Northgate Heating Ltd" in "Contractor"
    And I press "Assign repair"
    Then I see the message "Repair assigned to Northgate Heating Ltd"
    And "Status" is "Assigned"
    When I fill in "Completion notes" with "Pump replaced"
    And I press "Complete repair"
    Then I see the message "Repair completed"
    When I open "/repairs/{repair}"
    Then "Status" is "Completed"
    And I see "Pump replaced"

  @should
  Scenario: A clerk cancels a repair and has to say why
    Given I am signed in as a repairs clerk
    When I open "/repairs/new"
    And I fill in
      | field             | value                       |
      | Tenancy reference | T000414                     |
      | Trade             | Locks                       |
      | Priority          | Routine                     |
      | Description       | Shed door sticks {unique}   |
    And I press "Raise repair"
    And I press "Cancel repair"
    Then I see the error "Enter a reason for cancelling"
    When I fill in "Reason for cancelling" with "Not ours to mend"
    And I press "Cancel repair"
    Then I see the message "Repair cancelled"
    And "Status" is "Cancelled"

  Scenario: A repair needs a tenancy that exists
    Given I am signed in as a repairs clerk
    When I open "/repairs/new"
    And I fill in
      | field             | value      |
      | Tenancy reference | T999999    |
      | Trade             | Roofing    |
      | Priority          | Routine    |
      | Description       | Slates off |
    And I press "Raise repair"
    Then I see the error "There is no current tenancy with this reference"
    And the field "Description" holds "Slates off"

  @should
  Scenario: The list can be narrowed to emergencies
    Given I am signed in as a repairs clerk
    When I open "/repairs"
    And I choose "Emergency" in "Priority"
    And I press "Apply filter"
    Then every row shows "Emergency" under "Priority"

  @should @discipline:time
  Scenario: The time of a tenant's call is British time, summer and winter
    Given I am signed in as a repairs clerk
    When I open "/repairs/R000418"
    Then "Raised" is "19 Nov 2026, 13:50"
    When I open "/repairs/R000143"
    Then "Raised" is "2 Jul 2026, 11:41"

  Scenario: A rent officer cannot assign or close repairs
    Given I am signed in as a rent officer
    When I open "/repairs/R000418"
    Then I do not see the button "Assign repair"
    And I do not see the button "Cancel repair"
