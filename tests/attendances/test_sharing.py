"""Who sees whom at an event that several organisations hold: those who were allowed, and while they hold it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations, product

import pytest
import time_machine
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances import sharing
from groundswell.attendances.models import Attendance, Shared
from groundswell.attendances.notices import send_notices, tell
from groundswell.attendances.sharing import allowed_by, forget_shares, shared_with
from groundswell.events import cohosts
from groundswell.events.access import cohost_for
from groundswell.events.models import CoHost, Event
from groundswell.groups.access import SYSTEM, Actor
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Organisation
from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.outbox.models import Effect
from groundswell.people.models import Consent, Wording
from groundswell.people.queries import granted
from groundswell.people.standard import renew_standard_wordings
from tests import made_up

pytestmark = pytest.mark.django_db

STANDINGS = ("invited", "accepted", "removed")
PATTERNS = range(64)
NAMES = ("a", "b", "c")
PAIRS = list(permutations(range(3), 2))
"""Whose people let whom see them: six bits, one for each ordered pair of partners."""


@dataclass
class Partners:
    """A host, three more organisations, and somebody who organises each of them."""

    host: Organisation
    partners: Sequence[Organisation]
    actors: Sequence[Actor]

    def event(self, standings: Sequence[str]) -> tuple[Event, list[CoHost]]:
        """An event to which the three stand like this."""
        event = made_up.event(made_up.root(self.host), title="-".join(standings))
        return event, [self._stand(event, *each) for each in zip(self.partners, standings, strict=True)]

    def _stand(self, event: Event, partner: Organisation, standing: str) -> CoHost:
        if standing != "invited":
            cohost = made_up.cohost(event, partner)
            return cohosts.remove(SYSTEM, cohost=cohost) if standing == "removed" else cohost
        if not cohosts.arrangement_of(event.id):
            cohosts.arrange(SYSTEM, event=event, duties="All.", contact="x")
        return cohosts.invite(SYSTEM, event=event, organisation=partner)


@pytest.fixture
def all_of_them() -> Partners:
    partners = [made_up.organisation(name, name.upper()) for name in NAMES]
    actors = [made_up.actor(made_up.root(one), email=f"olu@{one.slug}.example.org") for one in partners]
    return Partners(made_up.organisation("host", "Host"), partners, actors)


@dataclass
class Somebody:
    """Who answers on which page, and ticks which boxes."""

    name: str
    side: int | None
    lets: set[int]
    lets_host: bool = False


def everybody(standings: Sequence[str]) -> Iterator[Somebody]:
    """For each pattern one on every page there is, the host's included."""
    for pattern in PATTERNS:
        bits = {pair for place, pair in enumerate(PAIRS) if pattern >> place & 1}
        yield Somebody(f"host {pattern}", None, {place for place in range(3) if pattern >> place & 1})
        for side, standing in enumerate(standings):
            if standing == "accepted":
                lets = {whom for who, whom in bits if who == side}
                yield Somebody(f"{NAMES[side]} {pattern}", side, lets, lets_host=pattern % 2 == 1)


def modelled(people: Sequence[Somebody], standings: Sequence[str], whom: int | None) -> set[str]:
    """The reference: whoever ticked the box of somebody that holds the event now."""
    if whom is None:
        return {one.name for one in people if one.lets_host and one.side is not None}
    holds = standings[whom] == "accepted"
    return {one.name for one in people if holds and whom in one.lets and one.side != whom}


def answer_all(partners: Partners, event: Event, people: Sequence[Somebody]) -> None:
    """All of them answer and confirm, each page's in one batch."""
    for side in (None, 0, 1, 2):
        ours = partners.host if side is None else partners.partners[side]
        forms = [_form(partners, one) for one in people if one.side == side]
        if forms:
            _settle("attend", ours, [(event.id, form) for form in forms])
            made = Attendance.objects.filter(event=event, organisation=ours)
            _settle("confirm", ours, [(one.id, {"answer": str(one.action)}) for one in made])


def _form(partners: Partners, one: Somebody) -> dict[str, str]:
    email = f"{one.name.replace(' ', '-')}@people.example.org"
    boxes = {f"ally-{partners.partners[place].id}": "yes" for place in one.lets}
    host = {f"ally-{partners.host.id}": "yes"} if one.lets_host else {}
    return {"name": one.name, "email": email, "agree": "yes", **boxes, **host}


