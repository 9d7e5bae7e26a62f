"""The pages that people see, one module for each part of the product."""

from __future__ import annotations

from flask import Flask

from gonogo.demo.releases import Build
from gonogo.demo.web.pages import (
    accounts,
    administration,
    arrears,
    assets,
    batch,
    home,
    information,
    letters,
    payments_interface,
    plans,
    profile,
    repairs,
    reports,
    sign_in,
    tenancies,
)


def register(app: Flask, build: Build) -> None:
    """Adds every page of the build's release to the application."""
    for module in (
        accounts,
        administration,
        arrears,
        assets,
        batch,
        home,
        information,
        letters,
        payments_interface,
        profile,
        repairs,
        reports,
        sign_in,
        tenancies,
    ):
        app.register_blueprint(module.blueprint)
    if build.release.has_payment_plans:
        app.register_blueprint(plans.blueprint)
