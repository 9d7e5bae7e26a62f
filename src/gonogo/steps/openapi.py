"""Whether an answer is as an OpenAPI 3 document describes it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gonogo.steps.interfaces import Answer


def problem_with(answer: Answer, document: dict[str, Any]) -> str:
    """What is wrong with an answer, in words; empty when nothing is.

    An operation, status or content type that the document does not describe is a problem too.
    """
    method, _, target = answer.where.partition(" ")
    path = target.partition("?")[0]
    template = _template(document, path)
    if template is None:
        return f"the description has no path {path}"
    operation = document["paths"][template].get(method.lower())
    if operation is None:
        return f"the description has no {method} of {template}"
    responses = operation.get("responses", {})
    status = next((name for name in (str(answer.status), "default") if name in responses), None)
    if status is None:
        return f"the description of {method} {template} has no answer {answer.status}"
    return _schema_problem(answer, document, ["paths", template, method.lower(), "responses", status])


def _template(document: dict[str, Any], path: str) -> str | None:
    """The path of the description that an address belongs to; one without variables wins."""
    prefixes = {""} | {_path_of(server.get("url", "")) for server in document.get("servers", [])}
    found = []
    for template in document.get("paths", {}):
        parts = re.split(r"\{[^}]+\}", template)
        pattern = "[^/]+".join(re.escape(part) for part in parts)
        if any(re.fullmatch(re.escape(prefix) + pattern, path) for prefix in prefixes):
            found.append(template)
    return min(found, key=lambda template: template.count("{"), default=None)


def _path_of(url: str) -> str:
    return re.sub(r"^[a-z]+://[^/]+", "", url).rstrip("/")


def _schema_problem(answer: Answer, document: dict[str, Any], keys: list[str]) -> str:
    from jsonschema import Draft202012Validator

    place, keys = _resolved(document, keys)
    content = place.get("content", {})
    kind = next((name for name in content if "json" in name), None)
    if kind is None:
        return "" if not content else "the description says it is not JSON"
    if "schema" not in content[kind]:
        return ""
    pointer = "/".join(
        key.replace("~", "~0").replace("/", "~1") for key in (*keys, "content", kind, "schema")
    )
    # The whole document is the schema's root, so that its references into `components` hold.
    validator = Draft202012Validator({**document, "$ref": f"#/{pointer}"})
    plain = json.loads(answer.body)
    error = next(
        iter(sorted(validator.iter_errors(plain), key=lambda e: list(map(str, e.absolute_path)))), None
    )
    if error is None:
        return ""
    where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path).lstrip(".")
    return f"{where or 'it'}: {error.message[:200]}"


def _resolved(document: dict[str, Any], keys: list[str]) -> tuple[dict[str, Any], list[str]]:
    place: Any = document
    for key in keys:
        place = place[key]
    reference = place.get("$ref", "")
    if not reference.startswith("#/"):
        return place, keys
    return _resolved(document, reference.removeprefix("#/").replace("~1", "/").replace("~0", "~").split("/"))
