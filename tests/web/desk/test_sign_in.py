"""The way into the desk: one mail, one code, once; or one link from the machine, one button, once."""

import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.core import management
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from groundswell.groups import upkeep
from groundswell.groups.codes import ask_to_sign_in
from groundswell.groups.models import Account, Guesses, SignInCode, SignInLink
from groundswell.groups.operations import make_sign_in_link, use_sign_in_link
from groundswell.groups.queries import account_by_email
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.outbox.models import Effect
from groundswell.outbox.operations import INSTALLATION
from groundswell.outbox.transports import kept_path
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def olu() -> Account:
    return made_up.account(made_up.root(made_up.organisation()))


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def ask(browser: Client, email: str):
    """Fill in the form as a browser does."""
    return browser.post("/desk/sign-in", {"email": email, "csrfmiddlewaretoken": token(browser, "/desk/sign-in")})


def token(browser: Client, path: str) -> str:
    page = browser.get(path).content.decode()
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]


def press(browser: Client, path: str):
    """Open a link and press its button."""
    return browser.post(path, {"csrfmiddlewaretoken": token(browser, path)})


def mailed() -> list[str]:
    """The codes in the mails that were sent, by the worker's round."""
    made_up.send_mails()
    texts = [
        kept_path(effect.organisation_id, effect.id).read_text()
        for effect in Effect.objects.filter(state="done").order_by("id")
    ]
    return [re.search(r"^    (\d{4} \d{4})\r?$", text, re.MULTILINE)[1] for text in texts]


def type_code(browser: Client, code: str):
    """Type a code into the page that asks for it."""
    proof = token(browser, "/desk/sign-in/code")
    return browser.post("/desk/sign-in/code", {"code": code, "csrfmiddlewaretoken": proof})


def later(time_machine: TimeMachineFixture, delta: timedelta) -> None:
    time_machine.move_to(now() + delta)


def test_the_desk_leads_to_the_way_in(client: Client) -> None:
    assert client.get("/desk/").headers["Location"] == "/desk/sign-in"
    asking_for_itself = client.get("/desk/", headers={"HX-Request": "true"})
    assert (asking_for_itself.status_code, asking_for_itself.headers["HX-Redirect"]) == (200, "/desk/sign-in")


def test_a_mail_a_code_and_somebody_is_in(olu: Account, browser: Client) -> None:
    assert ask(browser, "Olu@Example.org").headers["Location"] == "/desk/sign-in/code"
    [code] = mailed()
    assert browser.get("/desk/").status_code == 302
    assert type_code(browser, code).headers["Location"] == "/desk/"
    assert "Olu" in browser.get("/desk/account").content.decode()
    olu.refresh_from_db()
    assert olu.last_login is not None


@pytest.mark.parametrize("between", ["", "-", "\u00a0", "  "])
def test_a_code_may_be_typed_as_people_do(olu: Account, browser: Client, between: str) -> None:
    ask(browser, "olu@example.org")
    [code] = mailed()
    assert type_code(browser, f" {code.replace(' ', between)} ").status_code == 302


def test_a_code_works_once(olu: Account, browser: Client) -> None:
    ask(browser, "olu@example.org")
    [code] = mailed()
    asked, proof = browser.session["asked"], token(browser, "/desk/sign-in/code")
    type_code(browser, code)
    assert "asked" not in browser.session
    again = Client(enforce_csrf_checks=True)
    ask(again, "olu@example.org")
    session = again.session
    session["asked"] = asked
    session.save()
    late = type_code(again, code)
    assert (late.status_code, "used already" in late.content.decode()) == (410, True)
    assert proof


def test_a_code_is_of_no_use_in_another_browser(olu: Account, browser: Client) -> None:
    ask(browser, "olu@example.org")
    [code] = mailed()
    other = Client(enforce_csrf_checks=True)
    assert other.get("/desk/sign-in/code").headers["Location"] == "/desk/sign-in"
    ask(other, "olu@example.org")
    assert type_code(other, code).status_code == 422
    assert other.get("/desk/").status_code == 302


