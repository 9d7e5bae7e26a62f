"""The service desk's schema: Roundup's classic one, with people who ask (Requester) and agents (User).

Roundup runs this file with `db`, `Class`, `String` and the rest already there.
"""
# ruff: noqa: F821

for name in ("priority", "status"):
    klass = Class(db, name, name=String(), order=Number())
    klass.setkey("name")

keyword = Class(db, "keyword", name=String())
keyword.setkey("name")

Class(db, "query", klass=String(), name=String(), url=String(), private_for=Link("user"))

user = Class(
    db,
    "user",
    username=String(),
    password=Password(),
    address=String(),
    realname=String(),
    phone=String(),
    organisation=String(),
    alternate_addresses=String(),
    queries=Multilink("query"),
    roles=String(),
    timezone=String(),
)
user.setkey("username")

FileClass(
    db,
    "msg",
    author=Link("user", do_journal="no"),
    recipients=Multilink("user", do_journal="no"),
    date=Date(),
    summary=String(),
    files=Multilink("file"),
    messageid=String(),
    inreplyto=String(),
)
FileClass(db, "file", name=String())
IssueClass(
    db,
    "issue",
    assignedto=Link("user"),
    keyword=Multilink("keyword"),
    priority=Link("priority"),
    status=Link("status"),
)

# ---- Who may do what --------------------------------------------------------------------------------
security = db.security
security.addRole(name="Requester", description="Somebody who asks the service desk for help")

# The web pages ask for this permission by name, so it exists; no role is given it: accounts are made by
# the administrator.
security.addPermission(name="Register", klass="user", description="User may make an account")

for role in ("User", "Requester"):
    for access in ("Web Access", "Rest Access"):
        security.addPermissionToRole(role, access)
    for name in ("priority", "status", "keyword"):
        security.addPermissionToRole(role, "View", name)
    security.addPermissionToRole(
        role,
        security.addPermission(
            name="View", klass="user", properties=("id", "organisation", "realname", "username")
        ),
    )

for name in ("issue", "msg", "file"):
    for action in ("View", "Edit", "Create"):
        security.addPermissionToRole("User", action, name)
for action in ("Edit", "Create"):
    security.addPermissionToRole("User", action, "keyword")


def own_issue(db, userid, itemid):
    """Whether a requester raised the issue."""
    return db.issue.get(itemid, "creator") == userid


def of_own_issue(name):
    """A rule for messages and files: they belong to an issue that the requester raised, or are their own."""

    def check(db, userid, itemid):
        if db.getclass(name).get(itemid, "creator") == userid:
            return True
        issues = db.issue.find(**{"messages" if name == "msg" else "files": itemid})
        return any(own_issue(db, userid, issue) for issue in issues)

    return check


def own_record(db, userid, itemid):
    """Whether the user record is one's own."""
    return userid == itemid


TO_RAISE = ("title", "messages", "files", "priority", "keyword", "nosy", "superseder")
security.addPermissionToRole("Requester", security.addPermission(name="View", klass="issue", check=own_issue))
security.addPermissionToRole(
    "Requester", security.addPermission(name="Create", klass="issue", properties=TO_RAISE)
)
# Title and priority as well: the form requires them of whoever sends it, and a form without them is refused
# or not by the order in which Roundup happens to read its fields.
TO_FOLLOW_UP = ("title", "priority", "messages", "files", "nosy")
security.addPermissionToRole(
    "Requester",
    security.addPermission(name="Edit", klass="issue", check=own_issue, properties=TO_FOLLOW_UP),
)
security.addPermissionToRole("Requester", security.addPermission(name="Search", klass="issue"))
for name in ("msg", "file"):
    security.addPermissionToRole("Requester", "Create", name)
    security.addPermissionToRole(
        "Requester", security.addPermission(name="View", klass=name, check=of_own_issue(name))
    )

for role in ("User", "Requester"):
    for action, properties in (
        ("View", None),
        ("Edit", ("password", "address", "realname", "phone", "organisation", "queries", "timezone")),
    ):
        security.addPermissionToRole(
            role,
            security.addPermission(name=action, klass="user", check=own_record, properties=properties),
        )

# Strangers see the page to sign in on, and nothing else.
security.addPermissionToRole("Anonymous", "Web Access")
