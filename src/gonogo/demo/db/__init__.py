"""The database of Meridian Housing: tables, sessions and the upgrade of the schema."""
