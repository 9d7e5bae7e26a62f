"""Fixtures `crawl` and `links`: ask for every address that pages lead to, and say which do not answer well.

A page that answers 200 can still link to nowhere; that is seen only by following its links.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import httpx
import pytest
from lxml import etree
from lxml import html as lxml_html

from gonogo.job import Job
from gonogo.pytest_plugin.errors import CannotCheckError, expect
from gonogo.pytest_plugin.interfaces import Interface

if TYPE_CHECKING:
    from playwright.sync_api import Page

_ENDS_OR_DESTROYS = r"sign-?out|log-?out|sign-?off|log-?off|delete|remove|destroy"
_ADDRESSES = (
    ("//a/@href", "link"),
    ("//area/@href", "link"),
    ("//iframe/@src", "frame"),
    ("//link[not(@rel='canonical' or @rel='preconnect' or @rel='dns-prefetch')]/@href", "asset"),
    ("//script/@src", "asset"),
    ("//img/@src", "asset"),
    ("//source/@src", "asset"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLink:
    """An address that does not answer well: which, what is wrong, and the first page that leads there."""

    address: str
    problem: str
    found_on: str
    kind: str = "link"

    def __str__(self) -> str:
        return f"{self.kind} {self.address} on {self.found_on or 'the start'}: {self.problem}"


@dataclass(slots=True, kw_only=True)
class Crawled:
    """What a crawl came to.

    Attributes:
        pages: addresses of pages that were read.
        asked: how many addresses were asked for.
        broken: those that do not answer well, each once.
        outside: addresses of other sites, which are never asked for.
        passed_over: addresses left out because enough of their kind were seen.
    """

    pages: list[str] = field(default_factory=list)
    asked: int = 0
    broken: list[BrokenLink] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)
    passed_over: int = 0

    def expect_whole(self, *, pages_least: int = 1) -> None:
        """Fail when an address does not answer well, or when hardly any page was reached.

        Raises:
            AssertionError: names the first few.
        """
        reached = f"Only {len(self.pages)} pages were reached, not {pages_least}: is the session lost?"
        expect(len(self.pages) >= pages_least, reached)
        more = f" (and {len(self.broken) - 5} more)" if len(self.broken) > 5 else ""
        expect(not self.broken, "; ".join(map(str, self.broken[:5])) + more)


class Crawl:
    """Follows links as a role, within the target's origin, reading only."""

    def __init__(self, job: Job, client: Callable[[str], Interface]) -> None:
        self._job = job
        self._client = client

    def __call__(
        self,
        role: str = "",
        *,
        start: Sequence[str] = ("/",),
        exclude: Sequence[str] = (),
        limit: int = 150,
        per_shape: int = 3,
    ) -> Crawled:
        """Ask for the start pages and everything they lead to.

        Addresses that end a session or destroy something are never asked for. Of addresses that differ only
        in figures and in the values of their query (`/tenancies/T00417`, `?page=3`), a few stand for all.

        Args:
            role: whose session; empty for nobody's.
            start: paths to begin with.
            exclude: regular expressions of addresses not to ask for.
            limit: addresses asked for at most.
            per_shape: addresses asked for of one shape.

        Raises:
            SignInError: the role is not let in.
            CannotCheckError: a pattern is not a regular expression.
        """
        left_out = self._left_out(exclude)
        crawled, client = Crawled(), self._client(role)
        waiting = deque((path, "", "link") for path in start)
        seen: set[str] = set(start)
        shapes: Counter[str] = Counter()
        while waiting and crawled.asked < limit:
            address, found_on, kind = waiting.popleft()
            shapes[shape_of(address)] += 1
            if shapes[shape_of(address)] > per_shape:
                crawled.passed_over += 1
                continue
            crawled.asked += 1
            answer = self._ask(client, address)
            problem = problem_with(answer)
            if problem:
                crawled.broken.append(
                    BrokenLink(address=address, problem=problem, found_on=found_on, kind=kind)
                )
            elif isinstance(answer, httpx.Response) and _is_page(answer):
                crawled.pages.append(address)
                for target, its_kind in self._found(answer, address, crawled):
                    if target not in seen and not left_out.search(target):
                        seen.add(target)
                        waiting.append((target, address, its_kind))
        crawled.passed_over += len(waiting)
        return crawled

    def _left_out(self, exclude: Iterable[str]) -> re.Pattern[str]:
        patterns = [_ENDS_OR_DESTROYS, *exclude]
        if self._job.sign_in and self._job.sign_in.sign_out_path:
            patterns.append(re.escape(self._job.sign_in.sign_out_path))
        try:
            return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
        except re.error as error:
            raise CannotCheckError(f"A pattern to exclude is not a regular expression: {error}.") from error

    def _ask(self, client: Interface, address: str) -> httpx.Response | str:
        try:
            # A redirect within the site is followed; one that leads away is where the crawl ends.
            answer = client.get(address)
            for _ in range(8):
                if not answer.is_redirect or not self._is_inside(
                    str(answer.url.join(answer.headers["location"]))
                ):
                    return answer
                answer = client.get(str(answer.url.join(answer.headers["location"])))
        except httpx.TimeoutException:
            return "no answer in time"
        return "it redirects without end"

    def _is_inside(self, url: str) -> bool:
        ours, theirs = urlsplit(self._job.base_url), urlsplit(url)
        return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)

    def _found(self, answer: httpx.Response, page: str, crawled: Crawled) -> list[tuple[str, str]]:
        inside = []
        for written, kind in addresses_in(answer.text):
            if written.startswith("//") or "//" in urlsplit(urljoin("http://x/", written)).path:
                crawled.broken.append(
                    BrokenLink(address=written, problem="it has a doubled slash", found_on=page, kind=kind)
                )
                continue
            url = urldefrag(urljoin(str(answer.url), written)).url
            if not url.startswith("http"):
                continue
            if self._is_inside(url):
                inside.append((url.removeprefix(self._job.base_url) or "/", kind))
            else:
                crawled.outside.add(url)
        return list(dict.fromkeys(inside))


