"""Repairs, letters and the audit log of the sample data."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from gonogo.demo.money import pounds
from gonogo.demo.seed.homes import CURRENT, Account, Homes
from gonogo.demo.seed.names import FAULTS_BY_TRADE
from gonogo.demo.seed.staff import CLERK_NAMES, OFFICER_NAMES
from gonogo.demo.services.letter_templates import BODIES, SUBJECTS
from gonogo.demo.services.repairs import CODES_81, CONTRACTORS, TARGET_DAYS
from gonogo.demo.uk_time import uk_long_date

Row = dict[str, object]

REPAIRS = 420
LETTERS = 160
_TODAY = date(2026, 11, 20)


def repair_rows(homes: Homes) -> tuple[list[Row], list[Row]]:
    """Repairs in the order in which they were raised, and the notes on them."""
    rng = Random("meridian repairs")  # noqa: S311 (sample data must be the same every time)
    moments = sorted(_raised_at(rng) for _ in range(REPAIRS))
    moments[201] = moments[200]  # two calls in the same minute
    repairs: list[Row] = []
    notes: list[Row] = []
    for number, raised_at in enumerate(moments, 1):
        tenancy = homes.tenancies[rng.randrange(CURRENT)]
        trade = rng.choice(tuple(FAULTS_BY_TRADE))
        priority = rng.choices(("Emergency", "Urgent", "Routine"), (15, 35, 50))[0]
        due_on = raised_at.date() + timedelta(days=TARGET_DAYS[priority])
        repair: Row = {
            "id": number,
            "reference": f"R{number:06d}",
            "property_id": tenancy["property_id"],
            "tenancy_id": tenancy["id"],
            "trade": trade,
            "description": rng.choice(FAULTS_BY_TRADE[trade]),
            "priority": CODES_81[priority],
            "raised_at": raised_at,
            "due_on": due_on,
            **_progress(rng, raised_at.date(), due_on),
        }
        repairs.append(repair)
        notes += _notes_on(rng, repair)
    for number, note in enumerate(notes, 1):
        note["id"] = number
    return repairs, notes


def _raised_at(rng: Random) -> datetime:
    """Office hours mostly; one in twelve is a call so late that in summer UTC is a day behind."""
    day = _TODAY - timedelta(days=1 + int(290 * rng.random() ** 1.6))
    if rng.random() < 1 / 12:
        return datetime.combine(day, time(23, rng.randrange(2, 58)))
    return datetime.combine(day, time(rng.randrange(8, 17), rng.randrange(60)))


def _progress(rng: Random, raised_on: date, due_on: date) -> Row:
    """How far a repair has come by today, and what it cost."""
    age = (_TODAY - raised_on).days
    contractor = rng.choice(CONTRACTORS)
    chance = rng.random()
    if chance < 0.05 and age > 3:
        return {"status": "cancelled", "contractor": "", "completed_on": None, "cost_pence": 0}
    late = timedelta(days=rng.randrange(1, 9)) if rng.random() < 0.12 else timedelta()
    done_on = min(due_on, raised_on + timedelta(days=rng.randrange(0, 26))) + late
    if done_on < _TODAY and chance < 0.96:
        cost = rng.randrange(3_500, 48_000)
        return {"status": "completed", "contractor": contractor, "completed_on": done_on, "cost_pence": cost}
    if age > 2 or chance < 0.4:
        return {"status": "assigned", "contractor": contractor, "completed_on": None, "cost_pence": 0}
    return {"status": "raised", "contractor": "", "completed_on": None, "cost_pence": 0}


def _notes_on(rng: Random, repair: Row) -> list[Row]:
    raised_at = repair["raised_at"]
    if not isinstance(raised_at, datetime):
        raise TypeError("a repair is raised at an instant")
    author = rng.choice(CLERK_NAMES)
    notes: list[Row] = []
    if repair["contractor"]:
        text = f"Assigned to {repair['contractor']}"
        notes.append({"written_at": raised_at + timedelta(minutes=40), "text": text})
    if isinstance(done_on := repair["completed_on"], date):
        notes.append({"written_at": datetime.combine(done_on, time(15, 30)), "text": "Completed"})
    if repair["status"] == "cancelled":
        text = "Cancelled: tenant reports that it is no longer needed"
        notes.append({"written_at": raised_at + timedelta(days=1), "text": text})
    return [{"repair_id": repair["id"], "author": author, **note} for note in notes]


def letter_rows(homes: Homes) -> list[Row]:
    """Letters of the last four months, written from the templates."""
    rng = Random("meridian letters")  # noqa: S311 (sample data must be the same every time)
    places = {row["id"]: str(row["address"]) for row in homes.properties}
    owing = [a for a in homes.accounts[19 : CURRENT - 2] if _balance(a, _TODAY) > 15_000]
    days = sorted(_TODAY - timedelta(days=rng.randrange(1, 110)) for _ in range(LETTERS))
    letters: list[Row] = []
    for number, day in enumerate(days, 1):
        template = rng.choices(
            ("arrears-1", "arrears-2", "repair-appointment", "rent-increase"), (40, 20, 30, 10)
        )[0]
        account = rng.choice(owing if template.startswith("arrears") else homes.accounts[19 : CURRENT - 2])
        tenancy = homes.tenancies[account.tenancy_id - 1]
        values = {
            "tenants": str(tenancy["tenant_name"]),
            "account": account.reference,
            "address": places[tenancy["property_id"]],
            "balance": pounds(max(0, _balance(account, day))),
            "weekly": pounds(account.weekly_pence),
            "date": uk_long_date(day),
        }
        letters.append(
            {
                "id": number,
                "reference": f"L{number:06d}",
                "tenancy_id": tenancy["id"],
                "template": template,
                "subject": SUBJECTS[template].format_map(values),
                "body": BODIES[template].format_map(values),
                "written_on": day,
                "author": rng.choice(OFFICER_NAMES),
            }
        )
    return letters


def _balance(account: Account, day: date) -> int:
    return sum(
        int(str(entry["amount_pence"]))
        for entry in account.entries
        if str(entry["posted_on"]) <= day.isoformat()
    )


def audit_rows(letters: list[Row], repairs: list[Row]) -> list[Row]:
    """An event for each letter and each repair, in the order in which they happened."""
    sent = [
        (datetime.combine(day, time(11)), "jhughes", "letter.sent", str(letter["reference"]))
        for letter in letters
        if isinstance(day := letter["written_on"], date)
    ]
    raised = [
        (moment, "lwalsh", "repair.raised", str(repair["reference"]))
        for repair in repairs
        if isinstance(moment := repair["raised_at"], datetime)
    ]
    events = sorted(sent + raised)
    return [
        {"id": number, "at": at, "username": username, "action": action, "subject": subject, "detail": ""}
        for number, (at, username, action, subject) in enumerate(events, 1)
    ]
