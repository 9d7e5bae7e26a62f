"""Writes docs/reference/configuration.md from the models that read gonogo.toml, so that it cannot go stale.

`python tools/document_settings.py` writes it; a test compares the page with what this would write.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from gonogo.config import change, expected, schema, waivers
from gonogo.config.criteria import criteria_for
from gonogo.config.stage_options import sign_in
from gonogo.stages.registry import installed_stages, option_models

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "configuration.md"
INTRODUCTION = """# gonogo.toml

Made from the program by `tools/document_settings.py`; do not edit it here.

The file is read strictly: an unknown key anywhere is an error that names the nearest known one. Passwords
are references (`env:NAME`, `keyring:SERVICE/USER`), never values. A working file with comments is the demo's
own, at the root of the project.
"""
TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("[system]", schema.SystemTable),
    ("[identity]", schema.IdentityTable),
    ("[baseline] and [candidate]", schema.TargetTable),
    ("[baseline.authorisation] and [candidate.authorisation]", schema.AuthorisationTable),
    ('[users."role"]', schema.UserTable),
    ("[sign_in]", sign_in.SignInOptions),
    ("[sign_in.form]", sign_in.SignInFormOptions),
    ("[api]", sign_in.ApiOptions),
    ('[batch."name"]', sign_in.BatchOptions),
    ("[databases.name]", sign_in.DatabaseOptions),
    ("[stages.name]", schema.StageTable),
    ("[criteria.stage]", schema.CriteriaTable),
    ("[[criteria.stage.limit]]", schema.LimitTable),
    ("[[expected_changes]]", expected.ExpectedChangeTable),
    ("[[expected_fixes]]", expected.ExpectedFixTable),
    ("[replay]", schema.ReplayTable),
    ("[sign_off]", schema.SignOffTable),
    ("[privacy]", schema.PrivacyTable),
    ("[browsers]", schema.BrowsersTable),
    ("[waivers]", schema.WaiversTable),
    ("[change]", change.ChangeTable),
    ("[retention]", schema.RetentionTable),
)


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    parts.extend(_table(title, model) for title, model in TABLES)
    for name, model in option_models(installed_stages()).items():
        if model is not None:
            parts.extend(_nested(f"[stages.{name}]", model))
    parts.append(_waivers())
    parts.append(_defaults())
    return "\n".join(parts)


def _table(title: str, model: type[BaseModel]) -> str:
    lines = [f"## `{title}`\n"]
    first = (model.__doc__ or "").strip().splitlines()
    if first:
        lines.append(first[0].partition(": ")[2].capitalize() or first[0])
        lines.append("")
    lines.extend(["| key | takes | default | meaning |", "|---|---|---|---|"])
    for key, field in model.model_fields.items():
        takes = _cell(_type(field.annotation))
        lines.append(
            f"| `{field.alias or key}` | {takes} | {_default(field)} | {_cell(field.description or '')} |"
        )
    return "\n".join(lines) + "\n"


def _nested(title: str, model: type[BaseModel]) -> list[str]:
    parts = [_table(title, model)]
    for key, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner is not None:
            parts.extend(_nested(f"{title[:-1]}.{key}]", inner))
    return parts


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for a in get_args(annotation) if (found := _model_in(a)) is not None), None)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value in (None, "", [], {}, ()) or value is PydanticUndefined or isinstance(value, BaseModel):
        return "none"
    return _cell(f"`{value}`")


def _type(annotation: Any) -> str:
    inner = _model_in(annotation)
    if inner is not None:
        return "table"
    text = str(annotation) if get_args(annotation) else getattr(annotation, "__name__", str(annotation))
    words = {
        "str": "text", "int": "whole number", "float": "number", "bool": "true or false", "date": "date",
        "TargetClass": "lab, test, staging or live", "Priority": "must, should or could",
    }  # fmt: skip
    if "list" in text or "tuple" in text:
        return "list"
    if "dict" in text:
        return "table"
    return next((word for name, word in words.items() if name in text), "text")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _waivers() -> str:
    beside = (
        "A file of its own beside `gonogo.toml`; `gonogo waive` adds to it. "
        "See [how to waive](../how-to/waive.md).\n"
    )
    return f"# waivers.toml\n\n{beside}\n{_table('[[waivers]]', waivers.WaiverTable)}"


def _defaults() -> str:
    lines = [
        "## What is judged when nothing is written",
        "",
        "| criterion | statement | not met means |",
        "|---|---|---|",
    ]
    meaning = {"must": "no-go", "should": "go with conditions", "could": "a remark"}
    for stage in ("uat", "regression", "load", "security"):
        lines.extend(
            f"| `{criterion.id}` | {criterion.statement} | {meaning[criterion.priority.value]} |"
            for criterion in criteria_for(stage, None)
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.name}\n")


if __name__ == "__main__":
    main()
