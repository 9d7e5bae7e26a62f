"""What the service desk of the example holds: names, subjects and texts. Nothing random, nobody real."""

from __future__ import annotations

PEOPLE = (
    # user name, real name, roles, organisation
    ("hpark", "Harriet Park", "Admin", "ICT"),
    ("tgrant", "Tom Grant", "User", "ICT"),
    ("slowe", "Sana Lowe", "User", "ICT"),
    ("dferris", "Dan Ferris", "User", "ICT"),
    ("ewood", "Elin Wood", "User", "ICT"),
    ("rkhan", "Rana Khan", "Requester", "Housing"),
    ("jbell", "Jo Bell", "Requester", "Housing"),
    ("pmoss", "Peter Moss", "Requester", "Finance"),
    ("aodell", "Ann Odell", "Requester", "Finance"),
    ("lcase", "Lee Case", "Requester", "Libraries"),
    ("ntodd", "Nia Todd", "Requester", "Libraries"),
    ("bfry", "Ben Fry", "Requester", "Planning"),
)
# Of those that Roundup's classic template brings along. Nothing is critical until a scenario says so.
PRIORITIES = ("urgent", "bug", "wish")
STATUSES = ("unread", "chatting", "need-eg", "in-progress", "resolved")
KEYWORDS = ("printing", "telephony", "accounts", "network", "laptops", "housing system")

SUBJECTS = (
    ("printing", "The printer on floor {n} prints blank pages"),
    ("telephony", "Calls to extension 0{n} go straight to voicemail"),
    ("accounts", "Password of a new starter has expired, desk {n}"),
    ("network", "No network in meeting room {n}"),
    ("laptops", "Laptop LT-{n:04d} does not wake from sleep"),
    ("housing system", "Rent statement {n} shows two address lines too many"),
    ("printing", "Toner order for printer {n}"),
    ("accounts", "Access to the planning folder for team {n}"),
    ("network", "Slow file share since Tuesday, building {n}"),
    ("laptops", "Docking station {n} loses the second screen"),
)
QUESTIONS = (
    "It started this morning. Restarting it did not help.",
    "Three of us see the same. A picture is attached where I could take one.",
    "This holds up the end-of-month work; please say when somebody can look.",
    "Not urgent, but it has happened several times now.\n\nThe last time was on Monday.",
)
ANSWERS = (
    "Thank you. I have looked at it from here and will come by this afternoon.",
    "Could you tell me the number on the white label, please?",
    "A part is on order. I will write as soon as it is here.",
)
ISSUES = 150
