"""The journeys of the load test: what housing officers do all day, in the proportions in which they do it.

Plain Locust. Each task is a journey; its name is its function's, its weight how often it is done. `gonogo
run` decides when each starts and measures it; `load/profiles.toml` says how many there are.
"""

from __future__ import annotations

import random
from urllib.parse import quote

from locust import FastHttpUser, task

from gonogo.loadgen.users import api_headers, sign_in

REPAIRS = (
    ("Plumbing", "Routine", "Kitchen tap drips and cannot be turned off fully"),
    ("Electrical", "Urgent", "Light on the landing trips the fuse box"),
    ("Carpentry", "Routine", "Back door sticks in its frame and needs easing"),
)


class HousingOfficer(FastHttpUser):
    """Somebody at a desk, signed in since the morning."""

    tenancies: list[dict[str, str]] = []

    def on_start(self) -> None:
        sign_in(self, "rent officer")
        self.headers = api_headers(self, "rent officer")
        if not HousingOfficer.tenancies:
            answer = self.client.get("/api/v1/tenancies?status=current&per_page=100", headers=self.headers)
            HousingOfficer.tenancies = answer.json()["items"]

    @task(5)
    def rent_search(self) -> None:
        """By surname or, as often, by street: somebody calls and says where they live."""
        tenancy = random.choice(self.tenancies)
        surname, street = tenancy["tenant_name"].split()[-1], tenancy["address"].split(" ", 1)[1]
        words, kind = random.choice(((surname, "surname"), (street, "street")))
        with self.client.get(
            f"/tenancies?q={quote(words)}", name=f"/tenancies?q=<{kind}>", catch_response=True
        ) as page:
            if "Tenancies found" not in (page.text or ""):
                page.failure("the search found nothing, or showed no results")

    @task(4)
    def view_rent_account(self) -> None:
        reference = random.choice(self.tenancies)["reference"]
        with self.client.get(
            f"/accounts/{reference}", name="/accounts/<reference>", catch_response=True
        ) as page:
            if 'id="balance"' not in (page.text or ""):
                page.failure("the rent account shows no balance")

    @task(2)
    def arrears_list(self) -> None:
        self.client.get("/arrears")

    @task(1)
    def home_page(self) -> None:
        """What everybody sees first, and goes back to."""
        self.client.get("/")

    @task(1)
    def arrive(self) -> None:
        """Sign in anew: its few runs a round are enough to see it become slower."""
        self.client.cookiejar.clear()
        sign_in(self, "rent officer")

    @task(1)
    def log_repair(self) -> None:
        trade, priority, description = random.choice(REPAIRS)
        self.client.post(
            "/api/v1/repairs",
            json={
                "tenancy_reference": random.choice(self.tenancies)["reference"],
                "trade": trade,
                "priority": priority,
                "description": description,
            },
            headers=self.headers,
        )
