"""The guard: one way out for scanners, to exact origins only, counted."""

from gonogo.guard.ledger import Passage, Refusal, WatchedPage
from gonogo.guard.policy import REFUSED_BY_DEFAULT, Origin, Policy, Watch, refused_path
from gonogo.guard.proxy import Guard

__all__ = [
    "REFUSED_BY_DEFAULT",
    "Guard",
    "Origin",
    "Passage",
    "Policy",
    "Refusal",
    "Watch",
    "WatchedPage",
    "refused_path",
]
