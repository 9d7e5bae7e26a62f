"""The wording of the letters that can be written from a template."""

from __future__ import annotations

TEMPLATE_NAMES = {
    "blank": "Blank letter",
    "arrears-1": "Rent arrears: first reminder",
    "arrears-2": "Rent arrears: second reminder",
    "repair-appointment": "Repair appointment",
    "rent-increase": "Rent increase notice",
}

_ENDING = "\n\nYours sincerely,\n\nEastmere Homes"

SUBJECTS = {
    "blank": "",
    "arrears-1": "Your rent account {account}",
    "arrears-2": "Second reminder: your rent account {account}",
    "repair-appointment": "Appointment for a repair at {address}",
    "rent-increase": "Notice of a change to your rent",
}

BODIES = {
    "blank": "",
    "arrears-1": (
        "Dear {tenants},\n\n"
        "Our records show that your rent account {account} is {balance} in arrears on {date}.\n\n"
        "If you have paid in the last three days, thank you, and please ignore this letter. If not, please "
        "pay now or call us on 01632 960100 so that we can agree how you will pay."
    )
    + _ENDING,
    "arrears-2": (
        "Dear {tenants},\n\n"
        "We wrote to you about your rent account {account}. It is now {balance} in arrears.\n\n"
        "If we do not hear from you within seven days of {date} we may serve a notice of seeking possession. "
        "Free advice is available from Citizens Advice. Please call us on 01632 960100."
    )
    + _ENDING,
    "repair-appointment": (
        "Dear {tenants},\n\n"
        "Our contractor will call at {address} to carry out the repair that you reported. "
        "Please make sure that somebody over 18 is at home.\n\n"
        "If you cannot keep the appointment, call us on 01632 960150."
    )
    + _ENDING,
    "rent-increase": (
        "Dear {tenants},\n\n"
        "Your weekly charge for {address} is {weekly} at present. From the first Monday in April it will "
        "change in line with the Regulator of Social Housing's rent standard. We will write again with the "
        "new amount at least four weeks before."
    )
    + _ENDING,
}
