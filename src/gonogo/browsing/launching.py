"""Starting the browser that the job names, with the switches that make its pictures repeatable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

    from gonogo.job import BrowserToUse, Job

# Without these the same page gives other pixels on another machine (sub-pixel text, display profile,
# hinting of the installed fonts), or the browser looks for something on the internet.
REPEATABLE = (
    "--force-color-profile=srgb",
    "--disable-lcd-text",
    "--font-render-hinting=none",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-default-browser-check",
)


def launch_options(browser: BrowserToUse | None) -> dict[str, Any]:
    """What to pass to Playwright's `launch`, and to pytest-playwright's `browser_type_launch_args`.

    Args:
        browser: the browser to use; None or an empty path means Playwright's own.
    """
    options: dict[str, Any] = {"headless": True, "args": list(REPEATABLE)}
    if browser is None:
        return options
    options["args"] += [argument for argument in browser.arguments if argument not in REPEATABLE]
    if browser.path:
        options["executable_path"] = browser.path
    return options


def launch(playwright: Playwright, job: Job) -> Browser:
    """Start the job's browser. The caller closes it.

    Raises:
        playwright.sync_api.Error: it does not start; the message names the executable.
    """
    return playwright.chromium.launch(**launch_options(job.browser))
