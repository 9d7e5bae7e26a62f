"""The endpoint at which other systems hand in payments as XML."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from gonogo.demo.interfaces import payments
from gonogo.demo.services.permissions import Permission
from gonogo.demo.web.access import Access, needs
from gonogo.demo.web.portal import visit

blueprint = Blueprint("payments_interface", __name__, url_prefix="/interfaces/payments")

_XML = "application/xml; charset=utf-8"
_MEDIA_TYPES = ("application/xml", "text/xml")


@blueprint.post("")
@needs(Permission.PAYMENT_IMPORT)
def receive() -> Response:
    """Posts the payments of one document and acknowledges each; a bad document posts nothing."""
    if request.mimetype not in _MEDIA_TYPES:
        raise UnsupportedMediaType("Send the payments as application/xml.")
    who = visit()
    try:
        acknowledgement = payments.receive(who.work(), request.get_data(cache=False))
    except payments.BadPaymentFileError as bad:
        return Response(bad.xml, status=400, content_type=_XML)
    who.save()
    return Response(acknowledgement.xml, content_type=_XML)


@blueprint.get("/schema.xsd")
@needs(Access.MACHINE)
def schema() -> Response:
    """The schema of the payments document."""
    return Response(payments.schema_bytes("payments"), content_type=_XML)
