"""What a run needs besides Python packages: found where it is installed, else installed once.

Everything set-up installs goes below ``GONOGO_HOME`` (the user's cache folder when not set), from
lock files with checksums that travel inside this package; a checkout and an installed gonogo share
it. Nothing here runs at import, nothing calls home, and nothing is installed unless an
``install_…`` function is called. The same from a shell: ``python -m gonogo.setup``.
"""

from __future__ import annotations

from gonogo.setup.allure import find_allure, install_allure
from gonogo.setup.browser import Browser, find_browser, install_browser
from gonogo.setup.callhome import without_call_home
from gonogo.setup.children import quiet_environment
from gonogo.setup.inspection import Finding, inspect
from gonogo.setup.machine import Machine, Outcome, Tool, this_machine
from gonogo.setup.packs import pack_folder
from gonogo.setup.pango import find_pango, install_pango
from gonogo.setup.runtimes import find_java, find_node
from gonogo.setup.wapiti import find_wapiti, install_wapiti
from gonogo.setup.zap import find_zap, install_zap

__all__ = [
    "Browser",
    "Finding",
    "Machine",
    "Outcome",
    "Tool",
    "find_allure",
    "find_browser",
    "find_java",
    "find_node",
    "find_pango",
    "find_wapiti",
    "find_zap",
    "inspect",
    "install_allure",
    "install_browser",
    "install_pango",
    "install_wapiti",
    "install_zap",
    "pack_folder",
    "quiet_environment",
    "this_machine",
    "without_call_home",
]
