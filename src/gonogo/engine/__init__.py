"""The order of a run: bring up, run, seal, compare, judge, publish."""
