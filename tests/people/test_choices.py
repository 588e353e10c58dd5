"""What people allow on the page behind a mail's link, by each way for itself."""

import msgspec
import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.intake.kinds import Refused
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.people import choices
from groundswell.people.asking import FURTHER, Asked, ask_by, asked
from groundswell.people.choices import Choices
from groundswell.people.merging import merge, take_apart
from groundswell.people.models import Consent, Person, Reach, Suppression
from groundswell.people.queries import granted, words_in_force
from groundswell.people.reach import SUPPRESSED, allowing, lift, suppress
from tests import made_up

pytestmark = pytest.mark.django_db

NUMBER = "+441134960000"
ALL = "updates-sms updates-phone updates-post"


@pytest.fixture
def organisation() -> Organisation:
    return ask_by(SYSTEM, organisation=made_up.organisation(), ways=FURTHER)


@pytest.fixture
def ada(organisation: Organisation) -> Person:
    return with_number(made_up.subscriber(organisation, "Ada"))


def with_number(person: Person) -> Person:
    person.phone = NUMBER
    person.save()
    return person


def choose(person: Person, *ticked: str, shown: str = ALL) -> list[Refused]:
    """Tick these boxes and no others, each with the words that stand beside it."""
    in_force = words_in_force(person.organisation_id, "en")
    form = {f"allow-{name}": str(in_force[(*name.split("-"), "email")[:2]].id) for name in ticked}
    return made_up.act("prefer", person.organisation_id, person.id, {**form, "shown": shown})


def allows(person: Person) -> set[tuple[str, str]]:
    return granted(person.organisation_id, [person.id]).get(person.id, set())


def said(person: Person) -> list[tuple[str, str]]:
    return list(Consent.objects.filter(person=person).order_by("at").values_list("channel", "action"))


def is_shut(person: Person, channel: str) -> bool:
    return bool(Reach.objects.get(person=person).allows & SUPPRESSED[channel])


def names(found: Asked) -> dict[str, bool]:
    return {box.name: box.checked for box in found.boxes}


def test_each_way_is_allowed_for_itself(ada: Person) -> None:
    choose(ada, "updates-sms", "updates-post")
    assert allows(ada) == {("updates", "sms"), ("updates", "post")}
    assert not allowing(ada.organisation_id, "updates").exists()
    assert allowing(ada.organisation_id, "updates", "sms").get().person_id == ada.id
    entry = Consent.objects.get(channel="sms")
    assert entry.wording == words_in_force(ada.organisation_id, "en")["updates", "sms"]


def test_the_same_twice_is_said_once(ada: Person) -> None:
    for _again in range(2):
        choose(ada, "updates", "updates-sms")
    assert said(ada) == [("email", "grant"), ("sms", "grant")]
    for _again in range(2):
        choose(ada, "updates")
    assert said(ada) == [("email", "grant"), ("sms", "grant"), ("sms", "withdraw")]


def test_by_a_box_that_was_not_shown_nobody_says_no(ada: Person) -> None:
    choose(ada, "updates", "updates-sms")
    choose(ada, "updates", shown="updates-post")
    assert allows(ada) == {("updates", "email"), ("updates", "sms")}


def test_what_was_kept_before_there_were_further_ways_is_read(ada: Person) -> None:
    kept = msgspec.json.decode(b'{"allowed": {"updates": null}}', type=Choices)
    assert kept == Choices({"updates": None}, ())


def test_words_for_another_way_are_no_yes(ada: Person) -> None:
    by_post = words_in_force(ada.organisation_id, "en")["updates", "post"]
    made_up.act("prefer", ada.organisation_id, ada.id, {"allow-updates-sms": str(by_post.id)})
    assert allows(ada) == set()


def test_one_click_ends_mail_and_nothing_else(ada: Person) -> None:
    choose(ada, "updates", "updates-phone")
    made_up.act("stop", ada.organisation_id, ada.id, {})
    assert allows(ada) == {("updates", "phone")}
    made_up.act("object", ada.organisation_id, ada.id, {})
    assert allows(ada) == set()


