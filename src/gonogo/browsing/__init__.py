"""Driving a browser the same way everywhere: launch, sign in, take a picture.

A leaf: the step library and the pytest plug-in use it, the harness core never imports it. Everything here
takes the `Job` that says which browser, which address and which test accounts.
"""

from gonogo.browsing.capturing import MASKED, VIEWPORT, capture, context_options, held_still
from gonogo.browsing.launching import launch, launch_options
from gonogo.browsing.listening import Listener
from gonogo.browsing.masking import CannotMask, masked, recogniser_of
from gonogo.browsing.signing_in import (
    SignInError,
    is_signed_in,
    send_form,
    sign_in,
    sign_in_form,
    sign_out,
    what_it_said,
)
from gonogo.browsing.traffic_log import TrafficLog, log_of

__all__ = [
    "MASKED",
    "VIEWPORT",
    "CannotMask",
    "Listener",
    "SignInError",
    "TrafficLog",
    "capture",
    "context_options",
    "held_still",
    "is_signed_in",
    "launch",
    "launch_options",
    "log_of",
    "masked",
    "recogniser_of",
    "send_form",
    "sign_in",
    "sign_in_form",
    "sign_out",
    "what_it_said",
]