def addresses_in(page: str) -> list[tuple[str, str]]:
    """Every address a page mentions, as it is written, and what for (`link`, `asset`, `frame`)."""
    try:
        document = lxml_html.document_fromstring(page)
    except (etree.ParserError, ValueError):
        return []
    return [
        (str(address).strip(), kind)
        for path, kind in _ADDRESSES
        for address in document.xpath(path)
        if str(address).strip() and not str(address).lstrip().startswith("#")
    ]


def shape_of(address: str) -> str:
    """What an address has in common with those of its kind: no figures, no values of its query."""
    parts = urlsplit(address)
    names = ",".join(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    segments = ["#" if re.search(r"\d", segment) else segment for segment in parts.path.split("/")]
    return "/".join(segments) + (f"?{names}" if names else "")


def problem_with(answer: httpx.Response | str) -> str:
    """What is wrong with an answer, in plain words; empty when nothing is."""
    if isinstance(answer, str):
        return answer
    return f"it answers {answer.status_code}" if answer.status_code >= 400 else ""


def _is_page(answer: httpx.Response) -> bool:
    return answer.status_code < 300 and "html" in answer.headers.get("content-type", "")


@pytest.fixture
def crawl(job: Job, http_as: Callable[[str], Interface]) -> Crawl:
    """`crawl("rent officer", start=["/"]).expect_whole()`: follow every link and asset as a role."""
    return Crawl(job, http_as)


@pytest.fixture
def links(job: Job) -> Callable[[Page], list[BrokenLink]]:
    """`links(page)`: those links and assets of the page that is open which do not answer well."""

    def check(page: Page) -> list[BrokenLink]:
        here, broken = urlsplit(page.url).path, []
        left_out = re.compile(_ENDS_OR_DESTROYS, re.IGNORECASE)
        for written, kind in dict.fromkeys(addresses_in(page.content())):
            url = urldefrag(urljoin(page.url, written)).url
            if not url.startswith(f"{job.base_url}/") or left_out.search(written):
                continue
            # The page's own session asks, so that it is what this user would get.
            status = page.context.request.get(url, max_redirects=8).status
            if status >= 400 or "//" in urlsplit(url).path:
                problem = f"it answers {status}" if status >= 400 else "it has a doubled slash"
                broken.append(BrokenLink(address=written, problem=problem, found_on=here, kind=kind))
        return broken

    return check
