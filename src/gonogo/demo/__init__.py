"""Meridian Housing: a housing-management system of the kind a council buys.

It has screens, a database, nightly jobs, reports and interfaces.

It is a product of its own. It runs from `python -m gonogo.demo` and knows nothing of whoever tests it.
"""
