"""Tests run with the shipped settings: a defence that is off in tests has never been tested."""

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from pytest_django import Settings

from groundswell.config.environment import NAMES, variable

PRINT = """
import json
from groundswell.config import settings
print(json.dumps({name: repr(getattr(settings, name)) for name in dir(settings) if name.isupper()}))
"""

DIFFERENT = {
    "DATABASES": "have names of their own in tests",
    "EMAIL_BACKEND": "Django's own mail never leaves a test; ours does not use it",
    "ALLOWED_HOSTS": "Django adds the host of its test client",
}
"""What a test run changes, and why that weakens nothing."""


def shipped(data: Path) -> dict[str, str]:
    """The settings as an installation in that folder reads them."""
    ours = {variable(name) for name in NAMES}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    given = {variable("data"): str(data), variable("database"): settings.ENVIRONMENT.database}
    done = subprocess.run(
        [sys.executable, "-c", PRINT], env={**environment, **given}, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_tests_run_with_the_shipped_settings() -> None:
    expected = shipped(settings.DATA)
    here = {name: repr(getattr(settings, name)) for name in expected}
    assert {name for name in expected if here[name] != expected[name]} <= set(DIFFERENT)


def test_the_twin_notices_a_defence_that_is_off(settings: Settings) -> None:
    expected = shipped(settings.DATA)
    settings.SECURE_CSP = {}
    assert repr(settings.SECURE_CSP) != expected["SECURE_CSP"]


def test_what_makes_a_request_safe_is_on() -> None:
    assert settings.DEBUG is False
    assert "'unsafe-inline'" not in repr(settings.SECURE_CSP)
    assert "'unsafe-eval'" not in repr(settings.SECURE_CSP)
    assert "*" not in settings.ALLOWED_HOSTS
    for name in ("security.SecurityMiddleware", "csp.ContentSecurityPolicyMiddleware", "csrf.CsrfViewMiddleware"):
        assert any(each.endswith(name) for each in settings.MIDDLEWARE), name
