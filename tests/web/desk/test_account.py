"""The second step: who needs one, how it is set up, asked for, lost and taken away."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.test import Client

from groundswell.groups import factors
from groundswell.groups.codes import code_of
from groundswell.groups.models import Account, Group
from groundswell.groups.operations import make_sign_in_link
from groundswell.groups.roles import May, Role
from groundswell.kit.clock import now
from groundswell.outbox.models import Effect
from groundswell.outbox.transports import kept_path
from groundswell.web.desk import pages, sign_in
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def vera(group: Group) -> Account:
    """Somebody for the press, who sees figures and nobody's name."""
    return made_up.account(group, made_up.PRESS, "vera@example.org", "Vera")


@pytest.fixture
def olu(group: Group) -> Account:
    return made_up.account(group)


def come_in(account: Account):
    """Sign in by a mailed code, up to the second step; the browser, and what it was answered."""
    browser = Client()
    browser.post("/desk/sign-in", {"email": account.email})
    code = code_of(browser.session["asked"]["code"], account.email)
    return browser, browser.post("/desk/sign-in/code", {"code": code})


def by_link(account: Account) -> Client:
    browser = Client()
    browser.post(f"/desk/sign-in/{make_sign_in_link(account=account)}")
    return browser


def digits(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up(browser: Client) -> str:
    """Set up an app as the page says; returns its secret."""
    page = browser.get("/desk/account/app").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    assert "<svg" in page
    answer = browser.post("/desk/account/app", {"code": digits(secret)})
    assert answer.headers["Location"] == "/desk/account/recovery"
    return secret


def codes_of(browser: Client) -> list[str]:
    page = browser.post("/desk/account/recovery").content.decode()
    return re.findall(r"<code>(\d{4} \d{4})</code>", page)


def test_who_sees_figures_only_comes_in_by_a_mailed_code_alone(vera: Account) -> None:
    browser, answer = come_in(vera)
    assert answer.headers["Location"] == "/desk/"
    assert browser.get("/desk/").status_code == 200
    assert "takes two minutes" not in browser.get("/desk/account").content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role != made_up.PRESS])
