"""What Meridian Housing does, apart from any screen: one module for each part of the business.

Every function takes a `Work` (see `services.work`) first and reads or writes through its session.
"""
