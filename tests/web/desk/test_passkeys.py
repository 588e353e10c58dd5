"""Passkeys: added, used alone or as the second step, taken away; and where there can be none."""

import json
from datetime import timedelta
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings
from time_machine import TimeMachineFixture

from groundswell.groups.models import Account, Group
from groundswell.kit.clock import now
from groundswell.web.desk import pages, passkeys
from tests import made_up
from tests.web.desk.soft_key import SoftKey
from tests.web.desk.test_account import by_link, come_in, digits, guesses, set_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

ORIGIN = "http://localhost:8000"


@pytest.fixture(autouse=True)
def a_name(settings: Settings) -> None:
    settings.PUBLIC_URL = ORIGIN


@pytest.fixture
def olu(group: Group) -> Account:
    return made_up.account(group)


def question(page) -> dict:
    """What the page lets the browser ask."""
    form = next(each for each in Markup(page.content.decode()).all("form") if "data-passkey" in each)
    return json.loads(unescape(form["data-options"]))


def add(browser: Client, key: SoftKey | None = None, name: str = "My telephone") -> SoftKey:
    key = key or SoftKey(ORIGIN)
    made = key.create(question(browser.get("/desk/account/passkey")))
    browser.post("/desk/account/passkey", {"name": name, "credential": made})
    return key


def sign_in_with(key: SoftKey, **instead: str):
    browser = Client()
    answer = key.get(question(browser.get("/desk/sign-in")), **instead)
    return browser, browser.post("/desk/sign-in/passkey", {"credential": answer})


def test_a_passkey_is_added_and_named(olu: Account) -> None:
    browser, _ = come_in(olu)
    add(browser)
    assert browser.get("/desk/events").status_code == 200
    assert "My telephone" in browser.get("/desk/account").content.decode()
    # Ten codes for the day it is lost, which are shown when they are made by its owner.
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "webauthn"]


def test_with_a_passkey_one_is_in_without_a_mail(olu: Account) -> None:
    key = add(by_link(olu))
    browser, answer = sign_in_with(key)
    assert answer.headers["Location"] == "/desk/"
    assert browser.get("/desk/events").status_code == 200
    assert browser.session.get_expiry_age() == 12 * 3600


def test_it_leads_on_to_the_page_one_wanted(olu: Account) -> None:
    key = add(by_link(olu))
    browser = Client()
    page = browser.get("/desk/sign-in?next=/desk/outbox")
    answer = browser.post("/desk/sign-in/passkey", {"credential": key.get(question(page))})
    assert answer.headers["Location"] == "/desk/outbox"


def test_it_is_the_second_step_after_a_mailed_code(olu: Account) -> None:
    key = add(by_link(olu))
    browser, answer = come_in(olu)
    page = browser.get(answer.headers["Location"])
    led = browser.post("/desk/sign-in/second-step", {"credential": key.get(question(page))})
    assert led.headers["Location"] == "/desk/"
    assert browser.get("/desk/events").status_code == 200


def by_app(account: Account, secret: str) -> Client:
    browser, _ = come_in(account)
    assert browser.post("/desk/sign-in/second-step", {"code": digits(secret)}).headers["Location"] == "/desk/"
    return browser


def test_digits_are_too_little_for_who_sees_many_people_where_a_passkey_can_be(olu: Account) -> None:
    browser, _ = come_in(olu)
    set_up(browser)
    assert browser.get("/desk/events").headers["Location"] == "/desk/account"
    assert "more than fifty people" in browser.get("/desk/account").content.decode()
    add(browser)
    assert browser.get("/desk/events").status_code == 200


def test_they_are_too_little_at_the_next_sign_in_as_well(olu: Account, time_machine: TimeMachineFixture) -> None:
    browser, _ = come_in(olu)
    secret = set_up(browser)
    key = add(browser)
    time_machine.move_to(now() + timedelta(minutes=2))
    assert by_app(olu, secret).get("/desk/events").headers["Location"] == "/desk/account"
    browser, _answer = sign_in_with(key)
    assert browser.get("/desk/events").status_code == 200


def test_digits_are_enough_for_who_sees_nobody_and_where_there_can_be_no_passkey(
    olu: Account, group: Group, settings: Settings
) -> None:
    press = made_up.account(group, made_up.PRESS, "pia@example.org", "Pia")
    browser, _ = come_in(press)
    set_up(browser)
    assert browser.get("/desk/events").status_code == 200
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    browser, _ = come_in(olu)
    set_up(browser)
    assert browser.get("/desk/events").status_code == 200


