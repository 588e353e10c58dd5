"""Where somebody is signed in: listed in words, ended one by one or all at once, and only by themselves."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from groundswell.groups.models import Account, Group, SignedIn
from groundswell.groups.operations import make_sign_in_link
from groundswell.web.desk.devices import device
from tests import made_up
from tests.web.desk.test_account import by_link

pytestmark = pytest.mark.django_db

ANDROID = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0"
)


@pytest.fixture
def olu(group: Group) -> Account:
    return made_up.account(group)


def on(account: Account, agent: str) -> Client:
    browser = Client(headers={"User-Agent": agent})
    browser.post(f"/desk/sign-in/{make_sign_in_link(account=account)}")
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/desk/").status_code == 200


def test_each_is_listed_with_its_device(olu: Account) -> None:
    here, _ = on(olu, ANDROID), on(olu, MAC)
    page = here.get("/desk/account").content.decode()
    assert "Firefox, Android" in page
    assert "Safari, Mac" in page
    assert page.count("this one") == 1


def test_one_can_be_ended(olu: Account) -> None:
    here, there = on(olu, ANDROID), on(olu, MAC)
    session = SignedIn.objects.get(device="Safari, Mac")
    assert here.post("/desk/account/sessions", {"session": str(session.id)}).status_code == 303
    assert (is_in(here), is_in(there)) == (True, False)
    assert "Safari" not in here.get("/desk/account").content.decode()


def test_all_others_can_be_ended(olu: Account) -> None:
    here, others = on(olu, ANDROID), [on(olu, MAC), on(olu, EDGE), on(olu, "")]
    here.post("/desk/account/sessions", {"session": "others"})
    assert is_in(here)
    assert not any(is_in(each) for each in others)


@pytest.mark.parametrize("named", ["", "x", "theirs"])
def test_nobody_ends_somebody_elses(olu: Account, group: Group, named: str) -> None:
    here, theirs = on(olu, ANDROID), on(made_up.account(group, email="max@example.org"), MAC)
    session = str(SignedIn.objects.get(device="Safari, Mac").id) if named == "theirs" else named
    assert here.post("/desk/account/sessions", {"session": session}).status_code == 404
    here.post("/desk/account/sessions", {"session": "others"})
    assert is_in(theirs)


def test_one_that_was_signed_out_is_not_listed(olu: Account) -> None:
    here, there = on(olu, ANDROID), on(olu, MAC)
    there.post("/desk/sign-out")
    assert "Safari" not in here.get("/desk/account").content.decode()


def test_where_from_is_not_kept(olu: Account) -> None:
    browser = Client(REMOTE_ADDR="203.0.113.77", headers={"User-Agent": ANDROID})
    browser.post(f"/desk/sign-in/{make_sign_in_link(account=olu)}")
    kept = repr([list(SignedIn.objects.values()), [each.get_decoded() for each in Session.objects.all()]])
    assert "203.0.113.77" not in kept
    assert "Gecko" not in kept


@pytest.mark.parametrize(
    ("agent", "words"),
    [(ANDROID, "Firefox, Android"), (MAC, "Safari, Mac"), (EDGE, "Edge, Windows"), ("curl/8", ""), ("", "")],
)
def test_a_device_in_words(agent: str, words: str) -> None:
    assert device(agent) == words


def test_the_page_costs_the_same_for_many(olu: Account, django_assert_num_queries) -> None:
    browser = by_link(olu)
    browser.get("/desk/account")
    with django_assert_num_queries(8):
        browser.get("/desk/account")
    for _ in range(3):
        by_link(olu)
    with django_assert_num_queries(8):
        browser.get("/desk/account")
