"""The ledger of consent: who allowed whom what, by which words; read by folding it, never from a column."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.errors import NotAllowed
from groundswell.groups.models import Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.people import operations
from groundswell.people.models import Consent, Person, Purpose, Wording
from groundswell.people.operations import Granted, Typed, grant, publish_wording, recognise
from groundswell.people.queries import current_wordings, granted, keep_in_touch, organisation_of, wordings
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


def person(of: Organisation, email: str = "ada@example.org") -> UUID:
    (found,) = recognise(of.id, [Typed(name="Ada", email=email)]).values()
    return found


def ticked(
    who: UUID, purpose: str = "updates", wording: UUID | None = None, asked_at: datetime | None = None
) -> Granted:
    return Granted(person=who, purpose=purpose, wording=wording, asked_at=asked_at or now(), source=uuid7())


def test_a_grant_says_by_which_words_when_and_by_which_action(organisation: Organisation) -> None:
    who, words = person(organisation), current_wordings(organisation.id)["updates"]
    given_ = ticked(who, wording=words.id)
    assert grant(organisation.id, [given_]) == [given_]
    entry = Consent.objects.get()
    assert (entry.person_id, entry.purpose, entry.channel, entry.action) == (who, "updates", "email", "grant")
    assert (entry.wording, entry.source, entry.asked_at) == (words, given_.source, given_.asked_at)
    assert granted(organisation.id, [who]) == {who: {("updates", "email")}}


def test_many_grants_are_four_queries(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    who = person(organisation)
    with django_assert_num_queries(4):
        assert grant(organisation.id, [ticked(who), ticked(who, "nearby"), ticked(who, "event")])
    with django_assert_num_queries(1):
        assert len(granted(organisation.id, [who])[who]) == 3


def withdrawn(organisation: Organisation, who: UUID) -> Consent:
    """The entry by which somebody takes back what they allowed."""
    return Consent(
        organisation_id=organisation.id,
        person_id=who,
        purpose="updates",
        action="withdraw",
        source=uuid7(),
        asked_at=now(),
    )


def after_a_set_clock(organisation: Organisation, minutes: int) -> tuple[set[str], set[str]]:
    """What two people allow, of whom one took it back and one gave it anew after the clock was set."""
    ada, bo = person(organisation), person(organisation, "bo@example.org")
    asked = current_wordings(organisation.id)["updates"].id
    grant(organisation.id, [ticked(ada, wording=asked), ticked(bo, wording=asked)])
    operations.append_entries(organisation.id, [withdrawn(organisation, bo)])
    with time_machine.travel(now() + timedelta(minutes=minutes)):
        operations.append_entries(organisation.id, [withdrawn(organisation, ada)])
        grant(organisation.id, [ticked(bo, wording=asked)])
    allowed = granted(organisation.id, [ada, bo])
    first, second = ({purpose for purpose, _ in allowed.get(who, set())} for who in (ada, bo))
    return first, second


@pytest.mark.parametrize("minutes", [-10, 10])
def test_what_was_said_last_counts_though_the_clock_was_set(organisation: Organisation, minutes: int) -> None:
    assert after_a_set_clock(organisation, minutes) == (set(), {"updates"})


def test_by_the_clock_alone_an_older_word_would_count(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: written with the bare time, a withdrawal after the clock was set back is lost."""
    monkeypatch.setattr(operations, "append_entries", lambda _, entries: Consent.objects.bulk_create(entries))
    assert after_a_set_clock(organisation, -10) == ({"updates"}, set())


def test_words_of_another_organisation_or_purpose_give_no_consent(organisation: Organisation) -> None:
    foreign = current_wordings(made_up.organisation("others", "Others").id)["updates"]
    own = current_wordings(organisation.id)["nearby"]
    who = person(organisation)
    boxes = [ticked(who, wording=foreign.id), ticked(who, wording=own.id), ticked(who, wording=uuid7())]
    assert grant(organisation.id, boxes) == []
    assert grant(organisation.id, [ticked(who, "no such purpose")]) == []
    assert granted(organisation.id, [who]) == {}


