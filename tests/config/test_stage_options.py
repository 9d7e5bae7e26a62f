"""What a team may write about signing in, interfaces, batch jobs, databases and the UAT stage."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from gonogo.config.stage_options.sign_in import (
    ApiOptions,
    BatchOptions,
    DatabaseOptions,
    SignInFormOptions,
    SignInOptions,
)
from gonogo.config.stage_options.uat import UatOptions
from gonogo.model import Api, ApiSignIn, BatchCommand, Database, SignIn, SignInForm

MODELS: dict[type[BaseModel], dict[str, Any]] = {
    SignInOptions: {},
    SignInFormOptions: {},
    ApiOptions: {},
    BatchOptions: {"command": ["job"]},
    DatabaseOptions: {"url": "sqlite:///x.db"},
    UatOptions: {},
}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_unknown_key_is_refused(model: type[BaseModel]) -> None:
    model.model_validate(MODELS[model])
    with pytest.raises(ValidationError):
        model.model_validate({**MODELS[model], "no_such_key": 1})


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_described(model: type[BaseModel]) -> None:
    assert [name for name, field in model.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("model", "values", "said"),
    [
        (SignInOptions, {"path": "login"}, "path"),
        (ApiOptions, {"sign_in": "token"}, "needs token_path"),
        (ApiOptions, {"sign_in": "magic"}, "token"),
        (BatchOptions, {"command": []}, "command"),
        (BatchOptions, {"command": ["x"], "output": "../elsewhere"}, "inside the target's home"),
        (BatchOptions, {"command": ["x"], "output": "/etc/passwd"}, "inside the target's home"),
        (BatchOptions, {"command": ["x"], "timeout_s": 0}, "timeout_s"),
        (DatabaseOptions, {"url": "postgresql://reader:pw@db/rents"}, "a password may not stand here"),
        (DatabaseOptions, {"url": "rents.db"}, "url"),
        (UatOptions, {"paths": ["../other"]}, "inside the project"),
        (UatOptions, {"paths": ["/features"]}, "inside the project"),
        (UatOptions, {"paths": []}, "paths"),
        (UatOptions, {"share": "steps"}, "share"),
        (UatOptions, {"pages": {"Arrears": "arrears"}}, "pages"),
        (UatOptions, {"workers": -1}, "workers"),
    ],
)
def test_a_value_out_of_range_is_refused_and_named(
    model: type[BaseModel], values: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        model.model_validate(values)


def test_each_model_becomes_its_record() -> None:
    form = {"action": "/enter", "fields": {"go": "1"}}
    assert SignInOptions(path="/in", form=SignInFormOptions(**form)).record() == SignIn(
        path="/in", form=SignInForm(action="/enter", fields={"go": "1"})
    )
    assert ApiOptions(base="/api", sign_in=ApiSignIn.BASIC).record() == Api(
        base="/api", sign_in=ApiSignIn.BASIC
    )
    assert BatchOptions(command=("job", "{home}")).record() == BatchCommand(command=("job", "{home}"))
    assert DatabaseOptions(url="env:RENTS_DB").record() == Database(url="env:RENTS_DB")
    assert DatabaseOptions(url="postgresql://reader@db/rents").record().url == "postgresql://reader@db/rents"


def test_the_defaults_of_a_model_are_the_defaults_of_its_record() -> None:
    assert SignInOptions().record() == SignIn()
    assert ApiOptions().record() == Api()