@pytest.mark.parametrize("path", ["/desk/", "/desk/events", "/desk/outbox", "/desk/settings", "/desk/aside"])
def test_whoever_sees_more_sets_up_a_second_step_first(group: Group, role: str, path: str) -> None:
    browser, _ = come_in(made_up.account(group, role))
    assert browser.get(path).headers["Location"] == "/desk/account"
    assert browser.get(path, headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/desk/account"
    assert browser.post(path).status_code == 302
    assert "takes two minutes" in browser.get("/desk/account").content.decode()


def test_a_volunteer_who_sees_fifty_people_needs_none_and_who_sees_all_does(group: Group) -> None:
    """By the rights, not by the role's name."""
    few = made_up.account(
        group, made_up.VIEWER, "few@example.org", contact=True, ends_at=now() + timedelta(days=1)
    )
    browser, _ = come_in(few)
    assert browser.get("/desk/").status_code == 200
    made_up.account(group, made_up.VIEWER, few.email, event_id=made_up.event(group).id)
    assert browser.get("/desk/").headers["Location"] == "/desk/account"


def test_with_names_counted_as_few_a_viewer_gets_in(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(factors, "ALONE", factors.ALONE | {May.NAMES})
    browser, _ = come_in(made_up.account(group, made_up.VIEWER))
    assert browser.get("/desk/").status_code == 200


def test_the_twin_without_the_rule_lets_them_in(olu: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "needs_factor", lambda actor: False)
    browser, _ = come_in(olu)
    assert browser.get("/desk/events").status_code == 200


def test_who_gets_a_greater_role_sets_one_up(vera: Account, group: Group) -> None:
    browser, _ = come_in(vera)
    assert browser.get("/desk/").status_code == 200
    made_up.account(group, made_up.STEWARD, vera.email)
    assert browser.get("/desk/").headers["Location"] == "/desk/account"


def test_with_an_app_one_is_in_and_is_asked_for_it_from_then_on(olu: Account) -> None:
    browser, _ = come_in(olu)
    secret = set_up(browser)
    assert browser.get("/desk/events").status_code == 200
    again, answer = come_in(olu)
    assert answer.headers["Location"] == "/desk/sign-in/second-step"
    assert again.get("/desk/events").status_code == 302  # half of a sign-in is none
    assert again.post("/desk/sign-in/second-step", {"code": digits(secret)}).headers["Location"] == "/desk/"
    assert again.get("/desk/events").status_code == 200
    assert again.session.get_expiry_age() == 12 * 3600


def test_the_same_digits_do_not_work_twice(olu: Account) -> None:
    secret = set_up(by_link(olu))
    code = digits(secret)
    first, _ = come_in(olu)
    second, _ = come_in(olu)
    assert first.post("/desk/sign-in/second-step", {"code": code}).status_code == 302
    assert second.post("/desk/sign-in/second-step", {"code": code}).status_code == 422


def test_wrong_digits_do_not_set_an_app_up(olu: Account) -> None:
    browser = by_link(olu)
    browser.get("/desk/account/app")
    page = browser.post("/desk/account/app", {"code": "x"})
    assert (page.status_code, Authenticator.objects.count()) == (422, 0)


def test_another_session_by_mail_takes_the_step_as_well(olu: Account) -> None:
    older, _ = come_in(olu)
    set_up(by_link(olu))
    assert older.get("/desk/account").headers["Location"] == "/desk/sign-in?next=%2Fdesk%2Faccount"
    assert older.get("/desk/").status_code == 302
    assert "_auth_user_id" not in older.session


def test_a_link_of_the_machine_asks_for_nothing_more(olu: Account) -> None:
    set_up(by_link(olu))
    assert by_link(olu).get("/desk/events").status_code == 200


def test_a_written_down_code_opens_once(olu: Account) -> None:
    browser = by_link(olu)
    set_up(browser)
    codes = codes_of(browser)
    assert len(set(codes)) == 10
    for expected in (302, 422):
        late, _ = come_in(olu)
        assert late.post("/desk/sign-in/second-step", {"code": codes[3]}).status_code == expected
    assert "9 codes are left" in browser.get("/desk/account").content.decode()
    assert codes[0] not in browser.get("/desk/account/recovery").content.decode()


def test_new_codes_end_the_old_ones(olu: Account) -> None:
    browser = by_link(olu)
    set_up(browser)
    old = codes_of(browser)
    assert not set(old) & set(codes_of(browser))
    late, _ = come_in(olu)
    assert late.post("/desk/sign-in/second-step", {"code": old[0]}).status_code == 422


def test_codes_stand_in_for_something(vera: Account) -> None:
    assert by_link(vera).post("/desk/account/recovery").status_code == 403
    assert Authenticator.objects.count() == 0


def guesses(account: Account, many: int) -> list[int]:
    browser, _ = come_in(account)
    return [browser.post("/desk/sign-in/second-step", {"code": f"{n:06}"}).status_code for n in range(many)]


def test_ten_guesses_an_hour_at_the_second_step(olu: Account) -> None:
    secret = set_up(by_link(olu))
    assert guesses(olu, 30) == [422] * 10 + [429] * 20
    late, _ = come_in(olu)
    assert late.post("/desk/sign-in/second-step", {"code": digits(secret)}).status_code == 429


def test_the_twin_without_the_count_looks_at_all_of_them(olu: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(by_link(olu))
    monkeypatch.setattr(sign_in, "count_guess", lambda *whose: None)
    assert guesses(olu, 30) == [422] * 30


def test_no_secret_of_an_app_lies_open_in_the_database(olu: Account) -> None:
    browser = by_link(olu)
    secret = set_up(browser)
    codes = codes_of(browser)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = repr(cursor.fetchall())
    assert not [each for each in (secret, *codes) if each.replace(" ", "") in stored]


def app_of(account: Account) -> Authenticator:
    return Authenticator.objects.get(user=account, type="totp")


def test_whoever_needs_one_keeps_the_last(olu: Account) -> None:
    browser = by_link(olu)
    set_up(browser)
    refused = browser.post(f"/desk/account/factors/{app_of(olu).id}")
    assert (refused.status_code, "Add another one" in refused.content.decode()) == (409, True)


def test_who_needs_none_may_take_the_last_away_with_its_codes(vera: Account) -> None:
    browser = by_link(vera)
    set_up(browser)
    assert browser.post(f"/desk/account/factors/{app_of(vera).id}").status_code == 303
    assert Authenticator.objects.count() == 0


def test_one_of_two_may_go(olu: Account) -> None:
    browser = by_link(olu)
    set_up(browser)
    Authenticator.objects.create(user=olu, type="webauthn", data={"name": "Key", "credential": {}})
    assert browser.post(f"/desk/account/factors/{app_of(olu).id}").status_code == 303
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "webauthn"]


def test_another_ones_is_not_there(olu: Account, vera: Account) -> None:
    set_up(by_link(olu))
    assert by_link(vera).post(f"/desk/account/factors/{app_of(olu).id}").status_code == 404
    assert Authenticator.objects.filter(user=olu).exists()


def test_a_mail_tells_of_it_whoever_did_it(olu: Account) -> None:
    set_up(by_link(olu))
    made_up.send_mails()
    mail = Effect.objects.get(kind="groups.factors_changed")
    text = kept_path(mail.organisation_id, mail.id).read_text()
    assert "To: olu@example.org" in text
    assert "tell an owner of your group at once" in text.replace("=\n", "")


def test_to_a_closed_account_it_is_not_told(olu: Account) -> None:
    set_up(by_link(olu))
    Account.objects.update(is_active=False)
    made_up.send_mails()
    assert Effect.objects.get(kind="groups.factors_changed").state == "void"


def test_a_closed_account_does_not_come_in_by_its_second_step(olu: Account) -> None:
    secret = set_up(by_link(olu))
    browser, _ = come_in(olu)
    Account.objects.update(is_active=False)
    browser.post("/desk/sign-in/second-step", {"code": digits(secret)})
    assert browser.get("/desk/").status_code == 302
