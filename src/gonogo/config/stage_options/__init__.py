"""What each stage lets a team set in gonogo.toml, as strict models: an unknown key is an error."""
