"""Before something grave, whoever sits at the screen proves once more that it is them; what they typed goes on."""

import re
from datetime import timedelta

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings
from time_machine import TimeMachineFixture

from groundswell.attendances.models import Notice
from groundswell.events.models import Event
from groundswell.groups import freshness
from groundswell.groups.codes import code_of
from groundswell.groups.models import Account, Group, Membership, SignedIn
from groundswell.groups.operations import make_sign_in_link
from groundswell.kit.clock import now
from groundswell.outbox.models import Effect
from groundswell.web.desk import sign_in
from tests import made_up
from tests.web.desk.test_account import by_link, codes_of, come_in, digits, set_up
from tests.web.desk.test_passkeys import ORIGIN, add, question
from tests.web.markup import Markup, faults, sent_by

pytestmark = pytest.mark.django_db

WORDS = {
    "kind": "note",
    "subject": "“To all” <b>",
    "text": "Dear friends,\n\nbring a flask & a chair.",
    "date": "",
}


@pytest.fixture
def olu(group: Group) -> Account:
    return made_up.account(group)


@pytest.fixture
def rally(group: Group) -> Event:
    return made_up.event(group)


def an_hour_later(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(now() + timedelta(hours=1))


def tell(browser: Client, rally: Event, more: dict[str, str] | None = None):
    return browser.post(f"/desk/events/{rally.id}/tell", {**WORDS, **(more or {})})


def test_with_the_digits_what_was_typed_goes_on(
    olu: Account, rally: Event, time_machine: TimeMachineFixture
) -> None:
    browser = by_link(olu)
    secret = set_up(browser)
    an_hour_later(time_machine)
    asked = tell(browser, rally)
    page = asked.content.decode()
    assert (asked.status_code, Notice.objects.count()) == (403, 0)
    assert faults(Markup(page)) == []
    kept = sent_by(page)
    assert {name: kept[name] for name in WORDS} == WORDS
    wrong = browser.post(asked.wsgi_request.path, {**kept, "again_code": "000000"})
    assert (wrong.status_code, Notice.objects.count()) == (422, 0)
    kept = sent_by(wrong.content.decode())
    done = browser.post(asked.wsgi_request.path, {**kept, "again_code": digits(secret)})
    assert done.status_code == 303
    assert Notice.objects.get().text.replace("\r\n", "\n") == WORDS["text"]
    assert tell(browser, rally, {"subject": "One more"}).status_code == 303  # and is not asked again


def test_without_being_asked_the_twin_goes_on(
    olu: Account, rally: Event, time_machine: TimeMachineFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "FRESH", timedelta(days=1))
    browser = by_link(olu)
    an_hour_later(time_machine)
    assert tell(browser, rally).status_code == 303
    assert Notice.objects.count() == 1


def test_a_written_down_code_will_do(olu: Account, rally: Event, time_machine: TimeMachineFixture) -> None:
    browser = by_link(olu)
    set_up(browser)
    code = codes_of(browser)[0]
    an_hour_later(time_machine)
    assert tell(browser, rally, {"again": "digits", "again_code": code}).status_code == 303


def test_a_passkey_will_do(
    olu: Account, rally: Event, time_machine: TimeMachineFixture, settings: Settings
) -> None:
    settings.PUBLIC_URL = ORIGIN
    browser = by_link(olu)
    key = add(browser)
    an_hour_later(time_machine)
    asked = tell(browser, rally)
    wrong = tell(browser, rally, {"again": "passkey", "credential": "{}"})
    assert (wrong.status_code, Notice.objects.count()) == (422, 0)
    assert "This passkey is not one of yours" in wrong.content.decode()
    kept = sent_by(asked.content.decode())
    proof = {"again": "passkey", "credential": key.get(question(wrong))}
    assert browser.post(f"/desk/events/{rally.id}/tell", {**kept, **proof}).status_code == 303
    assert Notice.objects.get().subject == WORDS["subject"]


def test_with_a_second_step_a_mailbox_is_no_proof(
    olu: Account, rally: Event, time_machine: TimeMachineFixture
) -> None:
    browser = by_link(olu)
    set_up(browser)
    an_hour_later(time_machine)
    answer = tell(browser, rally, {"again": "mail"})
    assert (answer.status_code, "again" in browser.session) == (403, False)
    assert "The code from the mail" not in answer.content.decode()


def test_without_one_a_mailed_code_is(olu: Account, rally: Event, time_machine: TimeMachineFixture) -> None:
    browser = by_link(olu)
    an_hour_later(time_machine)
    asked = tell(browser, rally, {"again": "mail"})
    assert "A mail with a code is on its way" in asked.content.decode()
    assert Effect.objects.get(kind="groups.sign_in").state == "waiting"
    kept = sent_by(asked.content.decode())
    path = f"/desk/events/{rally.id}/tell"
    for typed in ("12", "12345678"):
        assert browser.post(path, {**kept, "again": "code", "again_code": typed}).status_code == 422
    code = code_of(browser.session["again"], olu.email)
    assert browser.post(path, {**kept, "again": "code", "again_code": code}).status_code == 303
    assert Notice.objects.get().subject == WORDS["subject"]


def test_a_code_that_nobody_asked_for_is_gone(
    olu: Account, rally: Event, time_machine: TimeMachineFixture
) -> None:
    browser = by_link(olu)
    an_hour_later(time_machine)
    answer = tell(browser, rally, {"again": "code", "again_code": "12345678"})
    assert (answer.status_code, "was used already" in answer.content.decode()) == (422, True)
    assert sent_by(answer.content.decode())["subject"] == WORDS["subject"]


def test_a_link_of_the_machine_is_opened_in_another_window(
    olu: Account, rally: Event, time_machine: TimeMachineFixture
) -> None:
    browser = by_link(olu)
    an_hour_later(time_machine)
    asked = tell(browser, rally, {"again": "link"})
    assert asked.status_code == 403
    browser.post(f"/desk/sign-in/{make_sign_in_link(account=olu)}")
    kept = sent_by(asked.content.decode())
    assert browser.post(f"/desk/events/{rally.id}/tell", {**kept, "again": "link"}).status_code == 303
    assert SignedIn.objects.count() == 1  # the session went on


def test_another_ones_link_begins_another_session(olu: Account, group: Group) -> None:
    browser = by_link(olu)
    browser.post(f"/desk/sign-in/{make_sign_in_link(account=made_up.account(group, email='max@example.org'))}")
    assert browser.session["account_authentication_methods_user"] != str(olu.pk)
    assert len(browser.session[AUTHENTICATION_METHODS_SESSION_KEY]) == 1


def guessed(browser: Client, rally: Event, many: int) -> list[str]:
    said = []
    for n in range(many):
        page = tell(browser, rally, {"again": "digits", "again_code": f"{n:06}"}).content.decode()
        said.append("typed wrong too often" if "typed wrong too often" in page else "looked at")
    return said


def test_ten_guesses_an_hour(olu: Account, rally: Event, time_machine: TimeMachineFixture) -> None:
    browser = by_link(olu)
    set_up(browser)
    an_hour_later(time_machine)
    assert guessed(browser, rally, 15) == ["looked at"] * 10 + ["typed wrong too often"] * 5


def test_the_twin_without_the_count_looks_at_all(
    olu: Account, rally: Event, time_machine: TimeMachineFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "count_guess", lambda *whose: None)
    browser = by_link(olu)
    set_up(browser)
    an_hour_later(time_machine)
    assert guessed(browser, rally, 15) == ["looked at"] * 15


def test_whoever_had_the_old_session_has_nothing_of_it(
    olu: Account, rally: Event, time_machine: TimeMachineFixture
) -> None:
    browser = by_link(olu)
    secret = set_up(browser)
    thief = Client()
    thief.cookies["session"] = browser.cookies["session"].value
    an_hour_later(time_machine)
    tell(browser, rally, {"again": "digits", "again_code": digits(secret)})
    assert thief.get("/desk/").status_code == 302
    assert browser.get("/desk/account").content.decode().count("this one") == 1


@pytest.mark.parametrize("path", ["/desk/account/app", "/desk/account/recovery"])
def test_who_only_wanted_to_look_is_led_there(path: str, group: Group, time_machine: TimeMachineFixture) -> None:
    vera = made_up.account(group, made_up.VIEWER, "vera@example.org")
    browser, _ = come_in(vera)
    an_hour_later(time_machine)
    kept = sent_by(browser.get(path).content.decode())
    asked = browser.post(path, {**kept, "again": "mail"})
    kept = sent_by(asked.content.decode())
    code = code_of(browser.session["again"], vera.email)
    answer = browser.post(path, {**kept, "again": "code", "again_code": code})
    assert (answer.status_code, answer.headers["Location"]) == (302, path)


@pytest.mark.parametrize("path", ["/desk/account/app", "/desk/account/recovery", "/desk/account/factors/1"])
def test_how_one_signs_in_is_not_changed_by_an_old_sign_in(
    olu: Account, time_machine: TimeMachineFixture, path: str
) -> None:
    browser = by_link(olu)
    set_up(browser)
    an_hour_later(time_machine)
    before = list(Authenticator.objects.order_by("id").values())
    assert browser.post(path, {"code": "123456"}).status_code == 403
    assert list(Authenticator.objects.order_by("id").values()) == before


def test_a_role_is_given_after_it(owner: Client, group: Group, time_machine: TimeMachineFixture) -> None:
    winnie = Account.objects.get(email="winnie@example.org")
    browser = by_link(winnie)
    secret = set_up(browser)
    an_hour_later(time_machine)
    here = "/desk/settings/tenants-union"
    role = {"role_email": "bea@example.org", "role_role": "viewer", "role_group": str(group.id)}
    asked = browser.post(here, {"form": "role", **role})
    assert (asked.status_code, Membership.objects.filter(account__email="bea@example.org").count()) == (403, 0)
    kept = sent_by(asked.content.decode())
    assert browser.post(here, {**kept, "again_code": digits(secret)}).status_code == 303
    assert Membership.objects.get(account__email="bea@example.org").role == "viewer"


def test_everybody_is_signed_out_in_an_emergency(
    olu: Account, owner: Client, time_machine: TimeMachineFixture
) -> None:
    here, there = by_link(Account.objects.get(email="winnie@example.org")), by_link(olu)
    an_hour_later(time_machine)  # that may be urgent: nobody is asked
    page = here.get("/desk/settings/tenants-union").content.decode()
    assert "Sign everybody out" in page
    asked = here.post("/desk/settings/tenants-union", {"form": "sign-out"}).content.decode()
    assert re.search(r"2 sessions are open", asked)
    assert there.get("/desk/").status_code == 200
    assert here.post("/desk/settings/tenants-union", sent_by(asked)).status_code == 303
    assert there.get("/desk/").status_code == 302
    assert "1 session has ended" in here.get("/desk/settings/tenants-union").content.decode()
