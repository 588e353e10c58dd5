"""Joining a bloc: it counts for the bloc and for its event, once, and for whoever's page it was."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from pytest_django import DjangoAssertNumQueries, Settings

from groundswell.attendances import figures, mails
from groundswell.attendances.models import Attendance, BlocTally, Tally
from groundswell.attendances.queries import brought_to_bloc, coming_with, tally_of
from groundswell.attendances.snapshots import brought_to
from groundswell.attendances.upkeep import erase_after_events, freeze_totals
from groundswell.blocs import callers
from groundswell.blocs import operations as blocs
from groundswell.blocs.errors import BlocCancelled
from groundswell.blocs.models import Bloc
from groundswell.events import operations as events
from groundswell.events.errors import NotOpen
from groundswell.events.models import Event
from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Group, Organisation
from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.outbox import delivery
from groundswell.outbox.models import Effect
from groundswell.outbox.queries import kept_mail
from groundswell.people.models import Person
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA = tmp_path
    monkeypatch.setattr(delivery, "_closed_until", 0.0)


FORM = {"name": "Ada", "email": "ada@example.org", "agree": "yes"}


@pytest.fixture
def wing() -> Group:
    return made_up.root(made_up.organisation("wing", "The Wing"))


@pytest.fixture
def march(wing: Group) -> Event:
    """The wing's own, so that its page and the bloc's have the same people."""
    return made_up.event(wing, title="Great march")


@pytest.fixture
def bloc(wing: Group, march: Event) -> Bloc:
    return made_up.bloc(wing, march)


def test_who_may_come_with_a_bloc_is_asked_whether_they_may(bloc: Bloc) -> None:
    made_up.joined(bloc, answer="tentative")
    asked = text_to(bloc.organisation)
    assert "told us that you may come" in asked
    assert "With the bloc: " in asked
    assert "you are coming" not in asked


@pytest.fixture
def ally() -> Organisation:
    return made_up.organisation("allies", "Allies")


def codes(bloc: Bloc, organisation: Organisation, **more: str) -> list[str]:
    return [refused.code for refused in made_up.act("join", organisation.id, bloc.id, {**FORM, **more})]


def totals(bloc: Bloc) -> tuple[int, int]:
    """Of the event, and of the bloc."""
    tally = tally_of(bloc.event_id)
    return tally.confirmed + tally.guests, coming_with(bloc, tally)


def test_who_joins_comes_to_the_event_as_well_once(bloc: Bloc) -> None:
    joined = made_up.joined(bloc, guests=2)
    assert joined.bloc == bloc
    assert totals(bloc) == (0, 0)
    made_up.confirm(joined)
    assert totals(bloc) == (3, 3)
    assert brought_to_bloc(bloc.id, [bloc.organisation_id]) == {bloc.organisation_id: 3}
    made_up.confirm(made_up.joined(bloc))
    assert totals(bloc) == (1, 1)
    assert Attendance.objects.count() == 1


def test_who_said_so_on_the_events_page_counts_once(bloc: Bloc, march: Event) -> None:
    made_up.confirmed(march, guests=1)
    joined = made_up.joined(bloc, guests=1)
    assert joined.bloc is None
    assert totals(bloc) == (2, 0)
    made_up.confirm(joined)
    assert joined.bloc == bloc
    assert totals(bloc) == (2, 2)


def test_who_joined_and_answers_on_the_events_page_stays_in_the_bloc(bloc: Bloc, march: Event) -> None:
    made_up.confirm(made_up.joined(bloc))
    made_up.confirmed(march, guests=4)
    assert totals(bloc) == (5, 5)


def test_before_it_is_confirmed_the_last_word_holds(bloc: Bloc, march: Event) -> None:
    made_up.answer(march)
    assert made_up.joined(bloc).bloc == bloc
    assert made_up.answer(march, guests=1).bloc == bloc
    assert tally_of(march.id).unconfirmed == 1


def test_one_can_walk_with_another_bloc(bloc: Bloc, wing: Group, march: Event) -> None:
    other = made_up.bloc(wing, march, name="Brass")
    made_up.confirm(made_up.joined(bloc))
    made_up.confirm(made_up.joined(other))
    assert (totals(bloc), totals(other)) == ((1, 0), (1, 1))


def test_withdrawal_and_erasure_move_both_totals(bloc: Bloc) -> None:
    ada = made_up.confirm(made_up.joined(bloc))
    bo = made_up.confirm(made_up.joined(bloc, "bo@example.org", guests=3))
    made_up.change(bo, guests="1")
    assert totals(bloc) == (3, 3)
    made_up.cancel(ada)
    assert totals(bloc) == (2, 2)
    made_up.forget(bo)
    assert totals(bloc) == (0, 0)


def test_what_is_forgotten_after_the_event_leaves_the_totals(bloc: Bloc, march: Event) -> None:
    made_up.confirm(made_up.joined(bloc, guests=1))
    Event.objects.filter(id=march.id).update(closes_at=now() - timedelta(days=31))
    events.close_over()
    freeze_totals()
    erase_after_events()
    assert not Attendance.objects.exists()
    assert totals(bloc) == (2, 2)


def test_how_people_came_stays_when_they_are_forgotten(march: Event, bloc: Bloc) -> None:
    """By link, area and group from five on, and by day; one who is forgotten moves none of it, nor do all."""
    made_up.call_together(bloc, ally := made_up.organisation("sisters", "Sisters"))
    ada = made_up.confirmed(march, postcode="M1 1AE", via="leaflet", guests=3)
    made_up.confirmed(march, "bo@example.org", postcode="M1 1AE", via="leaflet")
    made_up.confirmed(march, "cy@example.org", postcode="SW1A 1AA", via="poster")
    made_up.confirm(made_up.joined(bloc, "di@example.org", guests=6, by=ally))
    Event.objects.filter(id=march.id).update(closes_at=now() - timedelta(days=31))
    events.close_over()
    march.refresh_from_db()
    living = figures.curves([march.id])
    assert figures.by_link(march) == {"leaflet": 5, "poster": 1}
    freeze_totals()

    def kept() -> tuple[object, ...]:
        return (
            figures.by_link(march),
            figures.by_area(march),
            figures.by_group(march),
            figures.by_group(march, ally.id),
            figures.curves([march.id]),
        )

    before = kept()
    assert before[:2] == ({"leaflet": 5, "": 1}, {"M1 1": 5, "": 1})
    assert before[2:] == ({march.group.name: 6}, {made_up.root(ally).name: 7}, living)
    made_up.forget(ada)
    assert kept() == before
    erase_after_events()
    assert not Attendance.objects.exists()
    assert kept() == before


def test_a_total_that_is_fixed_moves_no_more(bloc: Bloc, march: Event) -> None:
    ada = made_up.confirm(made_up.joined(bloc))
    Tally.objects.update(frozen_at=now())
    made_up.cancel(ada)
    assert totals(bloc) == (1, 1)


def test_each_caller_has_its_own_people(bloc: Bloc, ally: Organisation) -> None:
    made_up.call_together(bloc, ally)
    made_up.confirm(made_up.joined(bloc))
    theirs = made_up.confirm(made_up.joined(bloc, guests=9, by=ally))
    assert theirs.organisation == theirs.person.organisation == ally
    assert Person.objects.count() == 2
    assert brought_to_bloc(bloc.id, [ally.id]) == {ally.id: 10}
    assert brought_to_bloc(bloc.id, [bloc.organisation_id]) == {bloc.organisation_id: 1}
    made_up.snapshot()
    assert coming_with(bloc, tally_of(bloc.event_id)) == 0, "one answer counts for nine at most"
    made_up.confirm(made_up.joined(bloc, "bo@example.org", by=ally))
    assert coming_with(bloc, tally_of(bloc.event_id)) == 0, "until the next snapshot"
    made_up.snapshot()
    assert coming_with(bloc, tally_of(bloc.event_id)) == 10


def test_who_brings_people_without_holding_the_event_is_named(bloc: Bloc, ally: Organisation) -> None:
    made_up.call_together(bloc, ally)
    made_up.confirm(made_up.joined(bloc, by=ally))
    made_up.snapshot()
    brought = brought_to(bloc.event, bloc.organisation_id, tally_of(bloc.event_id))
    assert brought is not None
    assert [(share.organisation, share.people) for share in brought.shares] == [(bloc.organisation, 0), (ally, 0)]


def test_who_does_not_call_takes_no_answers(bloc: Bloc, ally: Organisation) -> None:
    assert codes(bloc, ally) == [NotFound.code]
    invited = callers.invite(SYSTEM, bloc=bloc, group=made_up.root(ally))
    assert codes(bloc, ally) == [NotFound.code]
    callers.accept(SYSTEM, caller=invited)
    assert codes(bloc, ally) == []
    callers.remove(SYSTEM, bloc=bloc, caller=invited)
    assert codes(bloc, ally, email="bo@example.org") == [NotFound.code]
    assert Attendance.objects.count() == 1


def test_without_that_check_anybodys_page_would_take_them(
    bloc: Bloc, ally: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: whoever posts to an address of their own making has made the people of an organisation that does
    not call to the bloc."""
    monkeypatch.setattr("groundswell.attendances.joining.called_by", lambda _, ids: {bloc.id: bloc})
    assert codes(bloc, ally) == []
    assert Attendance.objects.get().organisation == ally


