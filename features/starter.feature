@must
Feature: Getting in, around and out
  What has to work before anything else is worth a look. The test user is the first one in gonogo.toml.

  Scenario: The system answers, and asks strangers to sign in
    Given I am not signed in
    When I try to open "/"
    Then I am asked to sign in

  Scenario: A test user gets in, and out again
    When I sign in as a test user
    Then I am signed in
    When I sign out
    And I try to open "/"
    Then I am asked to sign in

  # Add the pages that your colleagues use: what stands in the browser's address bar after the server's name,
  # or a name that gonogo.toml gives to a page.
  Scenario: The pages of every day open
    Given I am signed in as a test user
    Then I may open all of
      | page |
      | /    |
    And nothing went wrong in the browser

  # What only a person can judge is tagged @manual. Take the "#" away to plan such a test; it goes out with
  # gonogo uat out --to manual-tests.xlsx, and until somebody has walked it the answer is "not enough evidence".
  # @manual
  # Scenario: A letter looks right on paper
  #   When I print a letter
  #   Then nothing is cut off
