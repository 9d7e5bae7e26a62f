"""Each fault of the data half shows where it should, and not without it."""