def test_a_code_may_be_typed_three_times(olu: Account, browser: Client) -> None:
    ask(browser, "olu@example.org")
    [code] = mailed()
    wrong = str((int(code.replace(" ", "")) + 1) % 10**8).zfill(8)
    assert [type_code(browser, wrong).status_code for _ in range(3)] == [422] * 3
    assert type_code(browser, code).status_code == 410
    ask(browser, "olu@example.org")
    assert type_code(browser, mailed()[-1]).status_code == 302


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "12345a78", "１２３４５６７８"])
def test_what_is_no_code_is_no_guess(olu: Account, browser: Client, typed: str) -> None:
    ask(browser, "olu@example.org")
    page = type_code(browser, typed)
    assert (page.status_code, "eight digits" in page.content.decode()) == (422, True)
    assert (SignInCode.objects.get().tries, Guesses.objects.count()) == (0, 0)


def test_a_link_works_once(olu: Account, browser: Client) -> None:
    link = f"/desk/sign-in/{make_sign_in_link(account=olu)}"
    proof = token(browser, link)
    press(Client(enforce_csrf_checks=True), link)
    late = browser.post(link, {"csrfmiddlewaretoken": proof})
    assert late.status_code == 410
    assert "used already" in late.content.decode()
    assert browser.get(link).status_code == 410
    assert browser.get("/desk/").status_code == 302


def test_the_session_gets_a_new_key(olu: Account, browser: Client) -> None:
    link = f"/desk/sign-in/{make_sign_in_link(account=olu)}"
    browser.get(link)
    before = browser.session.session_key
    press(browser, link)
    assert browser.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert browser.session.get_expiry_age() == 12 * 3600


def test_who_only_looks_has_a_session_for_half_an_hour(browser: Client) -> None:
    browser.get("/desk/sign-in")
    assert browser.session.get_expiry_age() == 1800


def test_a_code_is_too_old_after_its_time(olu: Account, browser: Client, time_machine: TimeMachineFixture) -> None:
    ask(browser, "olu@example.org")
    [code] = mailed()
    later(time_machine, timedelta(minutes=16))
    assert type_code(browser, code).status_code == 410


def test_a_link_is_too_old_after_its_time(olu: Account, browser: Client, time_machine: TimeMachineFixture) -> None:
    link = f"/desk/sign-in/{make_sign_in_link(account=olu)}"
    later(time_machine, timedelta(hours=25))
    assert browser.get(link).status_code == 410


def test_a_mail_that_is_late_is_not_sent_at_all(
    olu: Account, browser: Client, time_machine: TimeMachineFixture
) -> None:
    ask(browser, "olu@example.org")
    later(time_machine, timedelta(minutes=16))
    assert mailed() == []
    assert Effect.objects.get().state == "void"


def test_a_closed_account_gets_neither_mail_nor_entry(olu: Account, browser: Client) -> None:
    secret = make_sign_in_link(account=olu)
    ask(browser, "olu@example.org")
    [code] = mailed()
    Account.objects.update(is_active=False)
    assert type_code(browser, code).status_code == 422
    ask(browser, "olu@example.org")
    assert len(mailed()) == 1
    assert browser.get(f"/desk/sign-in/{secret}").status_code == 410


KNOWN, UNKNOWN = "olu@example.org", "and@example.org"
PLACES = [("/desk/sign-in", {"email": ""}), ("/desk/sign-in/code", {"code": "00000000"})]


@contextmanager
def work() -> Iterator[list[str]]:
    """What of ours is called meanwhile, and every digest that is taken, in this order: the time that it takes.

    A stopwatch would say less: what one call of ours lasts is lost in how much else the machine has to do.
    """
    done: list[str] = []

    def note(frame: FrameType, event: str, called: Any) -> None:
        if event == "call" and frame.f_globals.get("__name__", "").startswith("groundswell."):
            done.append(f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname}")
        elif event == "c_call" and getattr(called, "__module__", None) in {"_hashlib", "_hmac", "_blake2"}:
            done.append(called.__qualname__)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield done
    finally:
        sys.setprofile(before)


NOW_AND_THEN = "groundswell.kit.ids._next_noise"
"""Fetches random numbers for many keys at once, whoever happens to need the next one."""


