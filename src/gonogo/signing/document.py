"""Signs a tagged PDF so that it stays PDF/UA-1, and checks such a signature.

A signature field is added the tagged way first (an invisible widget that says what it is, inside a `Form` element of
the structure tree), and only then filled in: signing libraries add an untagged one, which breaks two rules.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, TypeVar

from gonogo.signing.binding import DOCUMENT
from gonogo.signing.certificates import Certificate, trusted_certificates

FIELD = "SignOff"
MEANING = "Electronic signature over the whole of this document"
Made = TypeVar("Made")

ROOM = 16_384
"""Bytes kept free for the signature."""


def sign_document(pdf: bytes, certificate: Certificate, *, reason: str) -> bytes:
    """The document with one signature that covers all of it and allows no change afterwards.

    Args:
        pdf: tagged, not signed.
        certificate: whose signature.
        reason: what the signature is about; readers show it.
    """
    # imported here: it takes half a second, and only signing needs it
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

    about = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        name=certificate.name,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signed = _apart(
        lambda: signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(with_field(pdf))),
            about,
            signer=_signer(certificate),
            existing_fields_only=True,
            bytes_reserved=ROOM,
        )
    )
    return bytes(signed.getvalue())


def with_field(pdf: bytes) -> bytes:
    """The tagged document with an empty signature field that is tagged too."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        page, tree = document.pages[-1], document.Root.StructTreeRoot
        numbers = tree.ParentTree.Nums
        place = 1 + max(int(numbers[at]) for at in range(0, len(numbers), 2))
        widget = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Sig,
                T=pikepdf.String(FIELD), TU=pikepdf.String(MEANING), Rect=pikepdf.Array([0, 0, 0, 0]),
                F=132, P=page.obj, StructParent=place,
            )
        )  # fmt: skip
        parent = tree.K[0] if isinstance(tree.K, pikepdf.Array) else tree.K
        form = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.StructElem, S=pikepdf.Name.Form, P=parent, Pg=page.obj, Alt=pikepdf.String(MEANING),
                K=pikepdf.Dictionary(Type=pikepdf.Name.OBJR, Obj=widget, Pg=page.obj),
            )
        )  # fmt: skip
        kids = parent.K if isinstance(parent.K, pikepdf.Array) else pikepdf.Array([parent.K])
        kids.append(form)
        parent.K = kids
        numbers.append(place)
        numbers.append(form)
        tree.ParentTreeNextKey = place + 1
        annotations = page.obj.get("/Annots", pikepdf.Array())
        annotations.append(widget)
        page.obj.Annots = annotations
        page.obj.Tabs = pikepdf.Name.S
        document.Root.AcroForm = document.make_indirect(
            pikepdf.Dictionary(Fields=pikepdf.Array([widget]), SigFlags=3)
        )
        target = io.BytesIO()
        document.save(target, static_id=True)
    return target.getvalue()


def signature_problems(data: bytes) -> tuple[str, ...]:
    """What is wrong with the signature of a document, a plain sentence each."""
    return _problems(data, trusted_certificates())


@lru_cache(maxsize=4)
def _problems(data: bytes, certificates: tuple[bytes, ...]) -> tuple[str, ...]:
    from pyhanko.pdf_utils.misc import PdfReadError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    try:
        signatures = PdfFileReader(io.BytesIO(data)).embedded_signatures
        if len(signatures) != 1:
            return (f"{DOCUMENT} has {len(signatures) or 'no'} signatures; it was made with one.",)
        roots = [_parsed(pem) for pem in certificates]
        context = ValidationContext(trust_roots=roots, allow_fetching=False)
        status = _apart(lambda: validate_pdf_signature(signatures[0], context))
    except (PdfReadError, SignatureValidationError, SigningError, ValueError, KeyError, TypeError) as error:
        return (f"{DOCUMENT} cannot be checked: {error}.",)
    problems = []
    if not (status.intact and status.valid):
        problems.append(f"{DOCUMENT}: its signature does not fit.")
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        problems.append(f"{DOCUMENT}: its signature does not cover the whole file.")
    if status.signing_cert.dump() not in [root.dump() for root in roots]:
        problems.append(f"{DOCUMENT}: signed with a certificate that is not known here.")
    return tuple(problems)


def _apart(work: Callable[[], Made]) -> Made:
    # pyHanko starts an event loop, which fails in a thread that is running one already.
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


def _signer(certificate: Certificate) -> Any:
    from pyhanko.keys import load_private_key_from_pemder_data
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    no_others: Any = SimpleCertificateStore
    return SimpleSigner(
        signing_cert=_parsed(certificate.certificate_pem),
        signing_key=load_private_key_from_pemder_data(certificate.key_pem, passphrase=None),
        cert_registry=no_others(),
    )


def _parsed(certificate_pem: bytes) -> Any:
    from pyhanko.keys import load_certs_from_pemder_data

    return next(iter(load_certs_from_pemder_data(certificate_pem)))
