"""The glossary: every abbreviation and term of the report that a reader may not know, and only those."""

from __future__ import annotations

import re

TERMS: dict[str, str] = {
    "Allure": "A program that shows test results; the detailed report was made with it.",
    "API": "Application programming interface: how other programs talk to this system.",
    "baseline": "The version in use today.",
    "candidate": "The upgrade under test.",
    "CSP": "Content security policy: a list, sent with a page, of what a browser may load.",
    "CSRF": "Cross-site request forgery: another site sends orders in a signed-in person's name.",
    "CSV": "Comma-separated values: a simple table file.",
    "digest": "A fingerprint of a file. If one letter of the file changes, the fingerprint changes.",
    "HTML": "The language in which web pages are written.",
    "HTTP": "How browsers and web systems talk to each other.",
    "JSON": "A file format in which programs exchange information.",
    "PDF": "Portable document format: a page as it would be printed.",
    "SHA-256": "The method by which the digests in this report were made.",
    "SQL": "The language in which databases are asked.",
    "UAT": "User acceptance testing: trying the tasks that staff do.",
    "waiver": "A named person accepts something that is not met, for one version and until a day.",
    "WCAG": "Web Content Accessibility Guidelines: the rules for pages that everybody can use.",
    "XLSX": "A spreadsheet file.",
    "XML": "A file format in which systems exchange records.",
    "XSS": "Cross-site scripting: somebody plants commands in a page that others open.",
}


def glossary(text: str) -> tuple[tuple[str, str], ...]:
    """The terms that occur in a text as whole words, in alphabetical order, with their explanations."""
    # the plain search first: it passes over a page of megabytes in no time
    found = [
        term for term in TERMS if term in text and re.search(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", text)
    ]
    return tuple((term, TERMS[term]) for term in sorted(found, key=str.lower))
