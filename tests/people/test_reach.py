"""The narrow rows by which people are chosen: in step with the ledger of consent, whatever is written to it."""

from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.people import reach
from groundswell.people.models import Channel, Consent, Person, Purpose, Reach, Suppression
from groundswell.people.operations import Granted, Typed, append_entries, confirm, grant, recognise
from groundswell.people.queries import granted
from groundswell.people.reach import BITS, SUPPRESSED, allowing, lift, suppress, suppressed
from groundswell.people.standard import publish_standard_wordings
from tests import made_up

pytestmark = pytest.mark.django_db

BOUNCED = Suppression.Reason.BOUNCED


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


def ada(organisation: Organisation, **changed: str) -> UUID:
    typed = Typed(**{"name": "Ada", "email": "Ada@example.org", "sector": "M1 1", **changed})
    [person] = recognise(organisation.id, [typed]).values()
    return person


def said(person: UUID, action: str, purpose: str, channel: str = "email", partner: UUID | None = None) -> Consent:
    return Consent(
        organisation_id=Person.objects.get(id=person).organisation_id,
        person_id=person,
        purpose=purpose,
        channel=channel,
        action=action,
        partner=partner,
        source=uuid7(),
        asked_at=now(),
    )


def row(person: UUID) -> Reach:
    return Reach.objects.get(person_id=person)


def bits(pairs: set[tuple[str, str]]) -> int:
    return sum(BITS[pair] for pair in pairs if pair in BITS)


def test_every_purpose_and_channel_has_a_bit_of_its_own() -> None:
    every = [*BITS.values(), *SUPPRESSED.values()]
    assert len(set(every)) == len(every) == len(reach.PURPOSES) * len(reach.CHANNELS) + 3
    assert all(bit.bit_count() == 1 and bit < 1 << 31 for bit in every)
    assert {*map(str, Purpose)} - {purpose for purpose, _channel in BITS} == {"ally"}
    assert {channel for _purpose, channel in BITS} == {*map(str, Channel)}


def test_somebody_new_has_a_row_and_it_moves_with_them(organisation: Organisation) -> None:
    person = ada(organisation, language="fr")
    assert (row(person).sector, row(person).language, row(person).allows) == ("M1 1", "fr", 0)
    confirm({person: Typed(name="Ada", email="ada@example.org", sector="SW1A 1", language="en")})
    assert (row(person).sector, row(person).language) == ("SW1A 1", "en")
    Person.objects.filter(id=person).delete()
    assert not Reach.objects.exists()


entries = st.lists(
    st.tuples(
        st.sampled_from(["grant", "withdraw", "object"]),
        st.sampled_from(list(Purpose)),
        st.sampled_from(list(Channel)),
        st.booleans(),
    ),
    max_size=12,
)


@given(entries)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_row_says_what_the_ledger_says(organisation: Organisation, written: list[tuple]) -> None:
    partner = uuid7()
    person = ada(organisation, email=f"{uuid7()}@example.org")
    for action, purpose, channel, others in written:
        append_entries(organisation.id, [said(person, action, purpose, channel, partner if others else None)])
    assert row(person).allows == bits(granted(organisation.id, [person]).get(person, set()))


@given(entries)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_fills_it_once_says_the_same(organisation: Organisation, written: list[tuple]) -> None:
    from importlib import import_module

    migration = import_module("groundswell.people.migrations.0007_reach_follows")
    person = ada(organisation, email=f"{uuid7()}@example.org")
    for action, purpose, channel, others in written:
        append_entries(organisation.id, [said(person, action, purpose, channel, uuid7() if others else None)])
    kept = list(Reach.objects.order_by("person_id").values())
    Reach.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(migration.FILL)
    assert list(Reach.objects.order_by("person_id").values()) == kept


def test_those_who_allow_it_are_found(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one, other = ada(organisation), ada(organisation, email="bo@example.org")
    append_entries(organisation.id, [said(one, "grant", "updates"), said(other, "grant", "updates", "sms")])
    with django_assert_num_queries(1):
        assert [found.person_id for found in allowing(organisation.id, "updates")] == [one]
    assert not allowing(organisation.id, "nearby").exists()
    assert not allowing(made_up.organisation("other", "Other").id, "updates").exists()
    assert [found.person_id for found in allowing(organisation.id, "updates", "sms")] == [other]


def test_a_suppressed_address_is_found_by_any_spelling_and_in_one_organisation_only(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = ada(organisation)
    append_entries(organisation.id, [said(person, "grant", "updates")])
    with django_assert_num_queries(3):
        suppress(organisation.id, "email", {"ada@EXAMPLE.org": BOUNCED, "nobody@example.org": BOUNCED})
    with django_assert_num_queries(1):
        found = suppressed(organisation.id, "email", ["ADA@example.org", "bo@example.org"])
    assert found == {"ADA@example.org"}
    assert not suppressed(made_up.organisation("other", "Other").id, "email", ["ada@example.org"])
    assert not allowing(organisation.id, "updates").exists()
    assert "updates" in {purpose for purpose, _channel in granted(organisation.id, [person])[person]}


def test_the_first_reason_stays(organisation: Organisation) -> None:
    suppress(organisation.id, "email", {"ada@example.org": BOUNCED})
    suppress(organisation.id, "email", {"ada@example.org": Suppression.Reason.COMPLAINED})
    assert Suppression.objects.get().reason == BOUNCED


def test_a_telephone_is_suppressed_by_itself(organisation: Organisation) -> None:
    person = ada(organisation)
    Person.objects.filter(id=person).update(phone="+441134960000")
    append_entries(organisation.id, [said(person, "grant", "updates", "sms"), said(person, "grant", "updates")])
    suppress(organisation.id, "sms", {"+441134960000": Suppression.Reason.UNSUBSCRIBED})
    assert not allowing(organisation.id, "updates", "sms").exists()
    assert allowing(organisation.id, "updates").exists()
    assert lift(organisation.id, "sms", [person]) == 1
    assert allowing(organisation.id, "updates", "sms").exists()


def test_an_address_stays_suppressed_when_its_person_goes_and_comes_back(organisation: Organisation) -> None:
    person = ada(organisation)
    suppress(organisation.id, "email", {"ada@example.org": BOUNCED})
    Person.objects.filter(id=person).delete()
    again = ada(organisation)
    append_entries(organisation.id, [said(again, "grant", "updates")])
    assert not allowing(organisation.id, "updates").exists()


def test_who_confirms_by_mail_that_reached_them_is_written_to_again(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    publish_standard_wordings(SYSTEM, organisation=organisation)
    person = ada(organisation)
    ticked = Granted(person=person, purpose="updates", wording=None, asked_at=now(), source=uuid7())
    suppress(organisation.id, "email", {"ada@example.org": BOUNCED})
    with django_assert_num_queries(7):
        assert grant(organisation.id, [ticked])
    assert allowing(organisation.id, "updates").exists()
    assert not Suppression.objects.exists()
    with django_assert_num_queries(4):
        grant(organisation.id, [ticked])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no such statistics")
def test_postgresql_knows_how_many_allow_what_is_asked_for() -> None:
    """For each of :func:`reach.allowing`'s expressions; a purpose or a channel that is new needs one more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unnest(pg_get_statisticsobjdef_expressions(oid)) FROM pg_statistic_ext"
            " WHERE stxrelid = 'people_reach'::regclass"
        )
        known = {expression for (expression,) in cursor.fetchall()}
    asked = {bit | SUPPRESSED.get(channel, 0) for (_purpose, channel), bit in BITS.items()}
    assert known == {f"(allows & {bits})" for bits in asked}
