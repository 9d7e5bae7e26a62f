"""What each section of the report says, as plain records: the templates only lay them out."""
