"""Fixtures for interfaces, links, files, access and batch jobs, over HTTP against a tiny system."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.pytest_plugin.conftest import RunPack, make_job

from gonogo.model import BatchCommand, CheckStatus
from gonogo.pytest_plugin.batches import copy_home, read_totals
from gonogo.pytest_plugin.crawling import shape_of

PACK = """
    import pytest
    from gonogo.pytest_plugin.interfaces import expect_status

    def test_api_by_token(api_as, openapi):
        answer = api_as("clerk").get("rents/A1")
        assert answer.json() == {"ref": "A1", "pence": 100}
        openapi.expect_kept(answer)

    def test_api_breaks_its_promise(api, openapi):
        import httpx
        answer = httpx.Response(200, json={"ref": "A1", "pennies": 1},
                                request=httpx.Request("GET", "http://x/api/rents/A1"))
        openapi.expect_kept(answer)

    def test_promise(openapi, snapshot):
        promised = openapi.promise()
        assert promised["GET /rents/{ref}"]["200"] == {"note": "string", "pence": "integer", "ref": "string"}
        snapshot.json(promised, "promise")

    def test_undescribed_answer_is_not_checked(api, openapi):
        openapi.expect_kept(api.get("/table"))

    def test_stranger(api):
        expect_status(api.get("rents/A1"), 401)

    def test_status_says_what_was_said(api):
        expect_status(api.get("/broken"), 200)

    def test_submit(http_as):
        answer = http_as("").submit("/signin", {"username": "kim", "password": "only-" + "for-tests-1"})
        assert (answer.status_code, answer.headers["location"]) == (302, "/")

    def test_submit_to_nothing(http_as):
        http_as("").submit("/signin", {"amount": "1"})

    def test_crawl(crawl):
        found = crawl("clerk")
        assert found.pages == ["/", "/table"]
        broken = {one.address: one.problem for one in found.broken}
        assert broken == {"/broken": "it answers 500", "/missing.png": "it answers 404",
                          "//doubled": "it has a doubled slash"}
        assert found.outside == {"https://example.org/"}

    def test_crawl_fails(crawl):
        crawl("clerk").expect_whole()

    def test_crawl_that_reaches_nothing_is_no_pass(crawl):
        crawl(start=["/rents.csv"]).expect_whole()

    def test_download(download):
        file = download("/rents.csv", "clerk")
        assert (file.filename, file.content_type) == ("rents.csv", "text/csv")
        file.expect_rows(2)

    def test_download_cut_short(download):
        download("/rents.csv", "clerk").expect_rows(2001)

    def test_download_is_a_page(download):
        download("/sorry.csv")

    def test_access(access_matrix):
        assert access_matrix(["/", "/table", "/broken"], ["clerk", "nobody"]) == [
            {"path": "/", "clerk": "200", "nobody": "sign in"},
            {"path": "/table", "clerk": "200", "nobody": "200"},
            {"path": "/broken", "clerk": "500", "nobody": "500"},
        ]

    def test_access_differs(access_matrix):
        assert access_matrix.differences({"/table": {"clerk": "403"}}, ["clerk"]) == [
            "clerk gets 200 at /table, not 403"]

    def test_same_name_twice(snapshot):
        snapshot.text("a", "promise")

    def test_wrong_pattern(snapshot):
        snapshot.text("a", "x", volatile=["[a"])

    def test_key_that_is_no_column(snapshot):
        snapshot.table([{"a": 1}], "y", key="b")
"""


@pytest.fixture(scope="module")
def expected() -> dict[str, tuple[CheckStatus, str]]:
    passed = (CheckStatus.PASSED, "")
    return {
        "test_api_by_token": passed,
        "test_api_breaks_its_promise": (CheckStatus.FAILED, "'pence' is a required property"),
        "test_promise": passed,
        "test_undescribed_answer_is_not_checked": (CheckStatus.BROKEN, "says nothing about GET /table"),
        "test_stranger": passed,
        "test_status_says_what_was_said": (
            CheckStatus.FAILED,
            "GET /broken answered 500, not 200: <h1>Sorry</h1>",
        ),
        "test_submit": passed,
        "test_submit_to_nothing": (CheckStatus.FAILED, "/signin has no form with the fields amount"),
        "test_crawl": passed,
        "test_crawl_fails": (CheckStatus.FAILED, "link /broken on /: it answers 500"),
        "test_crawl_that_reaches_nothing_is_no_pass": (CheckStatus.FAILED, "Only 0 pages were reached"),
        "test_download": passed,
        "test_download_cut_short": (CheckStatus.FAILED, "rents.csv has 2 rows, not 2,001"),
        "test_download_is_a_page": (CheckStatus.FAILED, "is a web page"),
        "test_access": passed,
        "test_access_differs": passed,
        "test_same_name_twice": (CheckStatus.BROKEN, "Two tests keep something as"),
        "test_wrong_pattern": (CheckStatus.BROKEN, "not a regular expression"),
        "test_key_that_is_no_column": (CheckStatus.BROKEN, "no column 'b'; it has a"),
    }


@pytest.mark.slow
def test_fixtures_see_what_is_wrong_and_only_that(
    run_pack: RunPack, tmp_path: Path, site: str, expected: dict[str, tuple[CheckStatus, str]]
) -> None:
    run = run_pack(PACK, job=make_job(tmp_path, site))
    found = {one.key.rpartition(":")[2]: one for one in run.results.results}
    assert {name: one.status for name, one in found.items()} == {
        name: status for name, (status, _) in expected.items()
    }, run.output
    for name, (_, words) in expected.items():
        assert words in found[name].message, found[name].message
    assert found["test_api_breaks_its_promise"].where == ""
    assert found["test_status_says_what_was_said"].where == "GET /broken"
    assert "token-1" not in run.output
    assert "only-for-tests-1" not in (run.raw / "results.jsonl").read_text()


@pytest.mark.slow
def test_a_target_that_is_down_is_no_failure_of_the_upgrade(run_pack: RunPack, tmp_path: Path) -> None:
    run = run_pack("def test_a(api):\n    assert api.get('/').status_code == 200\n", job=make_job(tmp_path))
    assert run.result("test_a").status is CheckStatus.BROKEN
    assert run.result("test_a").message.startswith("The system did not answer:")


JOB = """
import sqlite3, sys
home = sys.argv[1]
with sqlite3.connect(home + "/tiny.db") as database:
    database.execute("insert into rent values ('NEW', 1)")
    count = database.execute("select count(*) from rent").fetchone()[0]
