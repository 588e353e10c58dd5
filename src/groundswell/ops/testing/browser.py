"""The browser for the tests in ``e2e/``: the machine's Chromium, else Debian's, else Playwright's own."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from groundswell.ops.testing.packages import install_debian

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
VARIABLE = "GROUNDSWELL_TEST_BROWSER"
"""The environment variable that tells the browser tests where the browser is."""


def find_browser() -> str | None:
    """The path of a Chromium that runs; None where there is none."""
    for name in NAMES:
        path = shutil.which(name)
        if path and _runs(path):
            return path
    own = _playwrights_own()
    return own if own and _runs(own) else None


@cache
def get_browser() -> str | None:
    """Like :func:`find_browser`, but tries to install one."""
    return (
        find_browser()
        or (find_browser() if install_debian("chromium") else None)
        or (find_browser() if _install_playwrights_own() else None)
    )


def _runs(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install_playwrights_own() -> bool:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