def test_a_box_without_a_name_is_by_the_words_in_force_when_it_was_ticked(organisation: Organisation) -> None:
    who, first = person(organisation), current_wordings(organisation.id)["updates"]
    with time_machine.travel(now() + timedelta(hours=1)):
        second = publish_wording(made_up.SYSTEM, organisation=organisation, purpose=Purpose.UPDATES, text="New")
    for asked_at, words in [(first.valid_from, first), (second.valid_from, second), (now(), first)]:
        grant(organisation.id, [ticked(who, asked_at=asked_at)])
        assert Consent.objects.latest("at").wording == words
    assert grant(organisation.id, [ticked(who, asked_at=first.valid_from - timedelta(seconds=1))]) == []
    assert [wording.id for wording in wordings(organisation.id) if wording.purpose == "updates"] == [
        first.id,
        second.id,
    ]
    assert current_wordings(organisation.id)["updates"] == second


def test_only_the_system_puts_words_of_its_own_into_force(organisation: Organisation) -> None:
    owner = made_up.actor(made_up.root(organisation), made_up.OWNER)
    with pytest.raises(NotAllowed):
        publish_wording(owner, organisation=organisation, purpose=Purpose.UPDATES, text="Mine")
    made = publish_wording(
        made_up.SYSTEM, organisation=organisation, purpose=Purpose.UPDATES, text=" Two\r\nlines "
    )
    assert made.text == " Two\nlines"
    assert len(made.sha256) == 64
    assert Entry.objects.filter(verb="people.publish_wording", object_id=made.id).count() == 1


def refused(change: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change()


def test_the_database_refuses_to_change_words_or_grants(organisation: Organisation) -> None:
    grant(organisation.id, [ticked(person(organisation))])
    refused(lambda: Wording.objects.update(text="Anything"))
    refused(lambda: Consent.objects.update(action="withdraw"))
    refused(lambda: Consent.objects.update(at=now()))


steps = st.lists(
    st.tuples(
        st.sampled_from(["ada", "bo"]),
        st.sampled_from(["event", "updates", "nearby"]),
        st.sampled_from(["grant", "withdraw", "object"]),
    ),
    max_size=30,
)


@given(steps)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_fold_is_what_was_said_last(db: None, said: list[tuple[str, str, str]]) -> None:
    """Against the plainest model: for each person and purpose, the last word counts."""
    Consent.objects.all().delete()
    organisation = Organisation.objects.filter(slug="fold").first() or made_up.organisation("fold", "Fold")
    people = {name: person(organisation, f"{name}@example.org") for name in ("ada", "bo")}
    model: dict[tuple[str, str], str] = {}
    moment = now()
    for number, (name, purpose, action) in enumerate(said):
        Consent.objects.create(
            organisation_id=organisation.id,
            person_id=people[name],
            purpose=purpose,
            action=action,
            source=uuid7(),
            asked_at=moment,
            at=moment + timedelta(microseconds=number),
        )
        model[name, purpose] = action
    expected = {
        person: {(purpose, "email") for (who, purpose), last in model.items() if (who, last) == (name, "grant")}
        for name, person in people.items()
    }
    found = granted(organisation.id, people.values())
    assert {person: found.get(person, set()) for person in people.values()} == expected
    more = {person for person, allowed in expected.items() if {purpose for purpose, _ in allowed} - {"event"}}
    assert keep_in_touch(organisation.id, people.values()) == more


def test_consent_is_given_to_one_organisation(organisation: Organisation) -> None:
    other = made_up.organisation("others", "Others")
    who = person(organisation)
    grant(organisation.id, [ticked(who)])
    assert granted(other.id, [who]) == {}
    assert keep_in_touch(other.id, [who]) == set()


def test_who_holds_a_link_finds_the_organisation_that_knows_them(organisation: Organisation) -> None:
    who = person(organisation)
    assert organisation_of(organisation.id, who) == organisation
    assert organisation_of(made_up.organisation("others", "Others").id, who) is None
    assert organisation_of(organisation.id, uuid7()) is None
    assert Person.objects.count() == 1