def test_a_number_is_asked_about_only_where_it_is_known(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bea = made_up.subscriber(organisation, "Bea")
    with django_assert_num_queries(3):
        found = asked(organisation, bea.id, "en")
    assert names(found) == {"updates": True, "nearby": False, "updates-post": False}
    assert found.wants_number
    with_number(bea)
    with django_assert_num_queries(5):
        found = asked(organisation, bea.id, "en")
    assert names(found).keys() == {"updates", "nearby", "updates-sms", "updates-phone", "updates-post"}
    assert not found.wants_number


def numberless(organisation: Organisation) -> set[tuple[str, str]]:
    """What somebody has allowed whose form was made by hand: there is no number that it could be for."""
    bea = made_up.person(organisation, "Bea")
    choose(bea, "updates-sms", "updates-phone", "updates-post")
    return allows(bea)


def test_without_a_number_nobody_says_yes_to_calls(organisation: Organisation) -> None:
    assert numberless(organisation) == {("updates", "post")}


def test_else_a_number_from_a_list_would_be_called(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: without a look at the number the yes waits for one that somebody else brings."""
    monkeypatch.setattr(choices, "BY_NUMBER", ())
    assert len(numberless(organisation)) == 3


def test_what_is_asked_no_more_can_be_taken_back(organisation: Organisation, ada: Person) -> None:
    choose(ada, "updates-sms")
    ask_by(SYSTEM, organisation=organisation, ways=[])
    Person.objects.filter(id=ada.id).update(phone="")
    found = asked(organisation, ada.id, "en")
    assert names(found) == {"updates": False, "nearby": False, "updates-sms": True}
    assert (found.wants_number, found.shut) == (False, [])
    choose(ada, "updates", shown="updates-sms")
    assert names(asked(organisation, ada.id, "en")) == {"updates": True, "nearby": False}


def test_a_language_without_words_shows_those_that_were_agreed_to(organisation: Organisation, ada: Person) -> None:
    choose(ada, "updates-post")
    assert names(asked(organisation, ada.id, "cy")) == {"updates-post": True}


def test_who_objected_says_yes_to_a_number_again(organisation: Organisation, ada: Person) -> None:
    choose(ada, "updates-sms")
    made_up.act("object", ada.organisation_id, ada.id, {})
    assert is_shut(ada, "sms")
    assert asked(organisation, ada.id, "en").shut == []
    choose(ada, "updates-sms")
    assert not is_shut(ada, "sms")
    assert (is_shut(ada, "phone"), is_shut(ada, "email")) == (True, True)
    assert allowing(ada.organisation_id, "updates", "sms").exists()


def test_a_foreign_wording_opens_nothing(ada: Person) -> None:
    made_up.act("object", ada.organisation_id, ada.id, {})
    made_up.act("prefer", ada.organisation_id, ada.id, {"allow-updates-sms": str(uuid7())})
    assert is_shut(ada, "sms")


def shut_before_they_objected(ada: Person) -> bool:
    """Whether a number stays shut that wanted no more before somebody said that it was theirs."""
    with time_machine.travel(now().replace(year=2020)):
        suppress(ada.organisation_id, "sms", {NUMBER: Suppression.Reason.UNSUBSCRIBED})
    assert asked(ada.organisation, ada.id, "en").shut == ["sms"]
    made_up.act("object", ada.organisation_id, ada.id, {})
    choose(ada, "updates-sms")
    return Suppression.objects.filter(channel="sms").exists()


def test_what_others_wanted_of_a_number_stays(ada: Person) -> None:
    assert shut_before_they_objected(ada)


def test_else_whoever_types_a_number_in_could_open_it(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: to open what is shut whenever it was, as for an address, lets anybody speak for any number."""
    monkeypatch.setattr(
        choices, "lift_since", lambda person, channel, _since: lift(person.organisation_id, channel, [person.id])
    )
    assert not shut_before_they_objected(ada)


def test_a_no_is_for_all_that_are_one_with_them_and_a_yes_for_the_one(
    organisation: Organisation, ada: Person
) -> None:
    other = with_number(made_up.person(organisation, "Countess"))
    choose(other, "updates-sms", "updates-post")
    merged = merge(SYSTEM, kept=ada, away=other)
    choose(other, "updates", "updates-phone")
    assert allows(ada) == {("updates", "email"), ("updates", "phone")}
    take_apart(SYSTEM, merge_id=merged.id)
    assert allows(other) == set()
    assert allows(ada) == {("updates", "email"), ("updates", "phone")}


def test_who_was_forgotten_is_refused(organisation: Organisation) -> None:
    (refused,) = made_up.act("prefer", organisation.id, uuid7(), {})
    assert refused.code == "not-found"
