"""Letters: the list, one letter, and writing one."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from gonogo.demo.services import correspondence, tenancies
from gonogo.demo.services.correspondence import MAX_BODY, TEMPLATE_NAMES
from gonogo.demo.services.permissions import Permission, Role
from gonogo.demo.services.tenancies import TenancyView
from gonogo.demo.services.work import InvalidError, NotFoundError
from gonogo.demo.web.access import needs
from gonogo.demo.web.forms import Form
from gonogo.demo.web.paging import PER_PAGE, Page, page_number
from gonogo.demo.web.portal import Visit, visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("letters", __name__, url_prefix="/letters")

_FIELDS = ("tenancy", "template", "subject", "body")
_LONGEST_SUBJECT = 100
_FOLDERS_8_2_0 = {Role.REPAIRS_CLERK: "repairs", Role.HOUSING_MANAGER: "all"}


@blueprint.get("")
@needs(Permission.LETTER_VIEW)
def show_list() -> Response:
    """Letters sent, newest first."""
    who = visit()
    if who.build.has("functional-letters-500"):
        _open_folder(who)
    number = page_number(request.args.get("page"))
    found = correspondence.list_letters(who.work(), page=number, per_page=PER_PAGE)
    shown = Page(number=number, total=found.total, path="/letters")
    return page("letters.html", section="/letters", rows=found.rows, shown=shown)


@blueprint.get("/new")
@needs(Permission.LETTER_WRITE)
def new_form() -> Response:
    """The form to write a letter."""
    defaults = {"tenancy": request.args.get("tenancy", "")[:12], "template": "blank"}
    return _form(Form(defaults=defaults))


@blueprint.post("/new")
@needs(Permission.LETTER_WRITE)
def write() -> BaseResponse:
    """Fills in a template, shows a preview, or sends the letter, as the button says."""
    action = request.form.get("action", "send")
    if action == "template":
        return _use_template(Form(request.form))
    sent = Form(request.form)
    reference = sent.text("tenancy", "Enter a tenancy reference", limit=20, label="Tenancy reference").upper()
    template = sent.choice("template", TEMPLATE_NAMES, "Select a template")
    subject = sent.text("subject", "Enter a subject", limit=_LONGEST_SUBJECT, label="Subject")
    body = sent.text("body", "Enter the text of the letter", limit=MAX_BODY, label="Letter text")
    tenancy = _tenancy(sent, reference)
    if not sent.ok or tenancy is None:
        return _form(sent)
    if action == "preview":
        return _form(sent, preview={"tenancy": tenancy, "subject": subject, "body": body})
    who = visit()
    try:
        letter = correspondence.send_letter(
            who.work(), tenancy.reference, template=template, subject=subject, body=body
        )
    except InvalidError as wrong:
        sent.refuse(wrong, _FIELDS)
        return _form(sent)
    who.save()
    who.tell(f"Letter {letter.row.reference} sent")
    return redirect(f"/letters/{letter.row.reference}")


@blueprint.get("/<reference>")
@needs(Permission.LETTER_VIEW)
def show(reference: str) -> Response:
    """One letter as it was sent."""
    letter = correspondence.get_letter(visit().work(), reference)
    name = TEMPLATE_NAMES.get(letter.template, letter.template)
    return page("letter.html", section="/letters", letter=letter, template_name=name)


def _use_template(sent: Form) -> Response:
    """Puts the chosen template's subject and text, filled in for the tenancy, into the form."""
    reference = sent.text("tenancy", "Enter a tenancy reference", limit=20, label="Tenancy reference").upper()
    template = sent.choice("template", TEMPLATE_NAMES, "Select a template")
    if _tenancy(sent, reference) is None or not sent.ok:
        return _form(sent)
    draft = correspondence.draft(visit().work(), reference, template)
    return _form(
        Form(
            defaults={
                "tenancy": reference,
                "template": template,
                "subject": draft.subject,
                "body": draft.body,
            }
        )
    )


def _tenancy(sent: Form, reference: str) -> TenancyView | None:
    if not reference:
        return None
    try:
        return tenancies.get_tenancy(visit().work(), reference)
    except NotFoundError:
        sent.error("tenancy", "There is no tenancy with this reference")
        return None


def _form(sent: Form, preview: dict[str, object] | None = None) -> Response:
    return page(
        "letter_new.html",
        section="/letters",
        form=sent,
        templates=TEMPLATE_NAMES.items(),
        limit=MAX_BODY,
        preview=preview,
        today=visit().work().today,
    )


def _open_folder(who: Visit) -> str:
    """The folder of letters that 8.2.0 opens first for a role."""
    return _FOLDERS_8_2_0[Role(who.user.row.role)] if who.user else ""
