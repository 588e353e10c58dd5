"""Signing in leads on to where one wanted to go, and never off the site."""

import time
from urllib.parse import urljoin, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from groundswell.groups.codes import code_of
from groundswell.web.desk import sign_in
from tests import made_up

pytestmark = pytest.mark.django_db

EVIL = "evil.example"
SECRET = "JBSWY3DPEHPK3PXP"
HERE = "http://127.0.0.1:8000/desk/sign-in/code"
TARGETS = [
    *(
        f"{scheme}{slashes}{EVIL}"
        for scheme in ("http:", "https:", "ftp:", "")
        for slashes in ("//", "///", "/\\", "\\\\")
    ),
    *(
        f"{start}{EVIL}"
        for start in ("/\\/", "\\/", "////", "/\t/", "/\n/", "/\r/", "\t//", " //", "\x00//", "\x08//")
    ),
    *(f"{start}//{EVIL}/desk/" for start in (" http:", "\nhttps:", "HTTP:", "hTTps:", "x:", "http:\t", "//user@")),
    *(
        f"{scheme}alert(1)"
        for scheme in ("javascript:", "JaVaScript:", "java\tscript:", "\x01javascript:", "vbscript:")
    ),
    *(f"data:text/html,{start}" for start in ("<script>alert(1)</script>", ";base64,PHN2Zz4=")),
    *(f"/desk{end}" for end in (f".{EVIL}", f"@{EVIL}", f":80@{EVIL}", f"\\@{EVIL}", f"%00.{EVIL}")),
    *(f"//{EVIL}{end}" for end in ("/desk/", "\\desk\\", "#/desk/", "?/desk/", "%2f..", "/%2e%2e")),
    *(f"http://127.0.0.1{end}" for end in (f"@{EVIL}/desk/", f".{EVIL}/desk/", f":8000@{EVIL}/", f"\\.{EVIL}/")),
    *(
        "https:evil.example",
        "http:evil.example/desk/",
        "///evil.example/..",
        "/%09/evil.example",
        "/%5cevil.example",
    ),
]


@pytest.fixture
def browser() -> Client:
    made_up.account(made_up.root(made_up.organisation()))
    return Client()


def led_to(browser: Client, target: str) -> str:
    """Where a browser is after it signed in from a page with this ``?next=``."""
    browser.get("/desk/sign-in", {"next": target})
    browser.post("/desk/sign-in", {"email": "olu@example.org"})
    code = code_of(browser.session["asked"]["code"], "olu@example.org")
    location = browser.post("/desk/sign-in/code", {"code": code}).headers["Location"]
    browser.logout()
    # Browsers drop tabs and line ends, and take a backslash for a slash.
    cleaned = "".join(each for each in location if each not in "\t\r\n").strip("\x00\x01\x08 ").replace("\\", "/")
    return urljoin(HERE, cleaned)


def test_there_are_sixty() -> None:
    assert len(set(TARGETS)) >= 60


@pytest.mark.parametrize("target", TARGETS)
def test_nobody_is_led_off_the_site(browser: Client, target: str) -> None:
    end = urlsplit(led_to(browser, target))
    assert (end.scheme, end.netloc) == ("http", "127.0.0.1:8000")
    assert end.path == "/desk/"


def test_the_twin_that_believes_any_target_leads_off(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "is_ours", lambda url: True)
    monkeypatch.setattr("groundswell.web.desk.adapters.is_ours", lambda url: True)
    assert urlsplit(led_to(browser, f"//{EVIL}")).netloc == EVIL


def test_one_is_led_to_the_page_that_one_wanted(browser: Client) -> None:
    asked = browser.get("/desk/events?when=past")
    assert asked.headers["Location"] == "/desk/sign-in?next=%2Fdesk%2Fevents%3Fwhen%3Dpast"
    assert led_to(browser, "/desk/events?when=past") == "http://127.0.0.1:8000/desk/events?when=past"


@pytest.mark.parametrize("target", TARGETS)
def test_nobody_is_led_off_the_site_by_the_second_step(target: str) -> None:
    group = made_up.root(made_up.organisation())
    owner = made_up.account(group, made_up.OWNER, "olu@example.org")
    TOTP.activate(owner, SECRET)
    browser = Client()
    browser.get("/desk/sign-in", {"next": target})
    browser.post("/desk/sign-in", {"email": "olu@example.org", "next": target})
    code = code_of(browser.session["asked"]["code"], "olu@example.org")
    assert browser.post("/desk/sign-in/code", {"code": code}).headers["Location"] == "/desk/sign-in/second-step"
    shown = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    answer = browser.post("/desk/sign-in/second-step", {"code": shown, "next": target})
    assert (answer.status_code, answer.headers["Location"]) in {(303, "/desk/"), (302, "/desk/")}
