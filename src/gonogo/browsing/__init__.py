"""Driving a browser the same way everywhere: launch, sign in, take a picture.

A leaf: the step library and the pytest plug-in use it, the harness core never imports it. Everything here
takes the `Job` that says which browser, which address and which test accounts.
"""

from gonogo.browsing.capturing import MASKED, VIEWPORT, capture, context_options, hold_still
from gonogo.browsing.launching import launch, launch_options
from gonogo.browsing.signing_in import SignInError, SignInForm, sign_in, sign_in_form

__all__ = [
    "MASKED",
    "VIEWPORT",
    "SignInError",
    "SignInForm",
    "capture",
    "context_options",
    "hold_still",
    "launch",
    "launch_options",
    "sign_in",
    "sign_in_form",
]
