"""The guard changes its process for good, so every test of it runs in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest
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
