"""Evidence of both sides → Comparison. Pure: opens no file, starts nothing, asks no clock."""
