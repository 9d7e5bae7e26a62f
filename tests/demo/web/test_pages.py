"""What the pages show and do, as the reference page lists it."""

from __future__ import annotations

import html
import re

import pytest

from .conftest import CLERK, MANAGER, OFFICER, MakeSite, Site

HEADINGS = {
    "/": "Home",
    "/tenancies": "Tenancies",
    "/tenancies/T000017": "Miss Renée Griffiths & Mrs Rosa Miller",
    "/tenancies/T000017/repairs": "Repairs for Miss Renée Griffiths & Mrs Rosa Miller",
    "/tenancies/T000017/letters": "Letters to Miss Renée Griffiths & Mrs Rosa Miller",
    "/accounts/T000017": "Rent account for Miss Renée Griffiths & Mrs Rosa Miller",
    "/accounts/A000017/payment": "Take a payment",
    "/accounts/A000017/adjustment": "Post an adjustment",
    "/accounts/A000017/write-off": "Write off debt",
    "/arrears": "Arrears",
    "/repairs": "Repairs",
    "/repairs/new": "Raise a repair",
    "/repairs/R000001": "Repair R000001",
    "/letters": "Letters",
    "/letters/new": "Write a letter",
    "/letters/L000001": "Letter L000001",
    "/reports": "Reports",
    "/batch": "Batch job history",
    "/admin/users": "Users",
    "/admin/users/new": "Add a user",
    "/admin/users/jhughes": "User jhughes",
    "/admin/access": "Access audit",
    "/admin/logs": "Logs",
    "/profile/password": "Change your password",
    "/help": "Help",
    "/accessibility": "Accessibility statement",
    "/about": "About Meridian Housing",
    "/release-notes": "Release notes",
    "/payment-plans": "Payment plans",
    "/accounts/A000017/plan": "Payment plan for Miss Renée Griffiths & Mrs Rosa Miller",
    "/repairs/sla": "Repair targets",
}
TABLES = {
    "/": ["Task", "Reference", "Tenant", "Detail", "Due"],
    "/tenancies": ["Reference", "Tenant", "Address", "Postcode", "Status", "Started"],
    "/tenancies/T000017/repairs": ["Repair", "Description", "Trade", "Priority", "Status", "Raised"],
    "/tenancies/T000017/letters": ["Letter", "Date", "Subject", "Written by"],
    "/accounts/T000017": ["Date", "Type", "Description", "Debit", "Recieved", "Balance"],
    "/arrears": ["Reference", "Tenant", "Address", "Balance", "Weeks owed", "Last payment"],
    "/repairs": ["Repair", "Tenancy", "Address", "Description", "Priority", "Status", "Raised", "Due"],
    "/letters": ["Letter", "Date", "Tenancy", "Tenant", "Subject", "Written by"],
    "/reports": ["Report", "Format", "Contents", "Download"],
    "/batch": ["Run", "Job", "Business date", "Started", "Accounts", "Control total", "Status"],
    "/admin/users": ["User name", "Name", "Role", "Status", "Last signed in"],
    "/admin/access": ["Permission", "Description", "Rent officer", "Repairs clerk", "Housing manager"],
    "/payment-plans": ["Plan", "Tenancy", "Tenant", "Instalment", "Frequency", "Started", "Status"],
    "/repairs/sla": ["Repair", "Priority", "Raised", "Target", "Days left"],
}
ACCOUNT = "/accounts/A000017"


