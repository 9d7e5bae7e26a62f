"""gonogo tests a vendor upgrade against the version in use and says whether it can go live."""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__"]
