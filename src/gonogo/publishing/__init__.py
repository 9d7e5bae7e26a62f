"""Writing a finished run down for its readers: report page, Allure, JUnit, CTRF, SARIF, summary, terminal."""
