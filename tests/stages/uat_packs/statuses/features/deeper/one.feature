Feature: Deeper

  Rule: Rules hold scenarios too

    @must
    Scenario: Passes
      Then it holds
