"""The JSON API under `/api/v1`."""

from __future__ import annotations

from flask import Flask

from gonogo.demo.releases import Build
from gonogo.demo.web.api import accounts, machine, repairs, tenancies


def register(app: Flask, build: Build) -> None:
    """Adds the API to the application; 8.2 has one more resource."""
    for module in (accounts, machine, repairs, tenancies):
        app.register_blueprint(module.blueprint)
    if build.release.has_payment_plans:
        from gonogo.demo.web.api import plans

        app.register_blueprint(plans.blueprint)
