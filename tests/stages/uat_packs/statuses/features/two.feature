Feature: Another area

  Background:
    Given something

  Scenario: Passes
    Then it holds

  Scenario: Has only its background's steps
