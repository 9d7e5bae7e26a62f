"""Signs in what a check said that the machine or the network was at fault, not the version under test."""

from __future__ import annotations

import re
from enum import Enum

_MACHINE = re.compile(
    r"no space left on device|ENOSPC|disk (?:is |was )?full|disk quota exceeded|too many open files"
    r"|cannot allocate memory|(?:page|target|browser|tab) (?:has )?crashed|browser has been closed"
    r"|BrowserType\.launch",
    re.IGNORECASE,
)
_CONNECTION = re.compile(
    r"ERR_CONNECTION_\w+|ERR_EMPTY_RESPONSE|ERR_NETWORK_\w+|ERR_NAME_NOT_RESOLVED|connection (?:refused|reset|aborted)"
    r"|server disconnected without sending a response|remote end closed connection",
    re.IGNORECASE,
)
_GATEWAY = re.compile(
    r"\b50[234] ?(?:bad gateway|service (?:temporarily )?unavailable|gateway time-?out)"
    r"|(?:status|http|code|answered|returned|got|with)\W{1,3}(?:with\W+|status\W+|code\W+|http\W+)*50[234]\b"
    r"|\b(?:bad gateway|service (?:temporarily )?unavailable|gateway time-?out)\b",
    re.IGNORECASE,
)


class Sign(Enum):
    """What a failure's words point at besides the version under test."""

    NONE = "none"
    MACHINE = "machine"
    """A full disk, a crashed browser: never a version's doing."""
    NETWORK = "network"
    """No connection, or a gateway that found nothing behind it: a version's doing only when it always happens."""


def sign_in(*texts: str) -> Sign:
    """The strongest sign in these texts."""
    text = "\n".join(texts)
    if _MACHINE.search(text):
        return Sign.MACHINE
    return Sign.NETWORK if _CONNECTION.search(text) or _GATEWAY.search(text) else Sign.NONE
