"""The test system's JSON and XML interfaces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request
from lxml import etree

SCHEMA = Path(__file__).parent / "uat_packs" / "sentences" / "features" / "files" / "notes.xsd"
_ANSWER = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Account"}}}}
OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Parish Ledger", "version": "1"},
    "paths": {"/api/accounts/{reference}": {"get": {"responses": {"200": _ANSWER}}}},
    "components": {
        "schemas": {
            "Account": {
                "type": "object",
                "required": ["reference", "balance_pence"],
                "properties": {"reference": {"type": "string"}, "balance_pence": {"type": "integer"}},
            }
        }
    },
}


def add_interfaces(app: Flask, users: dict[str, str], password: str) -> None:
    """Add both interfaces to the system."""
    _add_json(app, users, password)
    _add_xml(app)


def _add_json(app: Flask, users: dict[str, str], password: str) -> None:
    notes: list[Any] = []

    @app.post("/api/token")
    def token() -> tuple[Response, int]:
        sent = request.get_json()
        if sent["username"] not in users or sent["password"] != password:
            return jsonify(error="no"), 401
        return jsonify(access_token=f"token-of-{sent['username']}"), 200

    @app.get("/api/accounts/<reference>")
    def api_account(reference: str) -> tuple[Response, int]:
        if not request.headers.get("Authorization", "").startswith("Bearer token-of-"):
            return Response('{"error": "sign in"}', mimetype="application/json"), 401
        balance = '"12.50"' if reference == "A9" else "1250"
        lines = '[{"id": 1}, {"id": 2}]'
        body = f'{{"reference": "{reference}", "balance_pence": {balance}, "rate": 0.10, "lines": {lines}}}'
        return Response(body, mimetype="application/json"), 200

    @app.post("/api/notes")
    def add_note() -> tuple[Response, int]:
        notes.append(request.get_json())
        return jsonify(number=len(notes)), 201

    @app.get("/api/notes/<int:number>")
    def one_note(number: int) -> Response:
        return jsonify(notes[number - 1])

    @app.get("/api/openapi.json")
    def openapi() -> Response:
        return jsonify(OPENAPI)

    @app.get("/api/not-json")
    def not_json() -> Response:
        return Response("<h1>Sorry</h1>", mimetype="text/html")


def _add_xml(app: Flask) -> None:
    def answer(text: str, status: int = 200) -> Response:
        return Response(text, status=status, mimetype="application/xml")

    @app.get("/xml/schema.xsd")
    def schema() -> Response:
        return answer(SCHEMA.read_text(encoding="utf-8"))

    @app.post("/xml/notes")
    def xml_notes() -> Response:
        try:
            root = etree.fromstring(request.get_data())
        except etree.XMLSyntaxError:
            return answer('<answer xmlns="urn:parish" taken="none"/>', 400)
        if request.args.get("echo"):
            kept = "".join(f'<note amount="{note.get("amount")}">{note.text}</note>' for note in root)
            return answer(f'<notes xmlns="urn:parish">{kept}</notes>')
        return answer(f'<answer xmlns="urn:parish" taken="{len(root)}"/>')
