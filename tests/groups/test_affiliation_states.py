"""Affiliations against a small model of them: whatever is done in whatever order, both say the same."""

import itertools
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from groundswell.groups import affiliations
from groundswell.groups.affiliations import (
    Kind,
    accept_affiliation,
    end_affiliation,
    forget_affiliations,
    offer_affiliation,
    public_standings,
    standings_of,
)
from groundswell.groups.errors import Refusal
from groundswell.groups.models import Affiliation, Organisation
from groundswell.kit.clock import now
from tests import made_up

pytestmark = pytest.mark.django_db

NAMES = ("ash", "birch", "cedar", "dogwood")
SIDES = st.sampled_from(NAMES)
PARTS = {Kind.WING, Kind.BRANCH}


@dataclass
class Known:
    """What the model knows of one affiliation: who stands in whom, as what, and where it stands."""

    id: UUID
    stands: str
    body: str
    kind: Kind
    by: str
    offered_on: int
    state: str = "offered"


class Model:
    """The rules once more, as short as they can be said; the day is a number."""

    def __init__(self) -> None:
        self.day = 0
        self.all: list[Known] = []

    def state(self, one: Known) -> str:
        """Where it stands today."""
        late = one.state == "offered" and self.day >= one.offered_on + 30
        return "expired" if late else one.state

    def offer(self, by: str, other: str, kind: Kind, as_body: bool) -> str:
        """The refusal of an offer, or nothing."""
        if by == other:
            return "with-itself"
        stands, body = (other, by) if as_body else (by, other)
        if kind in PARTS and stands in self.wholes(body):
            return "goes-round"
        open_ = [one for one in self.all if {one.stands, one.body} == {by, other}]
        return "already-affiliated" if {"offered", "accepted"} & {self.state(one) for one in open_} else ""

    def accept(self, by: str, one: Known) -> str:
        """The refusal of an acceptance, or nothing."""
        if by not in {one.stands, one.body}:
            return "not-found"
        refusals = {"ended": "offer-ended", "accepted": "offer-accepted"}
        if one.state in refusals:
            return refusals[one.state]
        if by == one.by:
            return "own-offer"
        if self.state(one) == "expired":
            return "offer-expired"
        return "goes-round" if one.kind in PARTS and one.stands in self.wholes(one.body) else ""

    def end(self, by: str, one: Known) -> str:
        """The refusal of an end, or nothing."""
        if by not in {one.stands, one.body}:
            return "not-found"
        return "offer-ended" if one.state == "ended" else ""

    def wholes(self, name: str) -> set[str]:
        """An organisation, and all of which it is a part."""
        above = {
            one.body for one in self.all if one.state == "accepted" and one.kind in PARTS and one.stands == name
        }
        return {name}.union(*(self.wholes(one) for one in above))


