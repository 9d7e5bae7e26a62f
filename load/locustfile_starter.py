"""The journeys of the load test: colleagues who signed in this morning open the pages of every day.

Each page that gonogo.toml names under [stages.uat.pages] is a journey; how many are started a second stands in
profiles.toml. This is plain Locust: a journey of several steps is one more function here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from locust import FastHttpUser

from gonogo.config.pages import named_pages
from gonogo.loadgen.users import job, sign_in


def open_page(name: str, path: str) -> Callable[[FastHttpUser], None]:
    """The journey of opening one page, and of seeing on it that one is still signed in."""

    def journey(user: FastHttpUser) -> None:
        how = job().sign_in
        with user.client.get(path, catch_response=True) as page:
            is_page = "html" in page.headers.get("Content-Type", "")
            if is_page and how and how.success_text not in page.text:
                page.failure(f"the page does not show {how.success_text!r}")

    journey.__name__ = name
    return journey


class Colleague(FastHttpUser):
    """Somebody at a desk."""

    tasks = [open_page(name, path) for name, path in named_pages(Path(__file__).parents[1]).items()]

    def on_start(self) -> None:
        sign_in(self, job().users[0].role)
