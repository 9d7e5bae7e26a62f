"""Migrations of the schema; `upgrade.py` runs them."""
