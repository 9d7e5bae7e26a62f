Feature: Looking up what the council paid
  Residents and journalists look payments up and take them away as files.

  @must
  Scenario: The first page leads to the payments
    When I open "/"
    And I follow "council"
    Then every link on the page can be opened
    When I open "payments"
    Then I see "2,001 rows"
    And every link on the page can be opened

  @must
  Scenario: Payments are narrowed down to one ward
    When I ask the database
      """
      SELECT count(*) FROM payment WHERE ward_id = 3
      """
    And I note the database's answer as "known"
    And I open "/council/payment?ward_id=3"
    Then I see "{known} rows"

  @must @discipline:money
  Scenario: The totals by ward are those of the database
    When I ask the database
      """
      SELECT total_pence FROM payment_by_ward WHERE ward = 'Docks'
      """
    And I note the database's answer as "known"
    And I open "payments by ward"
    Then I see "{known}"

  @must @discipline:data
  Scenario: All payments can be taken away as a file
    When I ask the database
      """
      SELECT count(*) FROM payment
      """
    And I note the database's answer as "all"
    And I download "/council/payment.csv?_stream=on&_labels=on"
    Then the file is a CSV file
    And the file has as many rows as "all"
