"""Manual tests: scripts go out as a workbook or an offline kit, results come back and belong to one build."""
