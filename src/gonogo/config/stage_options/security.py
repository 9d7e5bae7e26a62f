"""`[stages.security]` of gonogo.toml: the code scan (`.code`), the web scan (`.web`) and ZAP (`.zap`)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, field_validator, model_validator

SitePath = Annotated[str, Field(pattern=r"^/")]


class EngineChoice(StrEnum):
    """Which scanner attacks the web pages. Both sides always get the same one."""

    AUTO = "auto"
    """ZAP when one is configured or installed, else wapiti."""
    ZAP = "zap"
    WAPITI = "wapiti"
    OFF = "off"
    """No attack: headers, cookies and code are still looked at."""


class CodeOptions(BaseModel, extra="forbid", frozen=True):
    """`[stages.security.code]`: the team's own code around the vendor's system, before and after."""

    baseline: str = Field(
        default="", description="Folder with the code as it runs today, relative to the project."
    )
    candidate: str = Field(default="", description="Folder with the code as it goes live with the upgrade.")
    config: str = Field(default="", description="bandit's own settings file, relative to the project.")
    advisories: bool = Field(
        default=False,
        description="Whether pip-audit looks up the packages in the code's requirements*.txt; it sends their "
        "names to the package index.",
    )

    @field_validator("baseline", "candidate", "config")
    @classmethod
    def _stays_in_the_project(cls, value: str) -> str:
        if value.startswith(("/", "\\")) or ".." in value.replace("\\", "/").split("/"):
            raise ValueError(f"{value!r} must lie inside the project folder")
        return value


class WebOptions(BaseModel, extra="forbid", frozen=True):
    """`[stages.security.web]`: what is explored, what is attacked, and what proves that it was."""

    engine: EngineChoice = Field(default=EngineChoice.AUTO, description="auto, zap, wapiti or off.")
    role: str = Field(
        default="", description="Test user to sign in as; empty: the first declared. Needs [sign_in]."
    )
    lockout_role: str = Field(
        default="",
        description="Test user set aside for wrong passwords, whose account may end up locked; empty: not tried.",
    )
    retests: int = Field(
        default=2, ge=1, le=10, description="How often a new finding is looked for again on both sides."
    )
    sentinels: list[SitePath] = Field(
        default=["/"],
        min_length=1,
        description="Pages the scanner must be seen to reach while signed in; without queries.",
    )
    start: list[SitePath] = Field(
        default=[], description="Further addresses to explore from, with or without queries."
    )
    exclude: list[str] = Field(
        default=[],
        description="Regular expressions of paths never to touch, besides sign-out, passwords and deleting.",
    )
    routes: list[SitePath] = Field(
        default=[], description="Routes with data in them, such as /admin/users/{user}; numbers need none."
    )
    depth: int = Field(default=3, ge=0, le=20, description="How many links away from the start to explore.")
    pages_max: int = Field(default=150, ge=1, le=5000, description="Pages to explore at most.")
    submit_forms: bool = Field(default=True, description="Whether forms that change data are attacked too.")
    modules: list[str] = Field(
        default=["xss", "permanentxss", "sql", "exec", "file", "redirect", "crlf"],
        min_length=1,
        description="wapiti's attack modules; only those that work offline.",
    )
    skip_parameters: list[str] = Field(
        default=["csrf_token", "@csrf", "csrfmiddlewaretoken", "authenticity_token"],
        description="Parameters that are sent as they are.",
    )
    requests_min: int = Field(
        default=50, ge=1, description="Fewer requests than this are no scan, whatever the scanner says."
    )
    failures_max: float = Field(
        default=0.05, ge=0, lt=1, description="Share of the requests that may go without any answer."
    )
    time_limit_s: float = Field(default=600.0, gt=0, le=86_400, description="Seconds the scan may take.")

    @field_validator("exclude")
    @classmethod
    def _are_expressions(cls, value: list[str]) -> list[str]:
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
        return value

    @field_validator("sentinels")
    @classmethod
    def _have_no_query(cls, value: list[str]) -> list[str]:
        for path in value:
            if "?" in path or "#" in path:
                raise ValueError(f"{path!r} has a query; name the page alone")
        return value

    @field_validator("modules")
    @classmethod
    def _work_offline(cls, value: list[str]) -> list[str]:
        unknown = sorted(set(value) - OFFLINE_MODULES)
        if unknown:
            allowed = ", ".join(sorted(OFFLINE_MODULES))
            raise ValueError(
                f"{unknown[0]!r} is not a module that works without calling out; allowed: {allowed}"
            )
        return value


OFFLINE_MODULES = frozenset(
    {
        "backup", "cookieflags", "crlf", "csp", "csrf", "exec", "file", "htaccess", "http_headers", "ldap",
        "methods", "permanentxss", "redirect", "sql", "timesql", "upload", "xss",
    }
)  # fmt: skip
"""wapiti's modules that ask nobody but the target: the others need its authors' servers or databases."""


CONTAINER_CLIENTS = frozenset({"docker", "podman", "nerdctl"})
COMMAND_PLACEHOLDERS = frozenset({"{folder}", "{user}", "{name}"})
_SHARED_NETWORK = re.compile(r"--net(work)?[= ](host|container:\S+)( |$)")


class ZapOptions(BaseModel, extra="forbid", frozen=True):
    """`[stages.security.zap]`: which OWASP ZAP scans, and what any ZAP must bring along."""

    address: str = Field(
        default="",
        pattern=r"^(https?://[^/@]+/?)?$",
        description="Where a running ZAP's API answers, such as http://127.0.0.1:8090; empty: start one.",
    )
    command: list[str] = Field(
        default=[],
        description="Command that starts ZAP, typically in a container; ZAP's own arguments are put behind it. "
        "{folder} (to be mounted at the same path), {user} (uid:gid) and {name} are filled in.",
    )
    key: str = Field(
        default="",
        pattern=r"^(env:\w+)?$",
        description='Where the API key of a running ZAP is: "env:NAME".',
    )
    active_rules_min: int = Field(default=30, ge=1, description="Active rules a real ZAP has at least.")
    passive_rules_min: int = Field(default=40, ge=1, description="Passive rules a real ZAP has at least.")
    policy: str = Field(default="", description="Name of the scan policy; empty: ZAP's default.")
    heap_mb: int = Field(
        default=1024, ge=256, le=65_536, description="Memory for an installed ZAP; a command says its own."
    )
    start_s: float = Field(default=120.0, gt=0, le=900, description="Seconds ZAP may take to start.")

    @property
    def is_configured(self) -> bool:
        """Whether a ZAP is named here, so that none is looked for on the machine."""
        return bool(self.address or self.command)

    @field_validator("command")
    @classmethod
    def _can_reach_us(cls, value: list[str]) -> list[str]:
        words = {word for part in value for word in re.findall(r"\{[^{}]*\}", part)}
        unknown = sorted(words - COMMAND_PLACEHOLDERS)
        if unknown:
            raise ValueError(
                f"{unknown[0]} is not filled in; allowed: {', '.join(sorted(COMMAND_PLACEHOLDERS))}"
            )
        reason = _container_trouble(value, words) if container_client(value) else ""
        if reason:
            raise ValueError(reason)
        return value

    @model_validator(mode="after")
    def _is_one_zap(self) -> ZapOptions:
        if self.address and self.command:
            raise ValueError("address names a ZAP that runs and command starts one; keep one of them")
        if self.key and self.command:
            raise ValueError("key belongs to a running ZAP's address; one that is started gets its own")
        return self


def container_client(command: list[str]) -> list[str]:
    """The words of a container command before its `run` (`docker`, `sudo podman`); empty: no container."""
    before = command[: command.index("run")] if "run" in command else []
    is_client = any(re.split(r"[\\/]", word)[-1].removesuffix(".exe") in CONTAINER_CLIENTS for word in before)
    return before if is_client else []


def _container_trouble(command: list[str], placeholders: set[str]) -> str:
    """Why a container started like this would be of no use; empty when it would."""
    if not _SHARED_NETWORK.search(" ".join(command)):
        return (
            "the guard listens on this machine's loopback, which the container does not see; "
            'add "--network", "host" before the image'
        )
    if "{folder}" not in placeholders:
        return (
            "ZAP reads its settings from {folder}, which the container does not see; "
            'add "--volume", "{folder}:{folder}" before the image'
        )
    if "{name}" not in placeholders:
        return 'what is left of the container could not be removed; add "--name", "{name}" before the image'
    if any(re.fullmatch(r"--detach(=true)?|-[it]*d[it]*", word) for word in command):
        return "a detached container would look like a ZAP that has ended; take --detach out"
    return ""


class SecurityOptions(BaseModel, extra="forbid", frozen=True):
    """`[stages.security]`."""

    code: CodeOptions = Field(default_factory=CodeOptions, description="The code scan.")
    web: WebOptions = Field(default_factory=WebOptions, description="The web scan.")
    zap: ZapOptions = Field(default_factory=ZapOptions, description="OWASP ZAP.")