def _settle(kind: str, ours: Organisation, sent: Sequence[tuple[object, dict[str, str]]]) -> None:
    known = kinds.named(kind)
    actions = [
        Action(
            id=uuid7(),
            kind=kind,
            organisation_id=ours.id,
            subject=subject,  # type: ignore[arg-type]
            payload=known.parse(form),
            received_at=now(),
        )
        for subject, form in sent
    ]
    with transaction.atomic():
        assert list(known.settle(ours.id, actions)) == []


def seen(partners: Partners, event: Event, held: Sequence[CoHost], whom: int | None) -> set[str]:
    """Whom an organisation is shown, by the way its desk takes."""
    if whom is None:
        return {one.person.name for one in shared_with(event, partners.host.id)}
    try:
        side = cohost_for(partners.actors[whom], held[whom].id)
    except NotFound:
        return set()
    return {one.person.name for one in shared_with(side.event, side.organisation_id)}


def differences(partners: Partners) -> list[str]:
    """Where what is shown is not what the model says: for all standings, patterns and pairs."""
    found = []
    for standings in product(STANDINGS, repeat=3):
        event, held = partners.event(standings)
        people = list(everybody(standings))
        answer_all(partners, event, people)
        for round_ in range(2):
            found += [
                f"{standings} {whom}, round {round_}"
                for whom in (None, 0, 1, 2)
                if seen(partners, event, held, whom) != modelled(people, standings, whom)
            ]
            forget_shares()
    return found


@pytest.mark.slow
@pytest.mark.no_cover
def test_exactly_the_modelled_people_are_visible_for_every_pair(all_of_them: Partners) -> None:
    assert differences(all_of_them) == []


def test_whoever_is_removed_later_sees_nobody_at_once(all_of_them: Partners) -> None:
    accepted = ("accepted",) * 3
    event, held = all_of_them.event(accepted)
    people = list(everybody(accepted))
    answer_all(all_of_them, event, people)
    for gone in range(3):
        assert len(seen(all_of_them, event, held, gone)) == 96
        cohosts.remove(SYSTEM, cohost=held[gone])
        standings = ["removed"] * (gone + 1) + ["accepted"] * (2 - gone)
        for whom in (None, 0, 1, 2):
            assert seen(all_of_them, event, held, whom) == modelled(people, standings, whom)
    assert forget_shares() == 3 * 96
    assert Shared.objects.exclude(organisation=all_of_them.host).count() == 0