def all_that_can_be_seen(email: str) -> list[tuple[object, ...]]:
    """What somebody sees and measures who asks for a code, looks at its page, and types a wrong one."""
    browser, seen = Client(enforce_csrf_checks=True), []
    for path, form in PLACES:
        proof = token(browser, path)
        sent = {**form, **({"email": email} if "email" in form else {}), TOKEN: proof}
        with CaptureQueriesContext(connection) as queries, work() as done:
            answer = browser.post(path, sent)
        statements = [re.sub(r"'[^']*'|%s|[0-9a-f]{32,}|[\d.]+", "?", each["sql"]) for each in queries]
        page = re.sub(rf'{TOKEN}" value="\w+"', "", answer.content.decode()).replace(email, "")
        headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
        # When it ends is a number of seconds as well, in ``max-age``; the date moves with the clock.
        cookie = sorted((name, value) for name, value in browser.cookies["session"].items() if name != "expires")
        told = (answer.status_code, page, headers, cookie, len(answer.content) - len(email))
        seen.append((told, statements, [each for each in done if not each.startswith(NOW_AND_THEN)]))
    return seen


TOKEN = "csrfmiddlewaretoken"


def test_whether_there_is_an_account_cannot_be_told(olu: Account) -> None:
    """The same bytes, the same statements and the same work in the same order: it takes the same time."""
    all_that_can_be_seen("warm@example.org")
    known, unknown = all_that_can_be_seen(KNOWN), all_that_can_be_seen(UNKNOWN)
    assert known == unknown
    assert all(any("hmac" in each or "openssl" in each for each in done) for _told, _statements, done in known)
    assert len(mailed()) == 1


