@must
Feature: Signing in and about the system
  Only staff get in, they get out again, and help is at hand.

  Scenario: Sign in and out
    Given I sign in as a rent officer
    Then I see "Jack Hughes (Rent officer)"
    When I sign out
    Then I see "You have signed out"
    And I am asked to sign in

  @discipline:session
  Scenario: A session that was ended stays ended
    Given I sign in as a rent officer
    When I sign out
    And I come back with the session I had before signing out
    And I try to open "/arrears"
    Then I am asked to sign in

  Scenario: A wrong password does not get anybody in
    Given I am not signed in
    When I sign in as "jhughes" with the password "guessed-wrongly"
    Then I see the error "The user name or password is not right"
    When I sign in as a rent officer
    Then I am signed in

  Scenario: A leaver's account stays shut
    When I sign in as "sleaver" with the password "whatever-it-was"
    Then I do not see "Sam Leaver"
    And I am asked to sign in

  Scenario: Pages ask strangers to sign in
    Given I am not signed in
    When I try to open "/accounts/T000011"
    Then I am asked to sign in

  @should @discipline:missing-page
  Scenario: Help, accessibility and version are reached from every page
    Given I am signed in as a rent officer
    When I open "/tenancies"
    And I follow "Help"
    Then the heading is "Help"
    When I follow "About"
    Then the heading is "About Meridian Housing"
    When I follow "Accessibility statement"
    Then the heading is "Accessibility statement"

  @should
  Scenario: The about page says what is installed
    When I open "/about"
    Then "Product" is "Meridian Housing"
    And "Version" contains "8."

  @could
  Scenario: Every link of the home page leads somewhere
    Given I am signed in as a housing manager
    When I open "/"
    Then every link on the page can be opened
    And nothing went wrong in the browser
