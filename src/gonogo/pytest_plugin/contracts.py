"""Fixture `openapi`: what the JSON API promises, and whether its answers keep to it.

`openapi.promise()` is what the document promises, boiled down to fields and types: kept as a snapshot, a
field that the upgrade dropped or renamed shows as a difference, while one it added does not.
`openapi.expect_kept(answer)` holds a real answer against the document that the same side serves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from jsonschema import Draft202012Validator

from gonogo.job import Job
from gonogo.pytest_plugin.errors import CannotCheckError, expect
from gonogo.pytest_plugin.interfaces import Interface, expect_status

_METHODS = ("get", "post", "put", "patch", "delete")
_DEPTH_MOST = 12


class OpenApi:
    """One side's OpenAPI document."""

    def __init__(self, job: Job, client: Interface) -> None:
        self._job = job
        self._client = client
        self._document: dict[str, Any] | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The document as served.

        Raises:
            CannotCheckError: `[api] openapi` does not say where it is.
            AssertionError: it is not there, or describes nothing.
        """
        if self._document is None:
            path = self._job.api.openapi if self._job.api else ""
            if not path:
                raise CannotCheckError("[api] does not say where the OpenAPI document is: set openapi.")
            found: dict[str, Any] = expect_status(self._client.get(path), 200).json()
            expect(found.get("paths"), f"{path} describes no address.")
            self._document = found
        return self._document

    def promise(self) -> dict[str, Any]:
        """`{"GET /accounts/{reference}": {"200": {"balance_pence": "integer", …}, …}, …}`."""
        promised: dict[str, Any] = {}
        for method, path, operation in self._operations():
            answers = {
                status: self._fields(schema)
                for status, schema in self._schemas(operation)
                if schema is not None
            }
            asked = sorted(f"{one.get('in')} {one.get('name')}" for one in self._parameters(path, operation))
            promised[f"{method.upper()} {path}"] = {"parameters": dict.fromkeys(asked, ""), **answers}
        return promised

    def problems(self, answer: httpx.Response) -> list[str]:
        """Where an answer does not keep to the document, in plain words with the field's path.

        Raises:
            CannotCheckError: the document does not describe this address, method and status.
        """
        found = Draft202012Validator(self._schema_for(answer)).iter_errors(answer.json())
        return sorted(f"{error.json_path}: {error.message[:200]}" for error in found)

    def expect_kept(self, answer: httpx.Response) -> None:
        """Fail when an answer does not keep to the document.

        Raises:
            AssertionError: names the first few fields.
            CannotCheckError: the document does not describe this address, method and status.
        """
        problems = self.problems(answer)
        expect(not problems, f"{_where(answer)}: {'; '.join(problems[:5])}")

    def _operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for path, item in sorted(self.document["paths"].items()):
            for method in _METHODS:
                if method in item:
                    yield method, path, item[method]

    def _parameters(self, path: str, operation: Mapping[str, Any]) -> list[dict[str, Any]]:
        shared = self.document["paths"][path].get("parameters", [])
        return [self._resolve(one) for one in (*shared, *operation.get("parameters", []))]

    def _schemas(self, operation: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any] | None]]:
        for status, answer in sorted(operation.get("responses", {}).items()):
            content = self._resolve(answer).get("content", {})
            media = next((value for kind, value in content.items() if "json" in kind), None)
            yield str(status), (media or {}).get("schema")

    def _schema_for(self, answer: httpx.Response) -> dict[str, Any]:
        path = urlsplit(str(answer.request.url)).path
        method = answer.request.method.lower()
        for declared_method, declared, operation in self._operations():
            if declared_method == method and self._matches(declared, path):
                schemas = dict(self._schemas(operation))
                schema = schemas.get(str(answer.status_code), schemas.get("default"))
                if schema is not None:
                    inlined: dict[str, Any] = self._inlined(schema)
                    return inlined
        raise CannotCheckError(f"The OpenAPI document says nothing about {_where(answer)}.")

    def _matches(self, declared: str, path: str) -> bool:
        bases = {
            urlsplit(server.get("url", "")).path.rstrip("/") for server in self.document.get("servers", [])
        }
        bases |= {"", (self._job.api.base if self._job.api else "/").rstrip("/")}
        parts = re.split(r"\{[^}]+\}", declared)
        expression = "[^/]+".join(map(re.escape, parts))
        return any(re.fullmatch(re.escape(base) + expression, path) for base in bases)

    def _resolve(self, node: Mapping[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            place: Any = self.document
            for part in str(node["$ref"]).removeprefix("#/").split("/"):
                place = place[part.replace("~1", "/").replace("~0", "~")]
            node = place
        return dict(node)

    def _inlined(self, node: Any, depth: int = 0) -> Any:
        """A schema with its references put in and OpenAPI 3.0's `nullable` said as JSON Schema says it."""
        if isinstance(node, list):
            return [self._inlined(one, depth) for one in node]
        if not isinstance(node, dict):
            return node
        if depth > _DEPTH_MOST:
            return {}  # a schema that holds itself: deeper levels are not looked at
        resolved = self._resolve(node)
        inlined = {name: self._inlined(value, depth + 1) for name, value in resolved.items()}
        if inlined.pop("nullable", False) and isinstance(inlined.get("type"), str):
            inlined["type"] = [inlined["type"], "null"]
        return inlined

    def _fields(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """A schema as nested field names with their types."""
        resolved = self._resolve(schema)
        if depth > _DEPTH_MOST:
            return "…"
        if "allOf" in resolved:
            parts = [self._fields(part, depth + 1) for part in resolved["allOf"]]
            return {name: kind for part in parts if isinstance(part, dict) for name, kind in part.items()}
        if "properties" in resolved:
            fields = sorted(resolved["properties"].items())
            return {name: self._fields(value, depth + 1) for name, value in fields}
        if "items" in resolved:
            return {"each": self._fields(resolved["items"], depth + 1)}
        kind = resolved.get("type", "any")
        return "/".join(sorted(kind)) if isinstance(kind, list) else kind


def shape(value: Any) -> Any:
    """A JSON value as its fields and types, without its figures: for a snapshot of how an answer is made."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in sorted(value.items())}
    if isinstance(value, list):
        shapes = [shape(one) for one in value]
        return [one for index, one in enumerate(shapes) if one not in shapes[:index]]
    names = {type(None): "empty", bool: "true or false", int: "whole number", float: "number", str: "text"}
    return names.get(type(value), type(value).__name__)


def _where(answer: httpx.Response) -> str:
    path = urlsplit(str(answer.request.url)).path
    return f"{answer.request.method} {path} ({answer.status_code})"


@pytest.fixture(scope="session")
def openapi(job: Job) -> Iterator[OpenApi]:
    """`openapi.promise()` for a snapshot; `openapi.expect_kept(answer)` for an answer."""
    # A client of its own, so that the request at fault in a test is the test's, not ours for the document.
    with Interface(job) as client:
        yield OpenApi(job, client)
