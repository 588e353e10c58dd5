"""What people correct of themselves: read, taken over once, and chosen by from then on."""

import pytest

from groundswell.groups.models import Organisation
from groundswell.intake.kinds import Invalid, Refused
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.people import correcting
from groundswell.people.correcting import parse_correction
from groundswell.people.finding import people_like
from groundswell.people.models import Person, Reach, Suppression
from groundswell.people.reach import suppress
from tests import made_up

pytestmark = pytest.mark.django_db

OLD, NEW = "+441134960000", "+441134960001"
TYPED = {"name": "Ada King", "phone": "0113 496 0001", "postcode": "m1 1ae"}


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


@pytest.fixture
def ada(organisation: Organisation) -> Person:
    return made_up.subscriber(organisation, "Ada")


def correct(person: Person, **typed: str) -> list[Refused]:
    return made_up.act("correct", person.organisation_id, person.id, {**TYPED, **typed})


def reach(person: Person) -> Reach:
    return Reach.objects.get(organisation_id=person.organisation_id, person=person)


def test_what_they_say_holds_and_is_chosen_by(ada: Person) -> None:
    assert correct(ada) == []
    ada.refresh_from_db()
    assert (ada.name, ada.phone, ada.sector, ada.email) == ("Ada King", NEW, "M1 1", "ada@example.org")
    assert reach(ada).sector == "M1 1"
    assert people_like(ada.organisation_id, "king") == ([ada.id], True)


def test_it_is_one_entry_and_said_again_none(ada: Person) -> None:
    correct(ada)
    correct(ada, postcode="M1 1")
    entry = Entry.objects.get(verb="people.correct")
    assert entry.actor is None
    assert "Ada" not in str(entry.detail)


def test_what_is_left_empty_is_known_no_more(ada: Person) -> None:
    correct(ada)
    correct(ada, phone="", postcode="")
    ada.refresh_from_db()
    assert (ada.phone, ada.sector) == ("", "")
    assert reach(ada).sector == ""


def test_one_field_leaves_the_others(ada: Person) -> None:
    correct(ada)
    correct(ada, name="Ada Lovelace")
    ada.refresh_from_db()
    assert (ada.name, ada.phone, ada.sector) == ("Ada Lovelace", NEW, "M1 1")
    assert people_like(ada.organisation_id, "king") == ([], True)


def test_whoever_stands_for_them_is_corrected(ada: Person, organisation: Organisation) -> None:
    kept = made_up.subscriber(organisation, "Bea")
    Person.objects.filter(id=ada.id).update(merged_into=kept)
    correct(ada)
    assert Person.objects.get(id=kept.id).name == "Ada King"
    assert Person.objects.get(id=ada.id).name == "Ada"


def test_nobody_else_and_no_other_organisation_is_touched(ada: Person, organisation: Organisation) -> None:
    bea = made_up.subscriber(organisation, "Bea")
    other = made_up.organisation("other", "Other")
    (refused,) = made_up.act("correct", other.id, ada.id, TYPED)
    assert refused.code == "not-found"
    correct(ada)
    assert Person.objects.get(id=bea.id).name == "Bea"


def test_who_was_forgotten_is_refused(organisation: Organisation) -> None:
    (refused,) = made_up.act("correct", organisation.id, uuid7(), TYPED)
    assert refused.code == "not-found"


def test_who_wanted_no_calls_wants_none_at_another_number(ada: Person, organisation: Organisation) -> None:
    Person.objects.filter(id=ada.id).update(phone=OLD)
    suppress(organisation.id, "phone", {OLD: Suppression.Reason.UNSUBSCRIBED})
    before = reach(ada).allows
    correct(ada)
    assert Suppression.objects.filter(channel="phone").count() == 2
    assert reach(ada).allows == before
    correct(ada, phone="")
    assert Suppression.objects.filter(channel="phone").count() == 2


def test_without_that_they_would_be_called_again(
    ada: Person, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correcting, "wishes", lambda _person, _channel: False)
    Person.objects.filter(id=ada.id).update(phone=OLD)
    suppress(organisation.id, "phone", {OLD: Suppression.Reason.UNSUBSCRIBED})
    before = reach(ada).allows
    correct(ada)
    assert reach(ada).allows != before


def test_a_number_that_was_dead_shuts_no_new_one(ada: Person, organisation: Organisation) -> None:
    before = reach(ada).allows
    Person.objects.filter(id=ada.id).update(phone=OLD)
    suppress(organisation.id, "phone", {OLD: Suppression.Reason.BOUNCED})
    assert reach(ada).allows != before
    correct(ada)
    assert reach(ada).allows == before


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "a\x00"),
        ("name", "a" * 121),
        ("phone", "call me"),
        ("phone", "12"),
        ("postcode", "nowhere"),
        ("postcode", "M1"),
    ],
)
def test_what_is_wrong_is_said_by_its_field(field: str, typed: str) -> None:
    with pytest.raises(Invalid) as wrong:
        parse_correction({**TYPED, field: typed})
    assert list(wrong.value.errors) == [field]
