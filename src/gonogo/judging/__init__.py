"""Comparison → Verdict. Pure: opens no file, starts nothing, asks no clock, uses no randomness."""
