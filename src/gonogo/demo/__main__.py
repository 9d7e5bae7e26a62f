"""`python -m gonogo.demo`."""

from __future__ import annotations

import sys

from gonogo.demo.cli import main

if __name__ == "__main__":
    sys.exit(main())
