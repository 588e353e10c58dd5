"""Somebody's page at the desk."""

import pytest
from django.http import HttpResponse
from django.test import Client

from groundswell.events.models import Event
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.people.models import Belonging, Consent, Person, Tag, Tagged
from groundswell.people.sorting import put_into_group, tag_people
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = [pytest.mark.django_db, pytest.mark.door]


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def event(root: Group) -> Event:
    return made_up.event(root)


@pytest.fixture
def ada(event: Event) -> Person:
    made_up.confirmed(event, postcode="M1 1AE", via="choir", boxes=("agree", "updates"))
    made_up.send_mails()
    return Person.objects.get(name="Ada")


@pytest.fixture
def desk(root: Group) -> Client:
    return made_up.browser(made_up.account(root))


def send(desk: Client, person: Person, **form: str) -> HttpResponse:
    return desk.post(f"/desk/people/{person.id}", form)


def test_it_says_who_they_are_what_they_did_and_what_they_allowed(desk: Client, ada: Person) -> None:
    page = Markup(desk.get(f"/desk/people/{ada.id}").content.decode())
    assert faults(page) == []
    for words in ("Ada", "ada@example.org", "M1 1", "English", "Stand in unity", "coming", "choir"):
        assert words in page.text
    assert "may send me news of its campaigns by e-mail" in page.text
    assert "agreed (news of the campaign, e-mail)" in page.text
    assert "Please confirm" in page.text


def test_messages_to_many_are_among_what_they_got(desk: Client, root: Group, ada: Person) -> None:
    mailing = made_up.mailing(root, [made_up.person(root.organisation, "Zoe"), ada])
    page = desk.get(f"/desk/people/{ada.id}").content.decode()
    assert faults(Markup(page)) == []
    assert "Taken by the mail server" in page
    assert f'href="/desk/mailings/{mailing.id}"' in page


def test_who_does_not_send_sees_what_they_were_written_and_not_what_became_of_it(root: Group, ada: Person) -> None:
    mailing = made_up.mailing(root, [made_up.person(root.organisation, "Zoe"), ada])
    treasurer = made_up.browser(made_up.account(root, made_up.Role.TREASURER, "tess@example.org"))
    page = treasurer.get(f"/desk/people/{ada.id}").content.decode()
    assert "<bdi>Come</bdi>" in page
    assert "Taken by the mail server" not in page
    assert f"/desk/mailings/{mailing.id}" not in page


def test_what_they_offered_for_the_day_is_said(desk: Client, event: Event) -> None:
    made_up.confirmed(event, "bea@example.org", "Bea", **{"offer-steward": "yes", "offer-drive": "yes"})
    bea = Person.objects.get(name="Bea")
    assert "Steward, Drive people" in Markup(desk.get(f"/desk/people/{bea.id}").content.decode()).text


