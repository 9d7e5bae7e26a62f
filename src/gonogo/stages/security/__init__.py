"""The security stage: the team's code, passive rules, and a web scan that proves it took place."""

from gonogo.stages.security.stage import SecurityStage

__all__ = ["SecurityStage"]
