"""The guard changes its process for good, so every test of it runs in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.guard.outside import SECOND, outside_of
from tests.loadgen.small_server import small_server

from gonogo.processes import clean_environment

SLOW_CLIENT = """
class Visitor(locust.HttpUser):
    abstract = True
"""
FAST_CLIENT = """
class Visitor(locust.FastHttpUser):
    abstract = True
"""
SPELLINGS = (
    SECOND, "127.0.0.3", "127.2", "2130706434", "0x7f000002", "0177.0.0.2", "127.0.0.2.", "[::1]",
    "[::ffff:127.0.0.2]", "[::ffff:7f00:2]", "user@127.0.0.2", "127.0.0.1@127.0.0.2", "127.0.0.1%00@127.0.0.2",
    "127.0.0.1#@127.0.0.2", "127\u30020\u30020\u30022", "0x7f.0.0.2", "127.0.0.1\\@127.0.0.2",
)  # fmt: skip
HOSTILE = """
import socket, sys
import locust
from locust.env import Environment
from gonogo.loadgen import guard
{client}
target, *elsewhere = sys.argv[1:]
guard.install(target)
Visitor.host = target
environment = Environment(user_classes=[Visitor])
user = Visitor(environment)
for url in elsewhere:
    for ask in (user.client.get, user.client.post):
        try:
            ask(url, headers={{"Host": target[7:], "X-Forwarded-Host": url}})
        except Exception as error:
            print(type(error).__name__)
for family, where in ((socket.AF_INET, "127.0.0.2"), (socket.AF_INET6, "::1"), (socket.AF_INET6, "::ffff:127.0.0.2")):
    try:
        socket.socket(family).connect((where, int(target.rpartition(":")[2])))
    except OSError:
        print("refused")
print("tried", 2 * len(elsewhere) + 3)
"""
SCRIPT = """
import sys
import locust
from locust.env import Environment
from gonogo.loadgen import guard
{client}
target, elsewhere = sys.argv[1:]
guard.install(target)
Visitor.host = target
seen = []
environment = Environment(user_classes=[Visitor])
def note(name, exception, **_):
    seen.append((name, str(exception or "")))
environment.events.request.add_listener(note)
user = Visitor(environment)
user.client.get("/here", name="here")
user.client.get(elsewhere + "/there", name="there")
user.client.get("/onward", name="onward")
for name, problem in seen:
    print(name, "|", problem)
"""


def said_by(script: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=clean_environment({}),
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("client", [SLOW_CLIENT, FAST_CLIENT], ids=["HttpUser", "FastHttpUser"])
def test_requests_and_redirects_off_the_target_are_refused(client: str) -> None:
    with small_server() as target, small_server() as elsewhere:
        target.behaviour.redirects["/onward"] = f"{elsewhere.url}/stolen"
        lines = said_by(SCRIPT.format(client=client), target.url, elsewhere.url)
        assert lines[0] == "here | "
        for line, name in zip(lines[1:], ("there", "onward"), strict=True):
            assert line.startswith(f"{name} | ")
            assert f"refused: {elsewhere.url} is not the target {target.url}" in line
        assert elsewhere.behaviour.asked == {}
        assert target.behaviour.asked == {"/here": 1, "/onward": 1}


@pytest.mark.parametrize("client", [SLOW_CLIENT, FAST_CLIENT], ids=["HttpUser", "FastHttpUser"])
def test_no_spelling_of_another_address_is_reached(client: str) -> None:
    with small_server() as target:
        port = int(target.url.rpartition(":")[2])
        with outside_of(port) as outside:
            away = [f"http://{spelling}:{port}/" for spelling in SPELLINGS]
            target.behaviour.redirects.update({f"/on{n}": url for n, url in enumerate(away)})
            onward = [f"{target.url}/on{n}" for n in range(len(away))]
            lines = said_by(HOSTILE.format(client=client), target.url, *away, *onward)
        assert lines[-1] == f"tried {4 * len(SPELLINGS) + 3}"
        assert outside.arrived == []
        assert set(target.behaviour.asked) == {f"/on{n}" for n in range(len(away))}


def test_no_other_library_gets_past_the_target_either() -> None:
    script = """
import sys
import locust
from gonogo.loadgen import guard
import http.client, socket, urllib.request
target, elsewhere = sys.argv[1:]
guard.install(target)
print(urllib.request.urlopen(target + "/here").status)
host, port = elsewhere.removeprefix("http://").split(":")
for reach in (
    lambda: urllib.request.urlopen(elsewhere + "/a"),
    lambda: http.client.HTTPConnection(host, int(port)).request("GET", "/b"),
    lambda: socket.create_connection((host, int(port))),
    lambda: socket.socket().connect_ex((host, int(port))),
):
    try:
        print("reached", reach())
    except OSError as error:
        print("refused" if "does not go to the target" in str(error) else error)
"""
    with small_server() as target, small_server() as elsewhere:
        lines = said_by(script, target.url, elsewhere.url)
        assert lines == ["200", "refused", "refused", "refused", "refused"]
        assert elsewhere.behaviour.asked == {}


def test_the_origin_of_an_address_has_its_port_filled_in() -> None:
    script = """
import locust
from gonogo.loadgen.guard import origin
print(origin("HTTPS://Housing.example.org/a?b"), origin("http://h:8080"), origin("http://h"))
"""
    assert said_by(script) == ["('https', 'housing.example.org', 443) ('http', 'h', 8080) ('http', 'h', 80)"]