open(home + "/out.ctl", "w").write(f"count={count}\\ntotal=12.50\\n")
open(home + "/out.csv", "w").write("Ref,Pence\\nNEW,1\\n")
print("Posted:", count)
sys.exit(int(sys.argv[2]))
"""


def tiny_home(folder: Path) -> Path:
    home = folder / "home"
    home.mkdir()
    with closing(sqlite3.connect(home / "tiny.db")) as database:
        database.execute("create table rent (ref text, pence integer)")
        database.commit()
    (home / "job.py").write_text(JOB)
    return home


@pytest.mark.slow
def test_a_batch_job_runs_on_a_copy_and_its_totals_are_read(run_pack: RunPack, tmp_path: Path) -> None:
    home = tiny_home(tmp_path)
    job = make_job(
        tmp_path,
        home=str(home),
        batch={
            "debit": BatchCommand(command=("{python}", "{home}/job.py", "{home}", "{code}"), output="*.csv"),
            "slow": BatchCommand(command=("{python}", "-c", "import time; time.sleep(60)"), timeout_s=0.3),
        },
    )
    run = run_pack(
        """
        def test_run(batch, database_in):
            run = batch.run("debit", code="0")
            run.expect_success()
            assert run.total("count", "*.ctl") == 1
            assert run.totals("*.ctl") == {"count": "1", "total": "12.50"}
            assert run.totals() == {"Posted": "1"}
            assert run.table().records() == [{"Ref": "NEW", "Pence": "1"}]
            assert database_in(run.home).value("select count(*) from rent") == 1
            again = batch.run("debit", home=run.home, code="0")
            assert again.total("count", "*.ctl") == 2

        def test_code(batch):
            batch.run("debit", code="3").expect_success()

        def test_missing_value(batch):
            batch.run("debit")

        def test_unknown(batch):
            batch.run("credit")

        def test_too_long(batch):
            batch.run("slow")

        def test_no_such_file(batch):
            batch.run("debit", code="0").file("*.pdf")
        """,
        job=job,
    )
    said = {one.key.rpartition(":")[2]: (one.status, one.message) for one in run.results.results}
    assert said["test_run"] == (CheckStatus.PASSED, ""), run.output
    assert said["test_code"] == (CheckStatus.FAILED, "debit ended with 3: Posted: 1")
    assert said["test_missing_value"][0] is CheckStatus.BROKEN
    assert "needs a value for {code}" in said["test_missing_value"][1]
    assert said["test_unknown"][0] is CheckStatus.BROKEN
    assert said["test_too_long"] == (CheckStatus.FAILED, "slow took longer than 0.3 s.")
    assert said["test_no_such_file"][0] is CheckStatus.FAILED
    with closing(sqlite3.connect(home / "tiny.db")) as database:
        assert database.execute("select count(*) from rent").fetchone() == (0,)


def test_a_home_is_copied_with_what_its_database_holds_at_the_moment(tmp_path: Path) -> None:
    home = tiny_home(tmp_path)
    with closing(sqlite3.connect(home / "tiny.db")) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("insert into rent values ('A', 1)")
        database.commit()  # it stands in the write-ahead log, not yet in the database's own file
        copy = copy_home(home, tmp_path)
    with closing(sqlite3.connect(copy / "tiny.db")) as copied:
        assert copied.execute("select count(*) from rent").fetchone() == (1,)
    assert (copy / "job.py").read_text() == JOB


@pytest.mark.parametrize(
    ("text", "totals"),
    [
        ("Accounts: 512\nTotal   =  £1,234.50\n", {"Accounts": "512", "Total": "£1,234.50"}),
        ("job,count,total\nrent,5,12.50\n", {"job": "rent", "count": "5", "total": "12.50"}),
        ("job=x\ncount=5\n", {"job": "x", "count": "5"}),
        ("nothing to see here\n", {}),
    ],
)
def test_control_totals_are_read_in_the_forms_they_come_in(text: str, totals: dict[str, str]) -> None:
    assert read_totals(text) == totals


@pytest.mark.parametrize(
    ("one", "other"),
    [("/tenancies/T1", "/tenancies/T2"), ("/a?page=1&q=x", "/a?q=y&page=9"), ("/a/1/b", "/a/22/b")],
)
def test_addresses_of_one_shape_are_recognised(one: str, other: str) -> None:
    assert shape_of(one) == shape_of(other)


@pytest.mark.parametrize(("one", "other"), [("/a", "/b"), ("/a?x=1", "/a"), ("/a/1", "/a/1/b")])
def test_addresses_of_different_shapes_are_told_apart(one: str, other: str) -> None:
    assert shape_of(one) != shape_of(other)