def test_beyond_the_first_the_rest_is_one_page_further(
    desk: Client, root: Group, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groundswell.web.desk.person.AT_ONCE", 1)
    other = made_up.event(root, title="The other one")
    made_up.confirmed(other)
    for _ in range(2):
        made_up.mailing(root, [ada])
    first = desk.get(f"/desk/people/{ada.id}").content.decode()
    for name in ("answers", "copies", "mails"):
        assert f'href="?{name}=1"' in first
    assert "Stand in unity" not in Markup(first).text
    assert "Stand in unity" in desk.get(f"/desk/people/{ada.id}?answers=1").content.decode()


def test_what_became_of_an_answer_is_said(desk: Client, ada: Person, event: Event) -> None:
    attendance = ada.attendances.get()
    made_up.cancel(attendance)
    assert "not coming" in Markup(desk.get(f"/desk/people/{ada.id}").content.decode()).text
    ada.attendances.update(attended=True)
    assert "was there" in Markup(desk.get(f"/desk/people/{ada.id}").content.decode()).text


def test_in_french_what_they_allowed_is_called_in_french(desk: Client, root: Group, ada: Person) -> None:
    made_up.act("object", root.organisation_id, ada.id, {})
    french = {"Accept-Language": "fr"}
    pages = {
        f"/desk/people/{ada.id}": ("nouvelles de la campagne", "que nous notions"),
        "/desk/people/segments/new": ("nouvelles de la campagne", "événements près"),
        "/desk/mailings/new": ("nouvelles de la campagne",),
    }
    english = ("news of the campaign", "events near", "recording that", "that we record")
    for where, called in pages.items():
        text = Markup(desk.get(where, headers=french).content.decode()).text
        assert all(words in text for words in called), where
        assert not any(words in text for words in english), where


def test_a_telephone_and_what_was_taken_back_are_shown(desk: Client, ada: Person) -> None:
    Person.objects.filter(id=ada.id).update(phone="+441134960000")
    said = {"organisation_id": ada.organisation_id, "person": ada, "purpose": "ally", "asked_at": ada.created_at}
    Consent.objects.create(**said, action="withdraw", source=uuid7())
    text = Markup(desk.get(f"/desk/people/{ada.id}").content.decode()).text
    assert "+441134960000" in text
    assert "took it back (another organisation sees that they come, e-mail)" in text


def test_tags_are_given_and_taken_off(desk: Client, ada: Person) -> None:
    send(desk, ada, then="tag", tag=" Stall ")
    assert "Stall" in desk.get(f"/desk/people/{ada.id}").content.decode()
    send(desk, ada, then="untag", tag=str(Tag.objects.get().id))
    assert not Tagged.objects.exists()
    send(desk, ada, then="tag", tag="a\x00")
    assert "not text" in desk.get(f"/desk/people/{ada.id}").content.decode()


def test_they_are_put_into_groups_and_taken_out(desk: Client, ada: Person, root: Group) -> None:
    branch = made_up.branch(root)
    send(desk, ada, then="put", group=str(branch.id))
    assert [one.group_id for one in Belonging.objects.all()] == [branch.id]
    assert "Riverside branch" in desk.get(f"/desk/people/{ada.id}").content.decode()
    send(desk, ada, then="take", group=str(branch.id))
    assert not Belonging.objects.exists()


def test_a_group_of_another_organisation_is_none(ada: Person, root: Group) -> None:
    other = made_up.root(made_up.organisation("other", "Other"))
    account = made_up.account(root)
    made_up.account(other)
    both = made_up.browser(account)
    assert send(both, ada, then="put", group=str(other.id)).status_code == 404
    assert send(both, ada, then="dance").status_code == 404
    assert send(both, ada, then="untag", tag="x").status_code == 404


def test_whoever_organises_a_group_sees_those_who_belong_to_it_and_no_others(root: Group, ada: Person) -> None:
    branch = made_up.branch(root)
    bea = made_up.browser(made_up.account(branch, email="bea@example.org"))
    assert bea.get(f"/desk/people/{ada.id}").status_code == 404
    put_into_group(SYSTEM, group=branch, people=[ada.id])
    tag_people(SYSTEM, organisation=root.organisation, people=[ada.id], name="Stall")
    page = bea.get(f"/desk/people/{ada.id}").content.decode()
    assert "ada@example.org" in page
    assert "Take off" not in page
    assert send(bea, ada, then="tag", tag="Mine").status_code == 404
    viewer = made_up.browser(made_up.account(branch, made_up.VIEWER, "vic@example.org"))
    assert viewer.get(f"/desk/people/{ada.id}").status_code == 404


def test_who_looks_is_written_down_without_saying_at_whom(desk: Client, ada: Person) -> None:
    desk.get(f"/desk/people/{ada.id}")
    entry = Entry.objects.get(verb="people.see_person")
    assert entry.detail == {"people": 1}
    assert entry.object_id is None


def test_nobody_is_at_any_other_address(desk: Client) -> None:
    assert desk.get(f"/desk/people/{uuid7()}").status_code == 404