def test_the_twin_that_looks_an_account_up_is_seen(olu: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def only_for_accounts(*, email: str) -> UUID:
        return ask_to_sign_in(email=email) if account_by_email(email) else uuid7()

    monkeypatch.setattr("groundswell.web.desk.sign_in.ask_to_sign_in", only_for_accounts)
    known, unknown = all_that_can_be_seen(KNOWN), all_that_can_be_seen(UNKNOWN)
    assert [each[1] for each in known] != [each[1] for each in unknown]


def test_the_twin_that_works_longer_for_those_it_knows_is_seen(
    olu: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks the database the same and shows the same; only a stopwatch could tell."""
    all_that_can_be_seen("warm@example.org")

    def thorough(*, email: str) -> UUID:
        if email == KNOWN:
            hashlib.pbkdf2_hmac("sha256", email.encode(), b"salt", 1000)
        return ask_to_sign_in(email=email)

    monkeypatch.setattr("groundswell.web.desk.sign_in.ask_to_sign_in", thorough)
    known, unknown = all_that_can_be_seen(KNOWN), all_that_can_be_seen(UNKNOWN)
    assert [each[:2] for each in known] == [each[:2] for each in unknown]
    assert [each[2] for each in known] != [each[2] for each in unknown]


def test_no_secret_lies_in_the_database(olu: Account, browser: Client) -> None:
    ask(browser, "olu@example.org")
    [code] = mailed()
    effect, stored = Effect.objects.get(), SignInCode.objects.get()
    assert code.replace(" ", "") not in repr([effect.__dict__, stored.__dict__, dict(browser.session)])
    assert effect.address == ""  # gone once the mail is


def test_a_mail_that_is_repeated_has_the_same_code(olu: Account, browser: Client) -> None:
    ask(browser, "olu@example.org")
    first = mailed()
    Effect.objects.update(state="waiting", address="olu@example.org")  # as after a kill before the note
    assert mailed() == first


def test_ten_mails_an_hour_and_no_more(olu: Account, browser: Client, time_machine: TimeMachineFixture) -> None:
    for _ in range(12):
        ask(browser, "olu@example.org")
    assert len(mailed()) == 10
    later(time_machine, timedelta(minutes=61))
    ask(browser, "olu@example.org")
    assert len(mailed()) == 11


def test_answers_under_an_organisers_address_do_not_lock_them_out(olu: Account, browser: Client) -> None:
    for _ in range(4):
        made_up.answer(made_up.event(olu.memberships.get().group), "olu@example.org")
        ask(browser, "olu@example.org")
    made_up.send_mails()
    states = sorted(Effect.objects.values_list("kind", "state"))
    # The day's share of three holds back one answer's mail, and nobody's way in.
    assert states == [
        *[("attendances.confirm", "done")] * 3,
        ("attendances.confirm", "held"),
        *[("groups.sign_in", "done")] * 4,
    ]


@pytest.mark.parametrize("typed", ["", "olu", "olu@example", "olu@exa\nmple.org", "a" * 300 + "@example.org"])
def test_what_is_no_address_stays_in_the_form(browser: Client, typed: str) -> None:
    page = ask(browser, typed)
    assert page.status_code == 422
    assert "Enter your e-mail address" in page.content.decode()
    assert Effect.objects.count() == 0


def test_signing_out_ends_the_session_on_the_server(olu: Account, browser: Client) -> None:
    press(browser, f"/desk/sign-in/{make_sign_in_link(account=olu)}")
    cookie = browser.cookies["session"].value
    assert browser.get("/desk/sign-out").status_code == 405
    proof = token(browser, "/desk/")
    assert browser.post("/desk/sign-out", {"csrfmiddlewaretoken": proof}).headers["Location"] == "/desk/sign-in"
    browser.cookies["session"] = cookie
    assert browser.get("/desk/").status_code == 302


@pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/sign-in/code", "/desk/sign-in/x", "/desk/sign-out"])
def test_a_form_from_elsewhere_is_refused(olu: Account, browser: Client, path: str) -> None:
    answer = browser.post(path, {"email": "olu@example.org"})
    assert answer.status_code == 403
    assert Effect.objects.count() == 0


def test_browsers_name_their_origin_at_the_desk(browser: Client) -> None:
    page = browser.get("/desk/sign-in")
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store, private"


def test_old_links_mails_and_sessions_go(olu: Account, browser: Client, time_machine: TimeMachineFixture) -> None:
    ask(browser, "olu@example.org")
    mailed()
    make_sign_in_link(account=olu, lasts=timedelta(minutes=15))
    effect = Effect.objects.get(organisation_id=INSTALLATION)
    assert upkeep.forget_sign_ins() == 0
    later(time_machine, timedelta(hours=25))
    assert upkeep.forget_sign_ins() == 3
    assert not kept_path(INSTALLATION, effect.id).exists()
    kept = (SignInLink, SignInCode, Effect, Session)
    assert [each.objects.count() for each in kept] == [0] * 4


def test_the_first_link_is_for_the_owner_of_everything(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    made_up.organisation("one", "One")
    made_up.organisation("two", "Two")
    management.call_command("first_link")
    link = capsys.readouterr().out.strip()
    assert link.startswith("http://127.0.0.1:8000/desk/sign-in/")
    account = use_sign_in_link(secret=link.rsplit("/", 1)[1])
    roles = account.memberships.values_list("group__slug", "role").order_by("group__slug")
    assert list(roles) == [("one", "owner"), ("two", "owner")]


def test_the_first_link_makes_an_organisation_where_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    management.call_command("first_link")
    account = use_sign_in_link(secret=capsys.readouterr().out.strip().rsplit("/", 1)[1])
    [membership] = account.memberships.select_related("organisation")
    assert (membership.organisation.slug, membership.organisation.name) == ("my-organisation", "My organisation")
    assert membership.organisation.wordings.count() == 3


def test_where_somebody_has_an_account_there_is_no_first_link(
    olu: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    management.call_command("first_link")
    assert capsys.readouterr().out == ""


def test_a_link_can_be_made_on_the_command_line(olu: Account, capsys: pytest.CaptureFixture[str]) -> None:
    management.call_command("signin_link", "OLU@example.org")
    assert use_sign_in_link(secret=capsys.readouterr().out.strip().rsplit("/", 1)[1]) == olu
    assert SignInLink.objects.get().expires_at > now() + timedelta(hours=23)
    with pytest.raises(management.CommandError, match=r"Nobody has an account with the address x@example\.org\."):
        management.call_command("signin_link", "x@example.org")
