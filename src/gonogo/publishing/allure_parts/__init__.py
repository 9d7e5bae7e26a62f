"""The parts of the Allure report: reading raw results, relabelling them, writing our own, running Allure."""
