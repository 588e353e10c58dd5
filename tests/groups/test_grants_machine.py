"""Grants over time against a model too small to be wrong: who may what in which group, after every step."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from groundswell.groups import access, granting, operations, tree
from groundswell.groups.access import SYSTEM, actor_for
from groundswell.groups.affiliations import end_affiliation
from groundswell.groups.errors import (
    BelowItself,
    LastOwner,
    NotAllowed,
    NotFound,
    Refusal,
    RootStays,
    SecondPersonNeeded,
)
from groundswell.groups.granting import Terms
from groundswell.groups.models import Account, Group
from groundswell.groups.roles import RIGHTS, VOLUNTEERS, May, Role, rights_of
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from tests import made_up

pytestmark = pytest.mark.django_db

PEOPLE = ["ada", "bo", "cy", "di"]
GROUPS = 6
person, place, some_role = st.sampled_from(PEOPLE), st.integers(0, GROUPS - 1), st.sampled_from(list(Role))
actor = st.sampled_from([*PEOPLE, "", "", "", ""])
"""Mostly whoever may: else nearly all would be refused."""

lasting = st.sampled_from([None, None, 10, 60, 600])


class Model:
    """Parents by number, and of each role its name and its end; nothing else."""

    def __init__(self) -> None:
        self.parents: dict[int, int | None] = {0: None}
        self.roles: dict[tuple[str, int], tuple[Role, datetime | None]] = {}
        self.at_event: dict[str, tuple[frozenset[May], datetime | None]] = {}

    def line(self, at: int | None) -> list[int]:
        return [] if at is None else [at, *self.line(self.parents[at])]

    def living(self, who: str, at: int) -> Role | None:
        role, end = self.roles.get((who, at), (None, None))
        return role if end is None or end > now() else None

    def rights(self, who: str, at: int) -> set[May]:
        roles = [self.living(who, each) for each in self.line(at)]
        return {may for role in roles if role for may in RIGHTS[role]}

    def rights_at_event(self, who: str) -> set[May]:
        """At the one event, which the root group holds."""
        rights, end = self.at_event.get(who, (frozenset(), None))
        return self.rights(who, 0) | (rights if end is None or end > now() else frozenset())

    def refused(self, who: str, at: int) -> type[Refusal] | None:
        """What somebody gets who asks for what only an owner may."""
        if May.GRANT in self.rights(who, at):
            return None
        return NotAllowed if self.rights(who, at) else NotFound

    def last_owner(self, who: str, at: int) -> bool:
        forever = {
            name for (name, group), given in self.roles.items() if group == at and given == (Role.OWNER, None)
        }
        return at == 0 and forever == {who}


class Grants(RuleBasedStateMachine):
    """Each rule does the same in both and compares what was refused."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.clock = time_machine.travel(now(), tick=False)
        self.moving = self.clock.start()
        self.model = Model()
        name = f"machine-{uuid7()}"
        self.groups: dict[int, Group] = {0: made_up.root(made_up.organisation(name, name))}
        other = f"ally-{uuid7()}"
        self.ally = made_up.root(made_up.organisation(other, other))
        self.event = made_up.event(self.groups[0])
        self.accounts = {who: Account.objects.create(email=f"{who}-{name}@example.org") for who in PEOPLE}
        self.give("ada", 0, Role.OWNER, None)

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def give(self, who: str, at: int, role: Role, end: datetime | None) -> None:
        terms = Terms(role=role, ends_at=end)
        granting.grant(SYSTEM, group=self.groups[at], email=self.accounts[who].email, terms=terms)
        self.model.roles[who, at] = (role, end)

    def owner_of(self, at: int) -> str:
        return next(who for who in PEOPLE if May.GRANT in self.model.rights(who, at))

    def tried(self, deed, expected: type[Refusal] | None) -> bool:
        """Whether it was done; it is refused exactly where the model says so."""
        refused = None
        try:
            with transaction.atomic():
                deed()
        except Refusal as refusal:
            refused = type(refusal)
        assert refused is expected
        return refused is None

    @rule(by=actor, who=person, at=place, role=some_role, seconds=lasting)
    def grant(self, by: str, who: str, at: int, role: Role, seconds: int | None) -> None:
        at %= len(self.groups)
        by = by or self.owner_of(at)
        end = now() + timedelta(seconds=seconds) if seconds else None
        stays = (role, end) == (Role.OWNER, None)
        expected = self.model.refused(by, at)
        if expected is None and role == Role.OWNER and self.model.living(who, at) != Role.OWNER:
            expected = SecondPersonNeeded
        if expected is None and self.model.last_owner(who, at) and not stays:
            expected = LastOwner
        terms, email = Terms(role=role, ends_at=end), self.accounts[who].email
        acting = actor_for(self.accounts[by])
        if self.tried(lambda: granting.grant(acting, group=self.groups[at], email=email, terms=terms), expected):
            self.model.roles[who, at] = (role, end)

    @rule(who=person, at=place, seconds=lasting)
    def two_agree(self, who: str, at: int, seconds: int | None) -> None:
        """Somebody becomes an owner, as two people have agreed."""
        at %= len(self.groups)
        end = now() + timedelta(seconds=seconds) if seconds else None
        if self.model.last_owner(who, at) and end:
            return
        terms, acting = Terms(role=Role.OWNER, ends_at=end), actor_for(self.accounts[self.owner_of(at)])
        granting.give(acting, group=self.groups[at], email=self.accounts[who].email, terms=terms)
        self.model.roles[who, at] = (Role.OWNER, end)

    @rule(by=actor, who=person, at=place)
    def withdraw(self, by: str, who: str, at: int) -> None:
        at %= len(self.groups)
        by = by or self.owner_of(at)
        expected = self.model.refused(by, at) or (LastOwner if self.model.last_owner(who, at) else None)
        if expected is None and (who, at) not in self.model.roles:
            expected = NotFound
        acting, account = actor_for(self.accounts[by]), self.accounts[who]
        if self.tried(lambda: granting.withdraw(acting, group=self.groups[at], account_id=account.id), expected):
            del self.model.roles[who, at]

    @rule(by=actor, who=person, at=place)
    def hand_over(self, by: str, who: str, at: int) -> None:
        at %= len(self.groups)
        by = by or self.owner_of(at)
        own, other = self.model.living(by, at), self.model.living(who, at)
        acting, account = actor_for(self.accounts[by]), self.accounts[who]
        expected = None
        if own is None or other is None or by == who:
            expected = NotFound
        elif not RIGHTS[own] > RIGHTS[other]:
            expected = NotAllowed
        elif own == Role.OWNER:
            expected = SecondPersonNeeded
        if self.tried(lambda: granting.hand_over(acting, group=self.groups[at], account_id=account.id), expected):
            self.model.roles[who, at] = self.model.roles.pop((by, at))

    @rule(who=person, role=st.sampled_from([Role.VIEWER, Role.STEWARD, Role.ORGANISER]), seconds=lasting)
    def grant_at_event(self, who: str, role: Role, seconds: int | None) -> None:
        end = now() + timedelta(seconds=seconds) if seconds else None
        # A short time makes a volunteer of somebody, who sees those they were assigned.
        contact = role in VOLUNTEERS and end is not None
        terms = Terms(role=role, ends_at=end, event_id=self.event.id, contact=contact)
        granting.grant(SYSTEM, group=self.groups[0], email=self.accounts[who].email, terms=terms)
        self.model.at_event[who] = (rights_of(role, contact), end)

    @rule(who=person)
    def withdraw_at_event(self, who: str) -> None:
        expected = None if who in self.model.at_event else NotFound
        account, event = self.accounts[who], self.event

        def deed() -> None:
            granting.withdraw(SYSTEM, group=self.groups[0], account_id=account.id, event_id=event.id)

        if self.tried(deed, expected):
            del self.model.at_event[who]

    @rule(by=actor, at=place)
    def split(self, by: str, at: int) -> None:
        """A group gets a branch of its own."""
        if len(self.groups) == GROUPS:
            return
        at %= len(self.groups)
        by = by or self.owner_of(at)
        slug, number = f"g-{uuid7()}", len(self.groups)
        acting, made = actor_for(self.accounts[by]), []

        def deed() -> None:
            made.append(operations.create_group(acting, parent=self.groups[at], slug=slug, name=slug))

        if self.tried(deed, self.model.refused(by, at)):
            self.groups[number], self.model.parents[number] = made[0], at

    @rule(by=actor, at=place, to=place)
    def move(self, by: str, at: int, to: int) -> None:
        """A branch goes under another group."""
        at, to = at % len(self.groups), to % len(self.groups)
        by = by or self.owner_of(0)
        above = self.model.parents[at]
        expected = self.model.refused(by, at) or self.model.refused(by, to)
        if expected is None and above is None:
            expected = RootStays
        if expected is None and above is not None:
            expected = self.model.refused(by, above)
        if expected is None and at in self.model.line(to):
            expected = BelowItself
        acting = actor_for(self.accounts[by])
        if self.tried(lambda: tree.move_group(acting, group=self.groups[at], parent=self.groups[to]), expected):
            self.model.parents[at] = to

    @rule()
    def affiliate(self) -> None:
        """Being allied opens nothing: the invariant looks into the ally's group as well."""
        ours = self.groups[0].organisation
        if not ours.affiliations.filter(ended_at=None).exists():
            made_up.allied(ours, self.ally.organisation)

    @rule()
    def end_affiliation(self) -> None:
        ours = self.groups[0].organisation
        for each in ours.affiliations.filter(ended_at=None):
            end_affiliation(SYSTEM, organisation=self.ally.organisation, affiliation_id=each.id)

    @rule(seconds=st.sampled_from([1, 10, 60]))
    def time_passes(self, seconds: int) -> None:
        self.moving.shift(timedelta(seconds=seconds))

    @invariant()
    def both_say_the_same(self) -> None:
        for who, account in self.accounts.items():
            acting = actor_for(account)
            seen = {at: set(acting.rights.get(group.id, ())) for at, group in self.groups.items()}
            assert seen == {at: self.model.rights(who, at) for at in self.groups}
            at_event = {may for may in May if acting.may(may, self.groups[0].id, self.event.id)}
            assert at_event == self.model.rights_at_event(who)
            assert not acting.may(May.SEE, self.ally.id)


STEPS = {
    "stateful_step_count": 50,
    "phases": [Phase.generate],
    "database": None,
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
}


def test_two_hundred_steps_differ_in_nothing() -> None:
    run_state_machine_as_test(Grants, settings=settings(max_examples=4, **STEPS))


@pytest.mark.slow
@pytest.mark.no_cover
def test_five_thousand_steps_differ_in_nothing() -> None:
    """A thousand on PostgreSQL, which asks by the same queries."""
    examples = 100 if connection.vendor == "sqlite" else 20
    run_state_machine_as_test(Grants, settings=settings(max_examples=examples, **STEPS))


@pytest.mark.slow
@pytest.mark.no_cover
def test_the_twin_without_ends_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "living", Q)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Grants, settings=settings(max_examples=100, **STEPS))
