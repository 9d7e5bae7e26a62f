"""Steps that end in every way a step can end."""

import os
import signal
import time

from behave import given, then
from behave.api.pending_step import StepNotImplementedError


@given("something")
def something(context):
    context.scenario_steps = 1


@given("something slow")
def something_slow(context):
    time.sleep(0.2)


@given("something that never ends")
def never_ends(context):
    time.sleep(600)


@given("the worker is killed")
def killed(context):
    os.kill(os.getpid(), signal.SIGKILL)


@then("it holds")
def holds(context):
    pass


@then("it does not hold")
def does_not_hold(context):
    raise AssertionError("expected 2, saw 1")


@then("it breaks")
def breaks(context):
    raise RuntimeError("no such thing")


@then("it is not written yet")
def not_written(context):
    raise StepNotImplementedError("later")


@then("it is left out")
def left_out(context):
    context.scenario.skip("not today")


@then("it is {word:w}")
def it_is(context, word):
    assert word == "good", f"expected good, saw {word}"
