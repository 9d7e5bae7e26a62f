"""Every run of a project in one file: what was decided, measured and seen, run after run."""