def text_of(page: str) -> str:
    """What a reader sees, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("path", HEADINGS)
def test_each_page_has_its_heading_and_title(site: Site, path: str) -> None:
    page = site.as_user(MANAGER).get(path).text
    headings = [text_of(found) for found in re.findall(r"<h1>(.*?)</h1>", page)]
    assert headings == [HEADINGS[path]]
    title = re.search(r"<title>(.*?)</title>", page)
    assert title is not None
    assert html.unescape(title.group(1)) == f"{HEADINGS[path]} - Meridian Housing"


@pytest.mark.parametrize("path", TABLES)
def test_each_table_has_its_headings(site: Site, path: str) -> None:
    page = site.as_user(MANAGER).get(path).text
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', page) == TABLES[path]
    assert page.count("<caption>") == page.count("<table")


def test_the_about_page_states_product_version_and_build(make_site: MakeSite) -> None:
    for version, build in (("8.1", "8.1.4417"), ("8.2.1", "8.2.1.5139")):
        page = make_site(version).stranger().get("/about").text
        assert f'<dd id="version">{version}</dd>' in page
        assert f'<dd id="build">{build}</dd>' in page


def test_the_search_finds_pages_and_keeps_its_term(site: Site) -> None:
    officer = site.as_user(OFFICER)
    page = officer.get("/tenancies?q=a&status=current").text
    assert "Showing 1 to 25 of" in page
    assert 'href="/tenancies?q=a&amp;status=current&amp;page=2"' in page
    assert "Showing 26 to 50 of" in officer.get("/tenancies?q=a&status=current&page=2").text


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "2.5", "²"])
def test_an_odd_page_number_is_no_error(site: Site, page: str) -> None:
    assert site.as_user(OFFICER).get(f"/tenancies?page={page}").status_code == 200


def test_a_search_without_result_says_so(site: Site) -> None:
    assert "No tenancies match your search" in site.as_user(OFFICER).get("/tenancies?q=zzzz").text


def test_what_is_searched_for_is_shown_as_text(site: Site) -> None:
    page = site.as_user(OFFICER).get("/tenancies?q=<script>alert(1)</script>").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_payment_changes_the_balance_to_the_penny(fresh: Site) -> None:
    officer = fresh.as_user(OFFICER)
    assert '<dd id="balance" class="balance-owed">£117.25</dd>' in officer.get(ACCOUNT).text
    page = officer.post(f"{ACCOUNT}/payment", amount="£17.26", method="Card", note="slip 9").text
    assert "Payment of £17.26 taken" in page
    assert '<dd id="balance" class="balance-owed">£99.99</dd>' in page
    assert "Payment of £17.26 taken" not in officer.get(ACCOUNT).text


def test_an_adjustment_charges_or_credits(fresh: Site) -> None:
    officer = fresh.as_user(OFFICER)
    send = {"amount": "10.00", "note": "Key replaced"}
    page = officer.post(f"{ACCOUNT}/adjustment", direction="charge", **send).text
    assert "Adjustment of £10.00 posted" in page
    assert "£127.25" in page
    page = officer.post(f"{ACCOUNT}/adjustment", direction="credit", **send).text
    assert '<dd id="balance" class="balance-owed">£117.25</dd>' in page


def test_a_write_off_takes_no_more_than_is_owed(fresh: Site) -> None:
    manager = fresh.as_user(MANAGER)
    too_much = manager.post(f"{ACCOUNT}/write-off", amount="117.26", note="x").text
    assert "You cannot write off more than is owed (£117.25)" in too_much
    done = manager.post(f"{ACCOUNT}/write-off", amount="117.25", note="Tenant died").text
    assert "£117.25 written off" in done
    assert '<dd id="balance">£0.00</dd>' in done


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        ("", "Enter an amount in pounds and pence, such as 125.50"),
        ("ten", "Enter an amount in pounds and pence, such as 125.50"),
        ("1.234", "Enter an amount in pounds and pence, such as 125.50"),
        ("0.00", "Amount must be more than zero"),
        ("-5.00", "Amount must be more than zero"),
        ("10000.01", "Amount must be £10,000.00 or less"),
    ],
)
def test_a_wrong_amount_is_explained_beside_the_field(site: Site, amount: str, message: str) -> None:
    page = site.as_user(OFFICER).post(f"{ACCOUNT}/payment", amount=amount, method="Card").text
    assert f'<a href="#amount">{message}</a>' in page
    assert f"</span>{message}</p>" in page
    assert 'aria-describedby="amount-hint amount-error" aria-invalid="true"' in page
    assert "<title>Error: Take a payment" in page


def test_a_ledger_is_filtered_by_type_and_date(site: Site) -> None:
    officer = site.as_user(OFFICER)
    page = officer.get(f"{ACCOUNT}?kind=benefit").text
    assert "Showing 1 to 1 of 1 transactions" in page
    assert "Showing 1 to 2 of 2" in officer.get(f"{ACCOUNT}?from=2026-10-20&to=2026-11-02").text
    assert "No transactions fit the filter" in officer.get(f"{ACCOUNT}?from=2030-01-01").text
    assert officer.get(f"{ACCOUNT}?kind=nonsense&from=nonsense&to=2026-02-31").status_code == 200


def test_arrears_are_filtered_by_balance(site: Site) -> None:
    officer = site.as_user(OFFICER)
    assert "Total arrears £" in officer.get("/arrears").text
    page = officer.get("/arrears?min=1900.00").text
    assert "Showing 1 to 1 of 1 accounts" in page
    assert "Enter an amount in pounds" in officer.get("/arrears?min=lots").text


def test_a_repair_goes_from_raised_to_completed(fresh: Site) -> None:
    page = fresh.as_user(OFFICER).post(
        "/repairs/new", tenancy="t000017", trade="Plumbing", priority="Urgent", description="Tap drips"
    )
    raised = re.search(r"Repair (R\d{6}) raised", page.text)
    assert raised is not None
    path = f"/repairs/{raised.group(1)}"
    clerk = fresh.as_user(CLERK)
    assert "Select a contractor" in clerk.post(f"{path}/assign").text
    done = clerk.post(f"{path}/assign", contractor="Council works team").text
    assert "Repair assigned to Council works team" in done
    done = clerk.post(f"{path}/complete", completion_note="New washer").text
    assert "Repair completed" in done
    assert "New washer" in done
    assert "Assign repair" not in done


def test_a_repair_is_cancelled_with_a_reason(fresh: Site) -> None:
    clerk = fresh.as_user(CLERK)
    assert "Enter a reason for cancelling" in clerk.post("/repairs/R000417/cancel").text
    assert "Repair cancelled" in clerk.post("/repairs/R000417/cancel", reason="Raised twice").text
    assert clerk.post("/repairs/R000417/cancel", reason="Again").status_code in {200, 400}


def test_wrong_fields_of_a_repair_are_all_named(site: Site) -> None:
    page = site.as_user(OFFICER).post("/repairs/new").text
    for message in (
        "Enter a tenancy reference",
        "Select a trade",
        "Select a priority",
        "Enter a description",
    ):
        assert message in page
    page = (
        site.as_user(OFFICER)
        .post("/repairs/new", tenancy="T999999", trade="Roofing", priority="Routine", description="x" * 501)
        .text
    )
    assert "Description must be 500 characters or fewer" in page
    page = (
        site.as_user(OFFICER)
        .post("/repairs/new", tenancy="T999999", trade="Roofing", priority="Routine", description="x")
        .text
    )
    assert "There is no current tenancy with this reference" in page


def test_a_letter_is_filled_in_previewed_and_sent(fresh: Site) -> None:
    officer = fresh.as_user(OFFICER)
    page = officer.post("/letters/new", action="template", tenancy="T000017", template="arrears-1").text
    assert "is £117.25 in arrears" in page
    fields = {"tenancy": "T000017", "template": "arrears-1", "subject": "Your rent", "body": "Dear tenant"}
    assert "Preview of your letter" in officer.post("/letters/new", action="preview", **fields).text
    page = officer.post("/letters/new", action="send", **fields).text
    assert re.search(r"Letter L\d{6} sent", page)
    assert "Dear tenant" in page


def test_wrong_fields_of_a_letter_are_named(site: Site) -> None:
    officer = site.as_user(OFFICER)
    page = officer.post("/letters/new", tenancy="T999999", template="blank", body="x" * 2001).text
    for message in (
        "There is no tenancy with this reference",
        "Enter a subject",
        "Letter text must be 2,000 characters or fewer",
    ):
        assert message in page


def test_a_manager_adds_a_user(fresh: Site) -> None:
    manager = fresh.as_user(MANAGER)
    page = manager.post("/admin/users/new", username="Bad Name", full_name="", role="", password="short").text
    for message in ("Enter a full name", "Select a role", "Password must be at least 10 characters"):
        assert message in page
    fields = {"full_name": "Nia Pryce", "role": "repairs_clerk", "password": "long-enough-1"}
    assert "User name is already taken" in manager.post("/admin/users/new", username=OFFICER, **fields).text
    assert "small letters or digits" in manager.post("/admin/users/new", username="Bad Name", **fields).text
    assert "User npryce added" in manager.post("/admin/users/new", username="npryce", **fields).text
    assert fresh.stranger().sign_in("npryce", "long-enough-1").status_code == 302


def test_a_manager_cannot_change_their_own_account(fresh: Site) -> None:
    manager = fresh.as_user(MANAGER)
    assert "You cannot change your own account" in manager.post(f"/admin/users/{MANAGER}/deactivate").text
    page = manager.post(f"/admin/users/{MANAGER}/role", role="repairs_clerk").text
    assert "You cannot change your own account" in page


def test_a_payment_plan_is_set_up_and_cancelled(fresh: Site) -> None:
    officer = fresh.as_user(OFFICER)
    path = "/accounts/A000470/plan"
    page = officer.post(path, amount="0.50", frequency="Weekly", start="2026-11-27").text
    assert "Instalment must be at least £1.00" in page
    page = officer.post(path, amount="25.00", frequency="Weekly", start="2026-11-27").text
    assert "Payment plan set up" in page
    assert "£25.00" in officer.get("/payment-plans").text
    assert officer.get("/payment-plans/new?reference=t000470").headers["Location"] == path
    page = officer.get("/payment-plans/new?reference=T999999").text
    assert "There is no rent account with this reference" in page
    assert "Payment plan cancelled" in officer.post(f"{path}/cancel").text


def test_downloads_carry_their_name_and_type(site: Site) -> None:
    manager = site.as_user(MANAGER)
    for path, media_type, start in (
        ("/reports/rent-roll.csv", "text/csv", b"\xef\xbb\xbfTenancy"),
        ("/reports/repairs.csv", "text/csv", b""),
        ("/reports/arrears.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("/reports/statement.pdf?reference=T000017", "application/pdf", b"%PDF"),
    ):
        response = manager.get(path)
        assert response.mimetype == media_type
        assert response.headers["Content-Disposition"].startswith("attachment; filename=")
        assert response.data.startswith(start) or path.endswith(".csv")


@pytest.mark.parametrize(
    ("reference", "message"),
    [("", "Enter a tenancy reference"), ("T999999", "There is no tenancy with this reference")],
)
def test_a_statement_of_nobody_is_explained(site: Site, reference: str, message: str) -> None:
    page = site.as_user(OFFICER).get(f"/reports/statement.pdf?reference={reference}")
    assert page.mimetype == "text/html"
    assert message in page.text


def test_the_access_audit_says_what_is_enforced(make_site: MakeSite) -> None:
    for version, clerk_adjusts in (("8.2.0", "Yes"), ("8.2.1", "No")):
        page = text_of(make_site(version).as_user(MANAGER).get("/admin/access").text)
        row = re.search(r"adjustment\.post .*? (Yes|No) (Yes|No) (Yes|No)", page)
        assert row is not None
        assert row.groups() == ("Yes", clerk_adjusts, "Yes")


def test_the_log_viewer_shows_requests_but_no_search_terms(site: Site) -> None:
    manager = site.as_user(MANAGER)
    manager.get("/tenancies?q=private-name")
    page = manager.get("/admin/logs").text
    assert "&#34;GET /tenancies&#34; 200" in page
    assert "private-name" not in page


@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [
        ("/nothing", 404, "Page not found"),
        ("/tenancies/T999999", 404, "Page not found"),
        ("/accounts/A999999", 404, "Page not found"),
        ("/repairs/R999999", 404, "Page not found"),
        ("/letters/L999999", 404, "Page not found"),
        ("/reports/nothing.csv", 404, "Page not found"),
        ("/admin/users", 403, "You cannot open this page"),
        ("/signout", 405, "Page not found"),
    ],
)
def test_a_page_that_cannot_be_shown_says_why(site: Site, path: str, status: int, heading: str) -> None:
    response = site.as_user(OFFICER).get(path)
    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in response.text


def test_an_error_gives_a_reference_that_the_log_has_and_nothing_else(make_site: MakeSite) -> None:
    site = make_site("8.2.0")
    response = site.as_user(OFFICER).get("/letters")
    assert response.status_code == 500
    assert "Sorry, there is a problem with the service" in response.text
    assert "KeyError" not in response.text
    reference = re.search(r'id="error-reference" data-volatile>([0-9A-F]{8})<', response.text)
    assert reference is not None
    log = (site.home / "logs" / "error.log").read_text(encoding="utf-8")
    assert f"ERROR {reference.group(1)} {OFFICER}" in log
    assert "KeyError" in log


def test_a_line_of_the_log_cannot_be_forged(fresh: Site) -> None:
    fresh.stranger().get("/x%0aforged")
    log = (fresh.home / "logs" / "access.log").read_text(encoding="utf-8")
    assert "\nforged" not in log
    assert "x\\x0aforged" in log
