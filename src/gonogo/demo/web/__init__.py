"""The web application of Meridian Housing: pages for staff, a JSON API and the payments endpoint.

`create_app` makes it and `Server` serves it. Pages are in `pages`, the JSON API in `api`; `access` says who
may open what.
"""

from __future__ import annotations

from gonogo.demo.web.application import create_app
from gonogo.demo.web.server import Server

__all__ = ["Server", "create_app"]
