"""Tool output → observations. Pure: what is read is given as bytes."""
