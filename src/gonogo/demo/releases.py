"""The releases of Meridian Housing, and the build that one process runs.

A *release* is what the vendor publishes. A *build* is a release as it was put together for one site: the
release, the mistakes that slipped into it (see `faults`) and the harmless ways in which it differs (see
`variations`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from gonogo.demo.faults import FAULT_IDS, FAULTS, PRE_EXISTING_IDS
from gonogo.demo.variations import VARIATION_IDS

PRODUCT = "Meridian Housing"
VENDOR = "Meridian Public Software Ltd"
DEFAULT_BUSINESS_DATE = date(2026, 11, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One published release: what it is called, which database schema it needs and what its notes say."""

    version: str
    schema_revision: str
    title: str
    released_on: date
    build_number: int
    notes: tuple[str, ...]

    @property
    def has_payment_plans(self) -> bool:
        """Payment plans, charge lines, tenancy parties and repair targets came with schema 8200."""
        return self.schema_revision >= "8200"


_NOTES_8_2 = (
    "Payment plans: agree instalments towards arrears and see whether they are kept.",
    "Rent statements show the plan and a breakdown of the weekly charge below the transactions.",
    "Repairs carry a target date worked out from the priority; the repairs list shows those past it.",
    "Service charges are held as separate lines, and joint tenants as separate people.",
    "Repair priorities are a table that an administrator can read; the old one-figure codes are converted.",
)

RELEASES: dict[str, Release] = {
    "8.1": Release(
        version="8.1",
        schema_revision="8100",
        title="Meridian Housing 8.1",
        released_on=date(2025, 9, 1),
        build_number=4417,
        notes=(
            "Rent accounts can be searched by payment reference.",
            "Arrears report as a workbook, with a summary sheet.",
            "The payments interface acknowledges each payment.",
        ),
    ),
    "8.2.0": Release(
        version="8.2.0",
        schema_revision="8200",
        title="Meridian Housing 8.2",
        released_on=date(2026, 10, 5),
        build_number=5102,
        notes=_NOTES_8_2,
    ),
    "8.2.1": Release(
        version="8.2.1",
        schema_revision="8200",
        title="Meridian Housing 8.2, first maintenance release",
        released_on=date(2026, 11, 9),
        build_number=5139,
        notes=(
            *_NOTES_8_2,
            "Corrects the faults reported against 8.2.0. A site on 8.2.0 restores its 8.1 database first.",
        ),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A release as built: the question "does this build have that fault?" is asked at the place of the fault.

    Attributes:
        release: the published release.
        faults: ids out of `faults.FAULTS` that this build has.
        variations: ids out of `variations.VARIATIONS` that this build shows.
    """

    release: Release
    faults: frozenset[str] = field(default_factory=frozenset)
    variations: frozenset[str] = field(default_factory=frozenset)

    def has(self, fault_id: str) -> bool:
        """Whether this build has the fault; a fault of 8.1's own is in every build.

        Raises:
            KeyError: the id is in no table, so the question could never be answered yes.
        """
        if fault_id in self.faults or fault_id in PRE_EXISTING_IDS:
            return True
        if fault_id not in FAULT_IDS:
            raise KeyError(f"no such fault: {fault_id}")
        return False

    def varies(self, variation_id: str) -> bool:
        """Whether this build shows the harmless variation.

        Raises:
            KeyError: the id is not in the table of variations.
        """
        if variation_id in self.variations:
            return True
        if variation_id not in VARIATION_IDS:
            raise KeyError(f"no such variation: {variation_id}")
        return False


class BuildError(ValueError):
    """The wish for a build cannot be met; the text says what was asked for and what is allowed."""


def make_build(version: str, faults: tuple[str, ...] = (), variations: tuple[str, ...] = ()) -> Build:
    """The build of a release with the given extra faults and variations.

    8.2.0 always has the faults it was published with. Extra faults are for single-fault builds of 8.2.1 only.

    Raises:
        BuildError: an unknown release, fault or variation, or a fault asked for on 8.1 or 8.2.0.
    """
    release = RELEASES.get(version)
    if release is None:
        raise BuildError(f"release {version!r} is unknown; known releases: {', '.join(RELEASES)}")
    unknown = sorted(set(faults) - FAULT_IDS) or sorted(set(variations) - VARIATION_IDS)
    if unknown:
        raise BuildError(
            f"unknown id {unknown[0]!r}; 'python -m gonogo.demo faults' and '... variations' list the rest"
        )
    if faults and version != "8.2.1":
        raise BuildError(f"faults can be added to release 8.2.1 only, not to {version}")
    own = {fault.id for fault in FAULTS if fault.in_8_2_0} if version == "8.2.0" else set()
    return Build(release=release, faults=frozenset(own.union(faults)), variations=frozenset(variations))
