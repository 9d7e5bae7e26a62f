"""The journeys of the load test: what a service desk does all day.

Signing in is a journey of its own: it is what becomes slower when the hashing of passwords does, and it would
drown among the pages. Its few runs a round are enough, because each takes as long as ten pages.
"""

from __future__ import annotations

import random

from locust import FastHttpUser, task

from gonogo.loadgen import users

LIST = "/issue?@columns=id,title,status&@pagesize=20"
WORDS = ("printer", "laptop", "voicemail", "network", "label", "toner")


class Agent(FastHttpUser):
    """Somebody at the desk, signed in since the morning."""

    weight = 3

    def on_start(self) -> None:
        users.sign_in(self, "agent")

    @task(2)
    def list_issues(self) -> None:
        self.look(f"{LIST}&@sort=-activity&@filter=status&status=1,3", "List of issues")

    @task(3)
    def open_issue(self) -> None:
        self.look(f"/issue{random.randint(1, 150)}", "Change Note", name="/issue<number>")

    @task(1)
    def search(self) -> None:
        word = random.choice(WORDS)
        self.look(f"{LIST}&@search_text={word}", "List of issues", name=f"{LIST}&@search_text=<word>")

    def look(self, path: str, expected: str, name: str | None = None) -> None:
        """Ask for a page and make sure that it is the one asked for."""
        with self.client.get(path, name=name, catch_response=True) as page:
            if expected not in (page.text or ""):
                page.failure(f"the page does not show {expected!r}")


class Arriving(FastHttpUser):
    """Somebody who comes to work."""

    @task
    def sign_in(self) -> None:
        self.client.cookiejar.clear()
        users.sign_in(self, "agent")
