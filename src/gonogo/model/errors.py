"""Every error a user can meet, as one tree.

GonogoError
├── UsageError            wrong words on the command line or in a file            → exit 2
│   ├── ConfigError       gonogo.toml (or another edited file) cannot be used
│   └── ProjectError      a folder or file the project needs is missing
├── EvidenceError         a run folder, or a file in it, cannot be read           → exit 30
├── TargetError           a target cannot be started, reached or recognised       → exit 30
├── ToolError             a tool under us is missing, crashed or overran          → exit 30
│   └── WorkerLostError   one of the processes that share the load is gone
├── StorageError          evidence cannot be written (disk full, no permission)   → exit 30
├── VerificationError     evidence does not match its digests or signatures       → exit 40
└── Interrupted           a person or a signal stopped the run                    → exit 130

Each error says what was found, what was allowed, and (in `remedy`) what to do next. The command line
prints both; nothing else catches GonogoError broadly.
"""

from __future__ import annotations

from gonogo.model.vocabulary import ExitCode


class GonogoError(Exception):
    """Base of every error shown to a user.

    Attributes:
        message: what was found and what was allowed, one or two plain sentences.
        remedy: the one thing to do next; may be empty when the message already says it.
        exit_code: what the command line ends with when nothing better is known.
    """

    exit_code: ExitCode = ExitCode.INTERNAL_ERROR

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UsageError(GonogoError):
    """The command line, or a file people edit, cannot be used as written."""

    exit_code = ExitCode.USAGE


class ConfigError(UsageError):
    """A file people edit is missing, malformed, or holds an unknown key or a value out of range."""


class ProjectError(UsageError):
    """A folder or file that the project says it has is not there."""


class EvidenceError(GonogoError):
    """A run folder or a file in it is missing, truncated, or of an unknown schema."""

    exit_code = ExitCode.INCONCLUSIVE


class TargetError(GonogoError):
    """A target cannot be prepared, started, reached or recognised."""

    exit_code = ExitCode.INCONCLUSIVE


class ToolError(GonogoError):
    """A tool is missing, crashed, overran its time limit or wrote something unreadable."""

    exit_code = ExitCode.INCONCLUSIVE


class WorkerLostError(ToolError):
    """One of the processes that share the load did not come, or went away: the rest is another load."""


class StorageError(GonogoError):
    """Evidence could not be written: disk full, read-only, no permission."""

    exit_code = ExitCode.INCONCLUSIVE


class VerificationError(GonogoError):
    """Evidence does not match the digests or signatures that were made of it."""

    exit_code = ExitCode.VERIFICATION_FAILED


class Interrupted(GonogoError):
    """A person (Ctrl-C) or a signal (SIGTERM) asked the run to stop; what was gathered is kept."""

    exit_code = ExitCode.INTERRUPTED
