"""Takes the call home out of the reports that Allure writes.

Every report of Allure 3 (and of Allure 2, unless ``ALLURE_NO_ANALYTICS`` is set while it is
made) loads Google's tag manager when somebody opens it, with an identifier of the report. Allure
3 has no setting against it, and a sign-off report must not tell anyone that it is being read.
"""

from __future__ import annotations

import re

_TAG_MANAGER = re.compile(
    rb"<script[^>]*\ssrc=[\"']https://www\.googletagmanager\.com/[^>]*></script>\s*"
    rb"<script>(?:(?!</script>).)*?gtag\((?:(?!</script>).)*?</script>",
    re.DOTALL,
)


def without_call_home(page: bytes) -> bytes:
    """The page of an Allure report without the scripts that load Google's tag manager.

    Args:
        page: the ``index.html`` that Allure wrote, whole or multi-file.

    Returns:
        The page with the loading script and the one that configures it removed, every other byte
        as it was; a page without them unchanged.
    """
    return _TAG_MANAGER.sub(b"", page)
