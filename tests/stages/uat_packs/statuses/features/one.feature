@should
Feature: One area

  Scenario: Passes
    Given something
    Then it holds

  @could @discipline:money @leaves-evidence
  Scenario: Fails
    Given something
    Then it does not hold

  Scenario: Breaks
    Then it breaks

  Scenario: Has no steps

  Scenario: Has a step that nothing defines
    Given something
    Then nobody knows what this means

  Scenario: Has a step that is not written yet
    Given something
    Then it is not written yet

  @wip
  Scenario: Has a step that is not written yet but behave lets it pass
    Given something
    Then it is not written yet

  Scenario: Leaves itself out
    Given something
    Then it is left out
    And it holds

  @hook-breaks
  Scenario: Has a set-up that goes wrong
    Then it holds

  @hook-says-no
  Scenario: Is refused by the system in its set-up
    Then it holds

  @clean-up-breaks
  Scenario: Has a clean-up that goes wrong
    Then it holds

  @manual @must
  Scenario: Is done by hand
    Given something

  Scenario Outline: Row of <word>
    Then it is <word>

    Examples:
      | word |
      | good |
      | bad  |

  Scenario Outline: Has no examples
    Then it is <word>
