"""People who are in the records twice, at the desk: found, compared, merged and taken apart again."""

import pytest
from django.test import Client

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.kit.ids import uuid7
from groundswell.people import duplicates
from groundswell.people.merging import merge
from groundswell.people.models import Merge, Person
from groundswell.people.queries import granted
from groundswell.people.sorting import put_into_group, tag_people
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = [pytest.mark.django_db, pytest.mark.door]


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def ada(root: Group) -> Person:
    return made_up.confirmed(
        made_up.event(root), "ada.king@example.org", "Ada King", boxes=("agree", "updates")
    ).person


@pytest.fixture
def other(root: Group, ada: Person) -> Person:
    event = made_up.event(root, title="Else")
    made = made_up.confirmed(
        event, "adaking@example.org", "Ada King", postcode="M1 1AE", boxes=("agree", "updates")
    ).person
    made_up.act("stop", root.organisation_id, made.id, {})
    tag_people(SYSTEM, organisation=root.organisation, people=[made.id], name="Stall")
    return made


@pytest.fixture
def desk(root: Group) -> Client:
    return made_up.browser(made_up.account(root))


def text(desk: Client, path: str) -> str:
    page = Markup(desk.get(path).content.decode())
    assert faults(page) == []
    return page.text


def test_who_may_be_one_is_listed_with_why(desk: Client, ada: Person, other: Person) -> None:
    assert "Possible duplicates" in text(desk, "/desk/people")
    said = text(desk, "/desk/people/duplicates")
    for words in ("ada.king@example.org", "adaking@example.org", "the same address spelt another way"):
        assert words in said
    for one, two in ((ada, other), (other, ada)):
        said = text(desk, f"/desk/people/{one.id}")
        assert "Possibly the same as" in said
        assert two.email in said


def test_the_list_goes_on(desk: Client, ada: Person, other: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    made_up.person(ada.organisation, "Zoe Newest")
    monkeypatch.setattr(duplicates, "LOOKED_AT", 1)
    said = text(desk, "/desk/people/duplicates")
    assert "The last 1 person who came into the records is like nobody else." in said
    newest = Person.objects.get(name="Zoe Newest").id
    assert "ada.king@example.org" in text(desk, f"/desk/people/duplicates?before={newest}")
    assert "Nobody looks like another one here." in text(desk, f"/desk/people/duplicates?before={ada.id}")


def test_another_one_is_looked_for_by_hand(desk: Client, ada: Person, other: Person) -> None:
    made_up.person(ada.organisation, "Augusta Byron")
    said = text(desk, f"/desk/people/{ada.id}/same?q=byr")
    assert "augusta@example.org" in said
    assert "Nobody else of this name" in text(desk, f"/desk/people/{ada.id}/same?q=king@nowhere.example.org")
    assert "adaking@example.org" in text(desk, f"/desk/people/{ada.id}/same")


def test_both_stand_side_by_side_and_what_becomes_of_consents_is_said_before(
    desk: Client, ada: Person, other: Person
) -> None:
    said = text(desk, f"/desk/people/{ada.id}/merge/{other.id}")
    for words in ("Else", "Stall", "M1 1", "no: one of them said no", "yes: both said so", "Merge them"):
        assert words in said


def test_they_are_merged_as_it_was_chosen_and_taken_apart(desk: Client, ada: Person, other: Person) -> None:
    chosen = {"email": "0", "name": "1", "sector": "1", "phone": "nonsense"}
    sent = desk.post(f"/desk/people/{ada.id}/merge/{other.id}", chosen)
    assert (sent.status_code, sent["Location"]) == (303, f"/desk/people/{ada.id}")
    said = text(desk, f"/desk/people/{ada.id}")
    for words in ("They are one person now", "Merged lately", "M1 1", "by adaking@example.org", "Else"):
        assert words in said
    assert ("updates", "email") not in granted(ada.organisation_id, [ada.id])[ada.id]
    # The page of the other is that of the one who stays.
    assert "ada.king@example.org" in text(desk, f"/desk/people/{other.id}")
    sent = desk.post(f"/desk/people/{ada.id}", {"then": "apart", "merge": str(Merge.objects.get().id)})
    assert sent.status_code == 303
    assert "Ada King is a person of their own again" in text(desk, f"/desk/people/{ada.id}")
    assert ("updates", "email") in granted(ada.organisation_id, [ada.id])[ada.id]


def test_the_other_address_can_be_the_one_that_stays(desk: Client, ada: Person, other: Person) -> None:
    sent = desk.post(f"/desk/people/{ada.id}/merge/{other.id}", {"email": "1"})
    assert sent["Location"] == f"/desk/people/{other.id}"
    ada.refresh_from_db()
    assert ada.merged_into == other


def test_whoever_has_no_address_goes_to_the_one_who_has(desk: Client, root: Group, ada: Person) -> None:
    by_phone = Person.objects.create(
        organisation=root.organisation, name="Ada King", email="", email_key="tel:+441", phone="+441"
    )
    said = text(desk, f"/desk/people/{by_phone.id}/merge/{ada.id}")
    assert "You chose them." in said
    assert "nothing" in said
    assert desk.post(f"/desk/people/{by_phone.id}/merge/{ada.id}", {})["Location"] == f"/desk/people/{ada.id}"
    ada.refresh_from_db()
    assert ada.phone == "+441"


def test_it_says_why_it_is_not_done(desk: Client, ada: Person, other: Person) -> None:
    answer = desk.post(f"/desk/people/{ada.id}/merge/{ada.id}", {})
    assert answer.status_code == 409
    assert "These two are one person in our records already." in answer.content.decode()
    third = made_up.person(ada.organisation, "Augusta Byron")
    first = merge(SYSTEM, kept=ada, away=other)
    merge(SYSTEM, kept=ada, away=third)
    assert desk.post(f"/desk/people/{ada.id}", {"then": "apart", "merge": str(first.id)}).status_code == 303
    assert "They were merged with somebody else since" in text(desk, f"/desk/people/{ada.id}")
    assert desk.post(f"/desk/people/{ada.id}", {"then": "apart", "merge": str(uuid7())}).status_code == 404


def test_only_who_organises_the_whole_organisation_says_so(root: Group, ada: Person, other: Person) -> None:
    branch = made_up.branch(root)
    put_into_group(SYSTEM, group=branch, people=[ada.id, other.id])
    desk = made_up.browser(made_up.account(branch, email="bea@example.org"))
    assert "Possibly the same as" not in text(desk, f"/desk/people/{ada.id}")
    assert "Possible duplicates" not in text(desk, "/desk/people")
    assert desk.get("/desk/people/duplicates").status_code == 403
    for path in (f"/desk/people/{ada.id}/same", f"/desk/people/{ada.id}/merge/{other.id}"):
        assert desk.get(path).status_code == 404
