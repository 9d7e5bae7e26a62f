"""Who vouches for what: keys, signed statements, and the sign-off log. Needs no network."""
