"""The command line. stdout is the answer, stderr the story; every command ends with what to do next."""

from gonogo.cli.main import main

__all__ = ["main"]