def test_without_the_rule_digits_are_enough(olu: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(pages, "needs_passkey", lambda actor: False)
    browser, _ = come_in(olu)
    set_up(browser)
    assert browser.get("/desk/events").status_code == 200


def test_a_second_one_does_not_lead_to_new_codes(olu: Account) -> None:
    browser = by_link(olu)
    set_up(browser)
    made = SoftKey(ORIGIN).create(question(browser.get("/desk/account/passkey")))
    led = browser.post("/desk/account/passkey", {"name": "", "credential": made})
    assert led.headers["Location"] == "/desk/account"


def test_guesses_at_codes_do_not_lock_out_who_has_a_passkey(olu: Account) -> None:
    key = add(by_link(olu))
    guesses(olu, 12)
    for _ in range(5):
        browser = Client()
        browser.post("/desk/sign-in", {"email": olu.email})
        for _ in range(3):
            browser.post("/desk/sign-in/code", {"code": "00000000"})
    assert sign_in_with(key)[1].headers["Location"] == "/desk/"


def test_an_answer_works_once(olu: Account) -> None:
    key = add(by_link(olu))
    browser = Client()
    answer = key.get(question(browser.get("/desk/sign-in")))
    browser.post("/desk/sign-in/passkey", {"credential": answer})
    browser.post("/desk/sign-out")
    assert browser.post("/desk/sign-in/passkey", {"credential": answer}).status_code == 422
    assert Client().post("/desk/sign-in/passkey", {"credential": answer}).status_code == 422


def test_an_answer_for_another_site_is_refused(olu: Account) -> None:
    key = add(by_link(olu))
    key.origin = "https://localhost.evil.example"
    assert sign_in_with(key)[1].status_code == 422


def test_somebody_elses_passkey_does_not_open_my_account(olu: Account, group: Group) -> None:
    mine = add(by_link(olu))
    theirs = add(by_link(made_up.account(group, email="max@example.org")))
    assert sign_in_with(theirs, userHandle=mine.user)[1].status_code == 422
    browser, answer = come_in(olu)
    page = browser.get(answer.headers["Location"])
    wrong = browser.post("/desk/sign-in/second-step", {"credential": theirs.get(question(page))})
    assert wrong.status_code == 422
    assert browser.get("/desk/").status_code == 302


def test_a_key_that_asks_for_no_finger_and_no_pin_is_no_passkey(olu: Account) -> None:
    browser = by_link(olu)
    add(browser, SoftKey(ORIGIN, verifies=False))
    assert not Authenticator.objects.exists()
    key = add(browser)
    key.flags = 0x01
    assert sign_in_with(key)[1].status_code == 422


def test_a_closed_account_does_not_come_in(olu: Account) -> None:
    key = add(by_link(olu))
    Account.objects.update(is_active=False)
    browser, answer = sign_in_with(key)
    assert answer.headers["Location"] == "/desk/sign-in"
    assert browser.get("/desk/").status_code == 302


def test_one_that_was_taken_away_opens_nothing(olu: Account) -> None:
    browser = by_link(olu)
    set_up(browser)
    key = add(browser)
    gone = Authenticator.objects.get(type="webauthn").id
    assert browser.post(f"/desk/account/factors/{gone}").status_code == 303
    assert sign_in_with(key)[1].status_code == 422


JUNK = ["", "{}", "[]", "5", "null", '"x"', "{", '{"id":1}', '{"response":[]}', '{"response":{"userHandle":5}}']
JUNK += ['{"id":"AA","rawId":"AA","type":"public-key","response":{"userHandle":"AA"}}', "[" * 5000, "\x00"]


@pytest.mark.parametrize("sent", JUNK, ids=range(len(JUNK)))
def test_what_is_no_passkey_is_told_so(olu: Account, sent: str) -> None:
    add(by_link(olu))
    browser = Client()
    browser.get("/desk/sign-in")
    assert browser.post("/desk/sign-in/passkey", {"credential": sent}).status_code == 422
    in_between, answer = come_in(olu)
    in_between.get(answer.headers["Location"])
    assert in_between.post("/desk/sign-in/second-step", {"credential": sent}).status_code == 422
    inside = by_link(olu)
    inside.get("/desk/account/passkey")
    assert inside.post("/desk/account/passkey", {"credential": sent}).status_code == 422


@pytest.mark.parametrize(
    ("url", "possible"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("https://192.0.2.7", False),
        ("http://desk.example.org", False),
        ("https://desk.example.org", True),
        ("http://localhost:8000", True),
    ],
)
def test_where_there_can_be_any(settings: Settings, url: str, possible: bool) -> None:
    settings.PUBLIC_URL, settings.SECURE = url, url.startswith("https")
    assert passkeys.possible() is possible


def test_at_a_bare_address_an_app_is_offered_and_the_reason_said(olu: Account, settings: Settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    browser, _ = come_in(olu)
    page = browser.get("/desk/account").content.decode()
    assert "a name instead of a number" in page
    assert "/desk/account/passkey" not in page
    assert browser.get("/desk/account/passkey").status_code == 403
    assert "data-passkey" not in browser.get("/desk/sign-in").content.decode()
