"""What will be checked, before anything is. Pure."""
