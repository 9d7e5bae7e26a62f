"""Jobs that run at night, from the command line."""