def test_a_draft_takes_none(wing: Group, march: Event) -> None:
    assert codes(made_up.bloc_draft(wing, march), wing.organisation) == [NotFound.code]


def test_a_bloc_that_is_off_takes_none_and_a_mail_says_so(bloc: Bloc) -> None:
    blocs.cancel(SYSTEM, bloc=bloc)
    assert codes(bloc, bloc.organisation) == [BlocCancelled.code]
    assert not Attendance.objects.exists()
    assert Effect.objects.get().about == bloc.id


def test_an_event_that_is_closed_takes_none_and_a_mail_says_so(bloc: Bloc, march: Event) -> None:
    Event.objects.filter(id=march.id).update(closes_at=now())
    assert codes(bloc, bloc.organisation) == [NotOpen.code]
    assert Effect.objects.get().kind == "attendances.refused"


def test_a_bloc_that_is_gone_holds_nobody_up(bloc: Bloc, march: Event) -> None:
    made_up.confirmed(march)
    joined = made_up.joined(bloc)
    bloc.delete()
    made_up.confirm(joined)
    assert joined.bloc is None
    assert tally_of(march.id).confirmed == 1


def test_its_queries_are_fixed_for_a_batch(
    bloc: Bloc, ally: Organisation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    made_up.call_together(bloc, ally)
    made_up.confirm(made_up.joined(bloc, by=ally))
    with django_assert_max_num_queries(60) as first:
        _both(bloc, ally, 1)
    with django_assert_max_num_queries(len(first)):
        _both(bloc, ally, 5)
    assert BlocTally.objects.get().confirmed == 7


def text_to(organisation: Organisation) -> str:
    """The newest mail of an organisation's."""
    made_up.send_mails()
    kept = kept_mail(Effect.objects.filter(organisation_id=organisation.id).latest("id"))
    assert kept is not None
    return kept.text.replace("\r\n", "\n")


def test_the_mail_says_where_the_bloc_gathers_and_when(bloc: Bloc, ally: Organisation) -> None:
    made_up.call_together(bloc, ally)
    made_up.joined(bloc)
    own = text_to(bloc.organisation)
    assert "With the bloc: Red bloc\nGather at 11.30 am, set off at 12.15 pm, The steps of the library\n" in own
    made_up.joined(bloc, by=ally)
    assert "With the bloc: Red bloc" in text_to(ally)


def test_links_lead_to_the_callers_own_page(bloc: Bloc, ally: Organisation) -> None:
    caller = made_up.call_together(bloc, ally)
    made_up.joined(bloc, by=ally)
    made_up.joined(bloc)
    assert _page_of(bloc, bloc.organisation, bloc.id) == "/b/red-bloc"
    assert _page_of(bloc, ally, bloc.id) == "/b/red-bloc/allies"
    callers.withdraw(SYSTEM, caller=caller)
    assert _page_of(bloc, ally, bloc.id) == "/e/great-march"


def _page_of(bloc: Bloc, ours: Organisation, bloc_id: UUID) -> str:
    return str(mails._common(bloc.event, ours, bloc_id)["url"]).removeprefix(settings.PUBLIC_URL)


def test_a_bloc_that_is_off_is_named_in_no_mail(bloc: Bloc) -> None:
    made_up.joined(bloc)
    blocs.cancel(SYSTEM, bloc=bloc)
    assert "Red bloc" not in text_to(bloc.organisation)


@pytest.mark.parametrize("language", ["", "en"])
def test_who_came_too_late_is_told_why(bloc: Bloc, march: Event, language: str) -> None:
    late = _action("join", bloc, bloc.organisation, {**FORM, "language": language})
    blocs.cancel(SYSTEM, bloc=bloc)
    kinds.named("join").settle(bloc.organisation_id, [late])
    assert "The bloc was called off before your answer arrived." in text_to(bloc.organisation)
    events.cancel(SYSTEM, event=march)
    kinds.named("join").settle(bloc.organisation_id, [late])
    assert "It was cancelled just before your answer arrived." in text_to(bloc.organisation)


def _both(bloc: Bloc, ally: Organisation, people: int) -> None:
    """Joins by so many, and their confirmations, each in one batch."""
    emails = [f"{uuid7().hex}@example.org" for _ in range(people)]
    joins = [_action("join", bloc, ally, {**FORM, "email": email}) for email in emails]
    assert kinds.named("join").settle(ally.id, joins) == []
    made = Attendance.objects.filter(person__email__in=emails)
    yes = [_action("confirm", one, ally, {"answer": str(one.action)}) for one in made]
    assert kinds.named("confirm").settle(ally.id, yes) == []


def _action(kind: str, subject: Bloc | Attendance, by: Organisation, form: dict[str, str]) -> Action:
    payload = kinds.named(kind).parse(form)
    return Action(uuid7(), kind, by.id, subject.id, payload, now())
