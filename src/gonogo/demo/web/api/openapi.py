"""The OpenAPI document of the JSON API, as the vendor publishes it."""

from __future__ import annotations

from gonogo.demo.releases import PRODUCT, Release
from gonogo.demo.services.rent_accounts import KIND_NAMES
from gonogo.demo.services.repairs import PRIORITIES, STATUS_NAMES, TRADES

_TEXT: dict[str, object] = {"type": "string"}
_DAY: dict[str, object] = {"type": "string", "format": "date"}
_DAY_OR_NULL: dict[str, object] = {"type": ["string", "null"], "format": "date"}
_PENCE: dict[str, object] = {"type": "integer", "description": "Pence."}
_NUMBER: dict[str, object] = {"type": "integer", "minimum": 0}


def _record(**properties: dict[str, object]) -> dict[str, object]:
    """An object whose properties are all required."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _one_of(values: object) -> dict[str, object]:
    return {"type": "string", "enum": list(values) if isinstance(values, tuple | dict) else values}


def _list_of(name: str) -> dict[str, object]:
    items: dict[str, object] = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
    return _record(items=items, page=_NUMBER, per_page=_NUMBER, total=_NUMBER)


def _schemas() -> dict[str, object]:
    return {
        "Health": _record(status=_TEXT, database=_TEXT),
        "Version": _record(product=_TEXT, version=_TEXT, build=_TEXT, schema_version=_TEXT),
        "Credentials": _record(username=_TEXT, password={"type": "string", "format": "password"}),
        "Token": _record(access_token=_TEXT, token_type=_one_of(("Bearer",)), expires_in=_NUMBER),
        "Tenancy": _record(
            reference=_TEXT,
            tenant_name=_TEXT,
            address=_TEXT,
            postcode=_TEXT,
            status=_one_of(("current", "ended")),
            start_date=_DAY,
            end_date=_DAY_OR_NULL,
            weekly_rent_pence=_PENCE,
        ),
        "Tenancies": _list_of("Tenancy"),
        "Account": _record(
            reference=_TEXT,
            tenancy_reference=_TEXT,
            balance_pence=_PENCE,
            weekly_charge_pence=_PENCE,
            last_payment_date=_DAY_OR_NULL,
        ),
        "Transaction": _record(
            id=_NUMBER,
            date=_DAY,
            type=_one_of(KIND_NAMES),
            description=_TEXT,
            amount_pence=_PENCE,
            balance_pence=_PENCE,
        ),
        "Transactions": _list_of("Transaction"),
    }


def _schemas_of_repairs() -> dict[str, object]:
    return {
        "NewRepair": _record(
            tenancy_reference=_TEXT,
            trade=_one_of(TRADES),
            priority=_one_of(PRIORITIES),
            description={"type": "string", "minLength": 1, "maxLength": 500},
        ),
        "Repair": _record(
            reference=_TEXT,
            tenancy_reference=_TEXT,
            description=_TEXT,
            trade=_one_of(TRADES),
            priority=_one_of(PRIORITIES),
            status=_one_of(STATUS_NAMES),
            raised_date=_DAY,
            due_date=_DAY,
        ),
        "Repairs": _list_of("Repair"),
        "Error": _record(
            error={
                "type": "object",
                "required": ["code", "message"],
                "properties": {"code": _TEXT, "message": _TEXT, "field": _TEXT},
            }
        ),
    }


def _answers(schema: str, *, status: str = "200", refusals: tuple[str, ...] = ()) -> dict[str, object]:
    """What an operation answers: its own schema, or the error object for each refusal."""
    found = {status: schema, **dict.fromkeys(refusals, "Error")}
    return {
        code: {
            "description": "An error" if name == "Error" else name,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
        }
        for code, name in found.items()
    }


def _query(**parameters: dict[str, object]) -> list[dict[str, object]]:
    return [{"name": name, "in": "query", "schema": schema} for name, schema in parameters.items()]


_REFERENCE: list[dict[str, object]] = [{"name": "reference", "in": "path", "required": True, "schema": _TEXT}]
_OF_MANY = ("401", "403")
_OF_ONE = ("401", "403", "404")
_PAGING: dict[str, dict[str, object]] = {
    "page": {"type": "integer", "minimum": 1, "default": 1},
    "per_page": {"type": "integer", "minimum": 1, "maximum": 100, "default": 25},
}


def _operation(
    operation_id: str,
    summary: str,
    answers: dict[str, object],
    *,
    parameters: list[dict[str, object]] | None = None,
    body: str = "",
    is_open: bool = False,
) -> dict[str, object]:
    found: dict[str, object] = {"operationId": operation_id, "summary": summary, "responses": answers}
    if parameters:
        found["parameters"] = parameters
    if body:
        schema = {"$ref": f"#/components/schemas/{body}"}
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if is_open:
        found["security"] = []
    return found


def _operation_on_one(operation_id: str, summary: str, schema: str) -> dict[str, object]:
    """Reading one record by its reference."""
    return _operation(operation_id, summary, _answers(schema, refusals=_OF_ONE), parameters=_REFERENCE)


def _paths_of_the_system() -> dict[str, object]:
    return {
        "/health": {
            "get": _operation("health", "Whether the system answers", _answers("Health"), is_open=True)
        },
        "/version": {
            "get": _operation("version", "Which release and build runs", _answers("Version"), is_open=True)
        },
        "/token": {
            "post": _operation(
                "token",
                "A bearer token",
                _answers("Token", refusals=("400", "401")),
                body="Credentials",
                is_open=True,
            )
        },
    }


def _paths_of_tenancies() -> dict[str, object]:
    return {
        "/tenancies": {
            "get": _operation(
                "findTenancies",
                "Search for tenancies",
                _answers("Tenancies", refusals=_OF_MANY),
                parameters=_query(q=_TEXT, status=_one_of(("current", "ended")), **_PAGING),
            )
        },
        "/tenancies/{reference}": {"get": _operation_on_one("getTenancy", "One tenancy", "Tenancy")},
        "/accounts/{reference}": {"get": _operation_on_one("getAccount", "One rent account", "Account")},
        "/accounts/{reference}/transactions": {
            "get": _operation(
                "getTransactions",
                "The ledger of a rent account, newest first",
                _answers("Transactions", refusals=_OF_ONE),
                parameters=_REFERENCE + _query(kind=_one_of(KIND_NAMES), **_PAGING),
            )
        },
    }


def _paths_of_repairs() -> dict[str, object]:
    return {
        "/repairs": {
            "get": _operation(
                "findRepairs",
                "Repairs, newest first",
                _answers("Repairs", refusals=_OF_MANY),
                parameters=_query(
                    status=_one_of(("open", *STATUS_NAMES)), priority=_one_of(PRIORITIES), **_PAGING
                ),
            ),
            "post": _operation(
                "raiseRepair",
                "Raise a repair",
                _answers("Repair", status="201", refusals=("400", "401", "403", "422")),
                body="NewRepair",
            ),
        },
        "/repairs/{reference}": {"get": _operation_on_one("getRepair", "One repair", "Repair")},
    }


def _add_plans(paths: dict[str, object], schemas: dict[str, object]) -> None:
    """What 8.2 added."""
    schemas["PaymentPlan"] = _record(
        reference=_TEXT,
        account_reference=_TEXT,
        instalment_pence=_PENCE,
        frequency=_TEXT,
        start_date=_DAY,
        status=_TEXT,
    )
    paths["/accounts/{reference}/plan"] = {
        "get": _operation_on_one("getPaymentPlan", "The active payment plan of an account", "PaymentPlan")
    }


def document(release: Release) -> dict[str, object]:
    """The OpenAPI 3.1 document of a release."""
    paths = _paths_of_the_system() | _paths_of_tenancies() | _paths_of_repairs()
    schemas = _schemas() | _schemas_of_repairs()
    if release.has_payment_plans:
        _add_plans(paths, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{PRODUCT} API", "version": release.version},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "meridian_session"},
            },
        },
    }
