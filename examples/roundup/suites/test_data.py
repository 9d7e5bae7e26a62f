"""Whether exports, lists and the upgraded database say the same."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.must, pytest.mark.discipline("data")]

RESOLVED = """
SELECT CAST(i.id AS TEXT) AS id, i._title AS title, s._name AS status, u._realname AS assignedto
FROM _issue i JOIN _status s ON s.id = i._status JOIN _user u ON u.id = i._assignedto
WHERE i.__retired__ = 0 AND s._name = 'resolved' AND i.id <= 150
"""
EXPORT = "/issue?@action=export_csv&@sort=id&@filter=status,keyword&status=8&keyword=1,2,3,4,5,6&@columns="


def test_export_holds_every_issue(download, database, reconcile, snapshot):
    """The CSV export has the rows of the database, and no web page in it."""
    exported = download(EXPORT + "id,title,status,assignedto", "agent").table()
    assert not reconcile(exported.records(), database.rows(RESOLVED), key="id")
    snapshot.table(exported, "Export of resolved issues", key="id")


def test_export_with_messages(download, database):
    """The messages of an issue can be exported."""
    known = database.rows(RESOLVED)
    download(EXPORT + "id,title,messages", "agent").expect_rows(len(known))


def test_lists_count_what_the_database_counts(api_as, database, reconcile):
    """For each keyword, the interface counts as many issues as the database."""
    counted = database.rows(
        "SELECT linkid AS keyword, count(*) AS issues FROM issue_keyword JOIN _issue ON _issue.id = nodeid "
        "WHERE __retired__ = 0 GROUP BY linkid"
    )
    agent, told = api_as("agent"), []
    for row in counted:
        answer = agent.get(f"issue?keyword={row['keyword']}").json()
        told.append({"keyword": row["keyword"], "issues": answer["data"]["@total_size"]})
    assert not reconcile(told, counted, key="keyword")


def test_issues_came_through_the_upgrade(database, snapshot):
    """Every issue is there after the migration, unchanged."""
    rows = database.rows(
        "SELECT i.id AS id, _title, _priority, _assignedto, _creator, _creation, "
        "(SELECT count(*) FROM issue_messages m WHERE m.nodeid = i.id) AS messages "
        "FROM _issue i WHERE i.id BETWEEN 8 AND 150"
    )
    assert len(rows) == 143
    snapshot.table(rows, "Issues in the database", key="id")


def test_database_is_sound(database):
    """The database finds no damage in itself."""
    assert database.value("SELECT integrity_check FROM pragma_integrity_check") == "ok"