@pytest.mark.slow
def test_without_looking_who_holds_it_the_model_differs(
    all_of_them: Partners, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: whoever is ticked may see, and whoever asks is let in."""
    every = {one.id for one in (all_of_them.host, *all_of_them.partners)}
    monkeypatch.setattr(sharing, "holding", lambda events: dict.fromkeys(events, every))
    monkeypatch.setattr(
        "tests.attendances.test_sharing.cohost_for", lambda _actor, key: CoHost.objects.get(id=key)
    )
    made_up.cohost(made_up.event(made_up.root(all_of_them.host)), all_of_them.partners[0])
    monkeypatch.setattr("tests.attendances.test_sharing.STANDINGS", ("removed", "accepted"))
    assert differences(all_of_them) != []


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()))


@pytest.fixture
def ally(event: Event) -> Organisation:
    ally = made_up.organisation("allies", "Allies")
    made_up.cohost(event, ally)
    return ally


def let_see(event: Event, whom: Organisation, by: Organisation | None = None) -> Attendance:
    return made_up.confirmed(event, by=by, language="en", **{f"ally-{whom.id}": "yes"})


def test_the_words_name_who_may_see(event: Event, ally: Organisation) -> None:
    answered = let_see(event, ally)
    entry = Consent.objects.get(purpose="ally")
    assert entry.partner == ally.id
    assert entry.wording is not None
    assert entry.wording.text.startswith("Allies may see that I am coming")
    assert granted(event.organisation_id, [answered.person_id])[answered.person_id] == {
        ("event", "email"),
        (f"ally-{ally.id}", "email"),
    }


def test_words_about_somebody_else_let_nobody_see(event: Event, ally: Organisation) -> None:
    other = made_up.organisation("more", "More")
    made_up.cohost(event, other)
    about = Wording.objects.get(organisation=event.organisation, partner=other.id, language="en")
    made_up.confirmed(event, **{f"ally-{ally.id}": str(about.id)})
    assert not Shared.objects.exists()


def test_the_words_follow_a_new_name(event: Event, ally: Organisation) -> None:
    ally.name = "The Friends"
    ally.save()
    owner = made_up.actor(made_up.root(ally), made_up.OWNER)
    renew_standard_wordings(owner, organisation=ally, former_name="Allies")
    newest = Wording.objects.filter(partner=ally.id, language="en").latest("valid_from")
    assert newest.text.startswith("The Friends may see")


def test_it_is_taken_back_by_the_link_in_the_mail(event: Event, ally: Organisation) -> None:
    answered = let_see(event, ally)
    assert allowed_by(answered) == [(ally.id, "Allies")]
    made_up.change(answered, **{f"stop-{ally.id}": "yes", f"stop-{uuid7()}": "yes"})
    assert allowed_by(answered) == []
    assert granted(event.organisation_id, [answered.person_id])[answered.person_id] == {("event", "email")}
    assert list(shared_with(event, ally.id)) == []


@pytest.mark.parametrize("end", ["cancel", "forget", "change"])
def test_who_does_not_come_is_seen_by_nobody(event: Event, ally: Organisation, end: str) -> None:
    answered = let_see(event, ally)
    assert list(shared_with(event, ally.id)) == [answered]
    ends = {
        "cancel": lambda: made_up.cancel(answered),
        "forget": lambda: made_up.forget(answered),
        "change": lambda: made_up.change(answered, answer="declined"),
    }
    ends[end]()
    assert not Shared.objects.exists()


def test_nobody_is_seen_before_they_confirm(event: Event, ally: Organisation) -> None:
    made_up.answer(event, **{f"ally-{ally.id}": "yes"})
    assert list(shared_with(event, ally.id)) == []
    assert not Consent.objects.exists()


def test_the_boxes_on_the_second_page_count_as_well(event: Event, ally: Organisation) -> None:
    answered = made_up.answer(event)
    form = {"answer": str(answered.action), f"ally-{ally.id}": "yes", "ally-nobody": "yes"}
    assert made_up.act("confirm", event.organisation_id, answered.id, form) == []
    assert list(shared_with(event, ally.id)) == [answered]


def test_after_the_days_that_were_agreed_nobody_is_seen(event: Event, ally: Organisation) -> None:
    let_see(event, ally)
    cohosts.arrange(SYSTEM, event=event, duties="All.", contact="x", days=3)
    with time_machine.travel(event.closes_at + timedelta(days=3) - timedelta(minutes=1)):
        assert len(shared_with(event, ally.id)) == 1
        assert forget_shares() == 0
    with time_machine.travel(event.closes_at + timedelta(days=3)):
        assert list(shared_with(event, ally.id)) == []
        assert forget_shares() == 1


def test_an_event_that_one_holds_alone_shows_nobody(event: Event) -> None:
    assert list(shared_with(event, event.organisation_id)) == []


def test_the_hosts_notes_reach_who_allowed_it_to_write(event: Event, ally: Organisation) -> None:
    made_up.confirmed(event, "bo@example.org", "Bo", by=ally)
    let_see(event, event.organisation, by=ally)
    tell(SYSTEM, event=event, kind="note", subject="To all", text="Dear friends")
    with time_machine.travel(now() + timedelta(minutes=3)):
        assert send_notices() == 1
    assert Effect.objects.get(kind="attendances.notice.note").organisation_id == ally.id


def test_many_are_let_see_as_cheaply_as_one(
    all_of_them: Partners, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    event, _held = all_of_them.event(("accepted",) * 3)
    for number in (1, 12):
        people = [Somebody(f"n {number} {each}", None, {0, 1, 2}) for each in range(number)]
        with django_assert_max_num_queries(60):
            answer_all(all_of_them, event, people)
            made = Attendance.objects.filter(event=event)
            made.update(pending="")
