"""`signoff.signed.pdf`: the report with a page of signatures, signed, made anew with each entry of the log."""

from __future__ import annotations

import hashlib

from gonogo.clock import Clock, iso
from gonogo.publishing.base import Dossier, PublishSettings
from gonogo.publishing.page import html_page
from gonogo.publishing.sections.signatures import signed_page
from gonogo.publishing.signoff_pdf import NO_PANGO, pdf
from gonogo.signing.binding import LOG, bind_document, unbind_document
from gonogo.signing.certificates import open_certificate
from gonogo.signing.document import sign_document
from gonogo.signing.keys import SigningKey, trusted_keys
from gonogo.signing.signoff import read_log, standing, why_not_signed_off
from gonogo.store import RunFolder


def write_signed_document(folder: RunFolder, settings: PublishSettings, clock: Clock, key: SigningKey) -> str:
    """Make the document for the log as it is now, sign it, and bind it to the log.

    Args:
        folder: a run folder that verifies.
        settings: the team's report settings.
        clock: says when.
        key: of whoever signed last; it signs which document belongs to the log.

    Returns:
        Why there is none (the text library is missing), in plain words; empty when it was written.

    Raises:
        EvidenceError: the run folder cannot be read.
        StorageError: it cannot be written.
    """
    from gonogo.setup import find_pango

    if find_pango() is None:
        unbind_document(folder.path)  # it would show the log as it was before
        return NO_PANGO
    bind_document(folder.path, _document(folder, settings, clock), key)
    return ""


def _document(folder: RunFolder, settings: PublishSettings, clock: Clock) -> bytes:
    judging, verdict = folder.read_judging(), folder.read_verdict()
    upgrade = judging.upgrade
    plan, _ = folder.read_plan()
    at = iso(clock.now())
    dossier = Dossier(
        folder=folder.path,
        published=folder.published,
        upgrade=upgrade,
        plan=plan,
        runs=folder.read_runs(),
        comparison=folder.read_comparison(),
        verdict=verdict,
        generated_at=at,
        judged_at=judging.at,
        run_id=folder.path.name,
        settings=settings,
    )
    entries, _ = read_log(folder.path, trusted_keys())
    log_sha256 = hashlib.sha256((folder.path / LOG).read_bytes()).hexdigest()
    stands = standing(upgrade, verdict, entries)
    page = signed_page(
        stands,
        entries,
        why_not=why_not_signed_off(upgrade, verdict, stands),
        covers=verdict.digests,
        log_sha256=log_sha256,
        at=at,
    )
    owner = settings.organisation or upgrade.system
    return sign_document(
        pdf(html_page(dossier, is_for_print=True, signed=page)),
        open_certificate(owner, clock.now()),
        reason=f"Sign-off of {upgrade.system} {verdict.upgrade.to_version}; log sha256:{log_sha256}",
    )
