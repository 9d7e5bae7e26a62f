"""ZAP's own Python client, made to fail: with time limits, checked statuses and checked types.

As it comes, the client waits for ever on a ZAP that accepts and never answers, and returns an error's
code as if it were the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests
from zapv2 import ZAPv2

from gonogo.model.errors import ToolError
from gonogo.readers.zap import read_alert_page

CONNECT_S = 3.0
ANSWER_S = 30.0
ALERTS_A_PAGE = 500


class _PatientNoMore(ZAPv2):  # type: ignore[misc]  # zapv2 publishes no types
    """The client, speaking straight to the address it is given and to nothing else."""

    def __init__(self, address: str, key: str, answer_s: float) -> None:
        super().__init__(apikey=key or None)
        self._address = address.rstrip("/")
        self._key = key
        self._answer_s = answer_s

    def _request_api(
        self, url: str, query: Any = None, method: str = "GET", body: Any = None
    ) -> requests.Response:
        address = url.replace("http://zap/", f"{self._address}/", 1)
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the machine's would see the key
            if self._key:
                session.headers["X-ZAP-API-Key"] = self._key
            response = session.request(
                method,
                address,
                params=query,
                data=body,
                timeout=(CONNECT_S, self._answer_s),
                allow_redirects=False,
            )
        if response.status_code != 200:
            raise requests.HTTPError(f"status {response.status_code}: {response.text[:200]}")
        return response


class ZapClient:
    """The calls this stage needs, each with a checked answer.

    Every method raises ToolError when ZAP does not answer in time, refuses, or says something else than
    what was asked for.
    """

    def __init__(self, address: str, key: str, *, answer_s: float | None = None) -> None:
        """Args: address of ZAP's API; its key, empty for none; seconds an answer may take."""
        self._address = address
        self._api = _PatientNoMore(address, key, answer_s or ANSWER_S)

    @property
    def address(self) -> str:
        """Where its API answers."""
        return self._address

    def version(self) -> str:
        """ZAP's version; also the sign that it is up."""
        return self._text("version", lambda api: api.core.version)

    def active_rules(self, policy: str) -> Any:
        """The active rules of a policy (empty: the default)."""
        return self._ask("active rules", lambda api: api.ascan.scanners(scanpolicyname=policy or None))

    def passive_rules(self) -> Any:
        """The passive rules; none when the add-on that holds them is missing."""
        try:
            return self._ask("passive rules", lambda api: api.pscan.scanners)
        except ToolError as error:
            if "no_implementor" in error.message:
                return []
            raise

    def add_ons(self) -> Any:
        """The add-ons installed."""
        return self._ask("add-ons", lambda api: api.autoupdate.installed_addons)

    def prepare(self, *, context: str, pattern: str, skipped: str) -> str:
        """A fresh session in protected mode, with one context. Returns the context's id.

        Args:
            context: its name.
            pattern: regular expression of the addresses that are in scope; nothing else is attacked.
            skipped: regular expression of addresses the active scan leaves out.
        """
        self._done("a new session", lambda api: api.core.new_session(name=context, overwrite="true"))
        self._done("protected mode", lambda api: api.core.set_mode("protect"))
        number = self._text("a context", lambda api: api.context.new_context(context))
        self._done("the scope", lambda api: api.context.include_in_context(context, pattern))
        self._done("what to skip", lambda api: api.ascan.exclude_from_scan(skipped))
        return number

    def look_passively(self) -> None:
        """Have the passive rules look at every answer."""
        self._done("the passive scan", lambda api: api.pscan.set_enabled("true"))

    def go_through(self, host: str, port: int, user: str, password: str) -> None:
        """Send everything through a proxy with a password."""
        self._done(
            "the proxy",
            lambda api: api.network.set_http_proxy(
                host, str(port), realm="guard", username=user, password=password
            ),
        )
        self._done("the proxy's password", lambda api: api.network.set_http_proxy_auth_enabled("true"))
        self._done("the proxy to be on", lambda api: api.network.set_http_proxy_enabled("true"))

    def go_direct(self) -> None:
        """Take the proxy out again."""
        self._done("the proxy to be off", lambda api: api.network.set_http_proxy_enabled("false"))

    def can_reach(self, url: str) -> bool:
        """Whether ZAP itself gets an answer from an address, by the way it was told to go."""
        try:
            return bool(self._ask("one page", lambda api: api.core.access_url(url)))
        except ToolError:
            return False

    def start_spider(self, url: str, context: str) -> str:
        """Start to follow the links of one page, one step deep. Returns the scan's id."""
        self._done("the spider's depth", lambda api: api.spider.set_option_max_depth(1))
        self._done("forms to be filled in", lambda api: api.spider.set_option_process_form("true"))
        self._done("forms to be sent", lambda api: api.spider.set_option_post_form("true"))
        return self._id("the spider", lambda api: api.spider.scan(url=url, contextname=context))

    def spider_scans(self) -> Any:
        """All spider scans with their states."""
        return self._ask("spider scans", lambda api: api.spider.scans)

    def passive_left(self) -> int:
        """How many answers the passive rules have not looked at yet."""
        return self._number("the passive queue", lambda api: api.pscan.records_to_scan)

    def start_attack(self, url: str, context_id: str, policy: str) -> str:
        """Start the active scan of everything known below `url`. Returns the scan's id."""
        return self._id(
            "the active scan",
            lambda api: api.ascan.scan(
                url=url,
                recurse="true",
                inscopeonly="true",
                scanpolicyname=policy or None,
                contextid=context_id,
            ),
        )

    def attacks(self) -> Any:
        """All active scans with their states."""
        return self._ask("active scans", lambda api: api.ascan.scans)

    def attack_progress(self, scan_id: str) -> Any:
        """Rule by rule, how far an active scan has come."""
        return self._ask("the scan's progress", lambda api: api.ascan.scan_progress(scan_id))

    def run_plan(self, path: str) -> str:
        """Start a plan of the Automation Framework, by its file. Returns the plan's id."""
        return self._id("the plan", lambda api: api.automation.run_plan(path))

    def plan_progress(self, plan_id: str) -> dict[str, Any]:
        """What a plan has said so far: `finished` (empty while it runs), and lists of `error` and `warn`."""
        said = self._ask("the plan's progress", lambda api: api.automation.plan_progress(plan_id))
        if not isinstance(said, dict) or "finished" not in said:
            raise self._trouble("the plan's progress", f"it said {str(said)[:80]!r}")
        return said

    def stop_all(self) -> None:
        """Stop whatever runs."""
        self._done("the active scans to stop", lambda api: api.ascan.stop_all_scans())
        self._done("the spiders to stop", lambda api: api.spider.stop_all_scans())

    def alerts(self, origin: str) -> list[dict[str, Any]]:
        """Every alert about an origin, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            page = read_alert_page(self._alert_page(origin, len(found)))
            found += page
            if len(page) < ALERTS_A_PAGE:
                return found

    def shut_down(self) -> None:
        """Ask ZAP to end."""
        self._done("to shut down", lambda api: api.core.shutdown())

    def _alert_page(self, origin: str, start: int) -> Any:
        # The address goes with every page: the packaged scans leave it out after the first, and so count
        # what other hosts have.
        return self._ask(
            "alerts", lambda api: api.alert.alerts(baseurl=origin, start=start, count=ALERTS_A_PAGE)
        )

    def _ask(self, what: str, call: Callable[[Any], Any]) -> Any:
        try:
            return call(self._api)
        except requests.Timeout as error:
            raise self._trouble(what, "it did not answer in time") from error
        except (requests.RequestException, ValueError, StopIteration) as error:
            raise self._trouble(what, str(error)[:200] or type(error).__name__) from error

    def _text(self, what: str, call: Callable[[Any], Any]) -> str:
        answer = self._ask(what, call)
        if not isinstance(answer, str) or not answer:
            raise self._trouble(what, f"it said {answer!r}")
        return answer

    def _id(self, what: str, call: Callable[[Any], Any]) -> str:
        return str(self._number(what, call))

    def _number(self, what: str, call: Callable[[Any], Any]) -> int:
        answer = self._text(what, call)
        if not answer.isdigit():
            raise self._trouble(what, f"it said {answer!r}")
        return int(answer)

    def _done(self, what: str, call: Callable[[Any], Any]) -> None:
        answer = self._ask(what, call)
        if answer != "OK":
            raise self._trouble(what, f"it said {str(answer)[:80]!r}")

    def _trouble(self, what: str, why: str) -> ToolError:
        return ToolError(
            f"ZAP at {self._address} was asked for {what}: {why}.",
            remedy="Check that ZAP is up, that its key is right, and that its add-ons are installed.",
        )
