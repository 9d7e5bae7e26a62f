"""The desk's own rule: a critical issue always has somebody who looks after it."""


def critical_has_an_owner(db, cl, nodeid, newvalues):
    """Refuse a change that would leave a critical issue unassigned."""

    def becomes(name):
        return newvalues[name] if name in newvalues else (cl.get(nodeid, name) if nodeid else None)

    priority = becomes("priority")
    if priority and db.priority.get(priority, "name") == "critical" and not becomes("assignedto"):
        raise ValueError("A critical issue needs somebody assigned to it")


def init(db):
    """Called by Roundup when it opens the database."""
    db.issue.audit("create", critical_has_an_owner)
    db.issue.audit("set", critical_has_an_owner)