class Affiliations(RuleBasedStateMachine):
    """Four organisations, whose owners offer, accept and end, while days go by."""

    def __init__(self) -> None:
        super().__init__()
        self.sides = {one.slug: one for one in Organisation.objects.all()}
        self.owners = {name: made_up.actor(made_up.root(one), made_up.OWNER) for name, one in self.sides.items()}
        self.model = Model()
        self.began: datetime = now()
        self.here = transaction.atomic()
        self.here.__enter__()

    @rule(by=SIDES, other=SIDES, kind=st.sampled_from(list(Kind)), as_body=st.booleans())
    def offer(self, by: str, other: str, kind: Kind, as_body: bool) -> None:
        """Somebody offers something."""
        expected = self.model.offer(by, other, kind, as_body)
        made: list[Affiliation] = []
        facts = {"address": other, "kind": kind, "as_body": as_body}
        said = self.tried(
            lambda: made.append(offer_affiliation(self.owners[by], organisation=self.sides[by], **facts))
        )
        assert said == expected
        if not expected:
            for one in self.model.all:
                if {one.stands, one.body} == {by, other}:
                    one.state = "ended"
            stands, body = (other, by) if as_body else (by, other)
            self.model.all.append(Known(made[0].id, stands, body, kind, by, self.model.day))

    @rule(by=SIDES, which=st.integers(0, 20))
    def accept(self, by: str, which: int) -> None:
        """Somebody accepts one of those there are."""
        for one in self.chosen(which):
            expected = self.model.accept(by, one)
            assert self.tried(lambda one=one: self.done(accept_affiliation, by, one)) == expected
            one.state = one.state if expected else "accepted"

    @rule(by=SIDES, which=st.integers(0, 20))
    def end(self, by: str, which: int) -> None:
        """Somebody declines, takes back or ends one of those there are."""
        for one in self.chosen(which):
            expected = self.model.end(by, one)
            assert self.tried(lambda one=one: self.done(end_affiliation, by, one)) == expected
            one.state = one.state if expected else "ended"

    @rule(days=st.integers(1, 16))
    def wait(self, days: int) -> None:
        """Days go by, and the round forgets what is old."""
        self.model.day += days
        with self.today():
            forget_affiliations()
            left = set(Affiliation.objects.values_list("id", flat=True))
        gone = [one for one in self.model.all if one.id not in left]
        assert not [one for one in gone if self.model.state(one) in {"offered", "accepted"}]
        self.model.all = [one for one in self.model.all if one.id in left]

    @invariant()
    def both_say_the_same(self) -> None:
        """What each page and each desk shows is what the model has."""
        if not self.model.all:
            return
        with self.today():
            for name, side in self.sides.items():
                mine = [one for one in self.model.all if name in {one.stands, one.body}]
                holding = {one.id for one in mine if one.state == "accepted"}
                open_ = {one.id for one in mine if self.model.state(one) == "offered"}
                assert {one.affiliation.id for one in public_standings(side)} == holding
                assert {one.affiliation.id for one in standings_of(side)} == holding | open_
                assert name not in {body for one in self.above(name) for body in self.model.wholes(one)}

    def above(self, name: str) -> set[str]:
        """Of what an organisation is a part, in the database."""
        return {one.other.slug for one in public_standings(self.sides[name]) if one.ours and one.kind in PARTS}

    def today(self) -> time_machine.travel:
        """The day of the model."""
        return time_machine.travel(self.began + timedelta(days=self.model.day), tick=False)

    def tried(self, deed: Callable[[], object]) -> str:
        """The code of the refusal, or nothing."""
        try:
            with self.today():
                deed()
        except Refusal as refusal:
            return refusal.code
        return ""

    def done(self, verb: Callable[..., object], by: str, one: Known) -> None:
        """One side's verb on one affiliation."""
        verb(self.owners[by], organisation=self.sides[by], affiliation_id=one.id)

    def chosen(self, which: int) -> list[Known]:
        """One of those there are, if there are any."""
        return [self.model.all[which % len(self.model.all)]] if self.model.all else []

    def teardown(self) -> None:
        """Leave nothing behind."""
        transaction.set_rollback(True)
        self.here.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def everybody(db: None) -> None:
    """The four organisations are there, each with its owner."""
    for name in NAMES:
        made_up.account(made_up.root(made_up.organisation(name, name.title())), made_up.OWNER)


@pytest.mark.slow
@pytest.mark.no_cover
def test_they_are_what_the_model_says() -> None:
    quiet = settings(
        max_examples=30,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Affiliations, settings=quiet)


def in_a_circle(machine: Affiliations) -> None:
    """Three offers that would go round, and their acceptance."""
    round_ = ("ash", "birch", "cedar", "ash")
    for by, other in itertools.pairwise(round_):
        machine.offer(by, other, Kind.WING, False)
    for number, other in enumerate(round_[1:]):
        machine.accept(other, number)


def too_late(machine: Affiliations) -> None:
    """An offer that is accepted after its time."""
    machine.offer("ash", "birch", Kind.ALLY, False)
    machine.wait(30)
    machine.accept("birch", 0)


@pytest.mark.parametrize(
    ("play", "rule_", "instead"),
    [(in_a_circle, "_refuse_circle", lambda *_: None), (too_late, "OFFER_LASTS", timedelta(days=10_000))],
)
def test_without_a_rule_the_model_notices(
    play: Callable[[Affiliations], None], rule_: str, instead: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: with the rule both agree, without it they do not."""
    for broken in (False, True):
        machine = Affiliations()
        if broken:
            monkeypatch.setattr(affiliations, rule_, instead)
        with pytest.raises(AssertionError) if broken else nullcontext():
            play(machine)
        machine.teardown()
