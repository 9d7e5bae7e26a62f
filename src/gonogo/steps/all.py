"""Every sentence of the library: `from gonogo.steps.all import *` in a pack's `features/steps/all.py`."""

from __future__ import annotations

from gonogo.steps.sentence import SENTENCES
from gonogo.steps.sentences import (
    apis,
    batch,
    databases,
    doing,
    downloads,
    pages,
    seeing,
    signing_in,
    tables,
    xml,
)

__all__ = ["SENTENCES"]

MODULES = (signing_in, pages, doing, seeing, tables, downloads, apis, xml, databases, batch)
"""In the order a reader of the reference wants them."""
