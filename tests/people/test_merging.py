"""Promise: two people become one, the stricter consent wins, and for thirty days it can be undone."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from django.db.models import Model

from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.people import merging
from groundswell.people.access import person_for
from groundswell.people.errors import MergedSince, SamePerson
from groundswell.people.finding import address_of, people_like
from groundswell.people.held import held_by, known_about
from groundswell.people.merging import forget_merges, merge, merges_of, take_apart
from groundswell.people.models import (
    Belonging,
    Consent,
    Erasure,
    Merge,
    NameWord,
    Person,
    Reach,
    Suppression,
    Tagged,
)
from groundswell.people.operations import (
    Typed,
    Withdrawn,
    append_entries,
    erase,
    person_of,
    recognise,
    show_held,
    withdraw_from_allies,
)
from groundswell.people.queries import granted, in_records, keep_in_touch
from groundswell.people.reach import allowing, suppress, suppressed
from groundswell.people.sorting import put_into_group, tag_people
from tests import made_up

pytestmark = pytest.mark.django_db

A_MONTH = timedelta(days=30, minutes=1)
UPDATES = ("updates", "email")


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


@pytest.fixture
def ada(organisation: Organisation) -> Person:
    return made_up.subscriber(organisation, "Ada Lovelace")


@pytest.fixture
def other(organisation: Organisation) -> Person:
    """The same Ada by another address."""
    known = recognise(organisation.id, [Typed(name="Ada King", email="countess@example.org", sector="M1 1")])
    return Person.objects.get(id=known["countess@example.org"])


def say(person: Person, action: str, purpose: str = "updates", channel: str = "email", **more: Any) -> None:
    entry = Consent(
        organisation_id=person.organisation_id,
        person=person,
        purpose=purpose,
        channel=channel,
        action=action,
        source=uuid7(),
        asked_at=now(),
        **more,
    )
    append_entries(person.organisation_id, [entry])


def allowed(person: Person) -> set[tuple[str, str]]:
    return granted(person.organisation_id, [person.id]).get(person.id, set())


def is_chosen(person: Person, purpose: str = "updates", channel: str = "email") -> bool:
    return allowing(person.organisation_id, purpose, channel).filter(person=person).exists()


def table(model: type[Model], *without: str) -> list[dict[str, Any]]:
    rows = model._default_manager.order_by("pk").values()
    return [{name: value for name, value in row.items() if name not in without} for row in rows]


def everything() -> list[Any]:
    """All that a merge touches but the ledgers, which take nothing back."""
    return [table(model) for model in (Person, NameWord, Tagged, Belonging, Suppression, Reach, Merge)]


def test_one_row_stands_for_both_and_nothing_finds_the_other(
    organisation: Organisation, ada: Person, other: Person
) -> None:
    made = merge(SYSTEM, kept=ada, away=other, taken=("name", "sector"))
    assert made.kept_id == ada.id
    ada.refresh_from_db()
    assert (ada.name, ada.email, ada.sector) == ("Ada King", "ada@example.org", "M1 1")
    assert people_like(organisation.id, "king") == ([ada.id], True)
    assert people_like(organisation.id, "lovelace") == ([], True)
    assert address_of(organisation.id, "Countess@example.org") == [ada.id]
    assert person_for(SYSTEM, other.id) == ada
    assert person_of(organisation.id, "countess@example.org") == ada
    assert in_records(organisation.id, other.id) == ada
    assert [row.person_id for row in Reach.objects.all()] == [ada.id]
    assert Entry.objects.get(verb="people.merge").detail["people"] == 2


def test_who_comes_again_by_the_other_address_is_no_new_person(
    organisation: Organisation, ada: Person, other: Person
) -> None:
    merge(SYSTEM, kept=ada, away=other)
    typed = Typed(name="Ada", email="countess@example.org")
    assert recognise(organisation.id, [typed]) == {"countess@example.org": ada.id}
    assert Person.objects.filter(merged_into=None).count() == 1


def test_without_the_row_that_stays_behind_they_would_be(organisation: Organisation, ada: Person) -> None:
    typed = Typed(name="Ada", email="countess@example.org")
    assert recognise(organisation.id, [typed])["countess@example.org"] != ada.id


def test_tags_and_groups_go_along(organisation: Organisation, ada: Person, other: Person) -> None:
    root = made_up.root(organisation)
    tag_people(SYSTEM, organisation=organisation, people=[other.id], name="Stall")
    tag_people(SYSTEM, organisation=organisation, people=[ada.id, other.id], name="Drives")
    put_into_group(SYSTEM, group=root, people=[other.id])
    merge(SYSTEM, kept=ada, away=other)
    assert sorted(ada.tagged.values_list("tag__name", flat=True)) == ["Drives", "Stall"]
    assert ada.belonging.get().since == other.belonging.get().since
    assert ("Tags", "Drives, Stall") in known_about(organisation.id, ada.id)


def crowded(organisation: Organisation, ada: Person, other: Person) -> None:
    """Both have something of everything."""
    tag_people(SYSTEM, organisation=organisation, people=[other.id], name="Stall")
    put_into_group(SYSTEM, group=made_up.root(organisation), people=[ada.id, other.id])
    Person.objects.filter(id=other.id).update(phone="+441134960771")
    say(ada, "grant", "updates", "sms")
    say(other, "grant", "nearby", "sms")
    say(other, "object")
    suppress(organisation.id, "email", {"countess@example.org": Suppression.Reason.UNSUBSCRIBED})
    Reach.objects.filter(person=other).update(contacted_on=20_000)


def test_taken_apart_every_row_is_as_it_was(organisation: Organisation, ada: Person, other: Person) -> None:
    crowded(organisation, ada, other)
    before, said = everything(), [allowed(ada), allowed(other)]
    ledger = table(Consent)
    made = merge(SYSTEM, kept=ada, away=other, taken=("name", "phone", "sector"))
    assert allowed(ada) == {("nearby", "sms")}
    assert suppressed(organisation.id, "email", ["ada@example.org"])
    assert not is_chosen(ada)
    assert Reach.objects.get(person=ada).contacted_on == 20_000
    assert take_apart(SYSTEM, merge_id=made.id).id == other.id
    assert everything() == before
    assert [allowed(ada), allowed(other)] == said
    assert table(Consent)[: len(ledger)] == ledger, "the ledger of consent is only ever added to"
    assert Entry.objects.filter(verb="people.take_apart").count() == 1


def test_a_second_merge_is_undone_first(organisation: Organisation, ada: Person, other: Person) -> None:
    third = made_up.person(organisation, "Augusta Byron")
    before = everything()
    first = merge(SYSTEM, kept=other, away=third)
    second = merge(SYSTEM, kept=ada, away=other)
    assert person_for(SYSTEM, third.id) == ada
    with pytest.raises(MergedSince):
        take_apart(SYSTEM, merge_id=first.id)
    take_apart(SYSTEM, merge_id=second.id)
    assert person_for(SYSTEM, third.id) == other
    take_apart(SYSTEM, merge_id=first.id)
    assert everything() == before
    one, two = merge(SYSTEM, kept=ada, away=other), merge(SYSTEM, kept=ada, away=third)
    assert [each.id for each in merges_of(ada)] == [two.id, one.id]
    with pytest.raises(MergedSince):
        take_apart(SYSTEM, merge_id=one.id)


SAID: tuple[tuple[str, ...], ...] = ((), ("grant",), ("withdraw",), ("object",), ("grant", "withdraw"))


@pytest.mark.parametrize(("ours", "theirs"), list(product(SAID, SAID)))
def test_a_no_of_either_beats_a_yes(
    ada: Person, other: Person, ours: Iterable[str], theirs: Iterable[str]
) -> None:
    """Whatever both have said, and whichever of them stays."""
    for person, words in ((ada, ours), (other, theirs)):
        for word in words:
            say(person, word, "nearby")
    before = [allowed(ada), allowed(other)]
    made = merge(SYSTEM, kept=ada, away=other)
    no = {"withdraw", "object"} & {*tuple(ours)[-1:], *tuple(theirs)[-1:]}
    assert (("nearby", "email") in allowed(ada)) == (tuple(ours)[-1:] == ("grant",) and not no)
    take_apart(SYSTEM, merge_id=made.id)
    assert [allowed(ada), allowed(other)] == before


def test_without_the_stricter_rule_a_yes_would_stand(
    ada: Person, other: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(other, "object")
    monkeypatch.setattr(merging, "together", lambda *_: [])
    merge(SYSTEM, kept=ada, away=other)
    assert UPDATES in allowed(ada)


def test_a_yes_is_for_the_address_for_which_it_was_given(ada: Person, other: Person) -> None:
    say(other, "grant", "nearby")
    say(other, "grant", "event")
    merge(SYSTEM, kept=ada, away=other)
    # That their answer be recorded goes along with the answer; mail to another address does not.
    assert allowed(ada) == {UPDATES, ("event", "email")}


@pytest.mark.parametrize("taken", [(), ("phone",)])
def test_a_yes_to_calls_goes_with_the_number(ada: Person, other: Person, taken: tuple[str, ...]) -> None:
    Person.objects.filter(id=ada.id).update(phone="+441134960001")
    Person.objects.filter(id=other.id).update(phone="+441134960002")
    say(ada, "grant", "updates", "phone")
    say(other, "grant", "nearby", "phone")
    merge(SYSTEM, kept=ada, away=other, taken=taken)
    assert allowed(ada) == {UPDATES, ("nearby" if taken else "updates", "phone")}


def test_the_same_number_keeps_both(ada: Person, other: Person) -> None:
    Person.objects.update(phone="+441134960001")
    say(other, "grant", "nearby", "phone")
    merge(SYSTEM, kept=ada, away=other)
    assert ("nearby", "phone") in allowed(ada)


def test_a_no_since_holds_for_both_when_they_are_taken_apart(
    organisation: Organisation, ada: Person, other: Person
) -> None:
    say(other, "grant")
    made = merge(SYSTEM, kept=ada, away=other)
    # By a link in a mail to the address that went, which still leads there.
    assert made_up.act("stop", organisation.id, other.id, {}) == []
    assert UPDATES not in allowed(ada)
    take_apart(SYSTEM, merge_id=made.id)
    assert UPDATES not in allowed(ada) | allowed(other)


def test_a_no_that_found_nothing_to_take_back_is_not_undone(
    organisation: Organisation, ada: Person, other: Person
) -> None:
    say(other, "object")
    made = merge(SYSTEM, kept=ada, away=other)
    assert made_up.act("stop", organisation.id, ada.id, {}) == []
    take_apart(SYSTEM, merge_id=made.id)
    assert UPDATES not in allowed(ada), "the yes from before the merge came back over a no that was said since"


def test_choices_made_since_hold(organisation: Organisation, ada: Person, other: Person) -> None:
    say(other, "grant", "nearby")
    made = merge(SYSTEM, kept=ada, away=other)
    made_up.act("prefer", organisation.id, other.id, {"allow-updates": ""})
    assert allowed(ada) == {UPDATES}
    take_apart(SYSTEM, merge_id=made.id)
    assert (allowed(ada), allowed(other)) == ({UPDATES}, set())


def test_what_allies_may_no_longer_see_holds_for_both(ada: Person, other: Person) -> None:
    partner = made_up.organisation("allies", "Allies").id
    for each in (ada, other):
        say(each, "grant", "ally", partner=partner)
    merge(SYSTEM, kept=ada, away=other)
    withdrawn = Withdrawn(person=ada.id, partner=partner, asked_at=now(), source=uuid7())
    withdraw_from_allies(ada.organisation_id, [withdrawn])
    assert {purpose for purpose, _ in allowed(ada) | allowed(other)} == {"updates"}


@pytest.mark.parametrize("reason", ["complained", "unsubscribed", "bounced"])
def test_who_wants_no_more_gets_no_more_and_a_dead_address_says_nothing_of_another(
    organisation: Organisation, ada: Person, other: Person, reason: str
) -> None:
    suppress(organisation.id, "email", {other.email: reason})
    before = everything()
    made = merge(SYSTEM, kept=ada, away=other)
    assert bool(suppressed(organisation.id, "email", [ada.email])) == (reason != "bounced")
    assert is_chosen(ada) == (reason == "bounced")
    take_apart(SYSTEM, merge_id=made.id)
    assert everything() == before


def test_a_wish_that_comes_since_by_either_address_binds_both(
    organisation: Organisation, ada: Person, other: Person
) -> None:
    Person.objects.filter(id=other.id).update(phone="+441134960002")
    made = merge(SYSTEM, kept=ada, away=other)
    suppress(organisation.id, "email", {other.email: Suppression.Reason.COMPLAINED})
    suppress(organisation.id, "phone", {"+441134960002": Suppression.Reason.UNSUBSCRIBED})
    assert not is_chosen(ada)
    take_apart(SYSTEM, merge_id=made.id)
    assert suppressed(organisation.id, "email", [ada.email, other.email]) == {ada.email, other.email}


def test_a_wish_of_ones_own_outlives_the_merge(organisation: Organisation, ada: Person, other: Person) -> None:
    suppress(organisation.id, "email", {other.email: Suppression.Reason.UNSUBSCRIBED})
    made = merge(SYSTEM, kept=ada, away=other)
    suppress(organisation.id, "email", {ada.email: Suppression.Reason.COMPLAINED})
    take_apart(SYSTEM, merge_id=made.id)
    assert suppressed(organisation.id, "email", [ada.email]) == {ada.email}
    assert not is_chosen(ada)


def test_what_was_changed_since_stays_with_the_one_who_was_kept(ada: Person, other: Person) -> None:
    made = merge(SYSTEM, kept=ada, away=other, taken=("name", "sector"))
    Person.objects.filter(id=ada.id).update(name="Ada Byron")
    Reach.objects.filter(person=ada).update(contacted_on=20_001)
    take_apart(SYSTEM, merge_id=made.id)
    ada.refresh_from_db()
    assert (ada.name, ada.sector) == ("Ada Byron", "")
    assert Reach.objects.get(person=ada).contacted_on == 20_001


def test_after_thirty_days_it_stays_as_it_is(organisation: Organisation, ada: Person, other: Person) -> None:
    say(other, "grant")
    crowded(organisation, ada, other)
    made = merge(SYSTEM, kept=ada, away=other)
    assert forget_merges() == 0
    with time_machine.travel(now() + A_MONTH, tick=False):
        assert merges_of(ada) == []
        with pytest.raises(NotFound):
            take_apart(SYSTEM, merge_id=made.id)
        assert forget_merges() == 1
        other.refresh_from_db()
        assert (other.name, other.phone, other.sector) == ("", "", "")
        assert not Tagged.objects.filter(person=other).exists()
        assert not Belonging.objects.filter(person=other).exists()
        assert not Merge.objects.exists()
        # Whatever comes by the address that went still reaches the one who was kept.
        assert address_of(organisation.id, other.email) == [ada.id]
        say(ada, "grant")
        assert made_up.act("stop", organisation.id, other.id, {}) == []
        assert UPDATES not in allowed(ada)


def test_erased_with_one_of_their_addresses_both_are_gone(
    organisation: Organisation, ada: Person, other: Person
) -> None:
    merge(SYSTEM, kept=ada, away=other, taken=("name",))
    assert erase(organisation.id, [ada.id], {ada.id: now()}) == 1
    for model in (Person, NameWord, Tagged, Belonging, Reach, Consent, Merge):
        assert not model._default_manager.exists(), model
    assert Erasure.objects.count() == 2, "a restore may bring back either"


def test_all_of_it_is_theirs_to_have(organisation: Organisation, ada: Person, other: Person) -> None:
    say(other, "object")
    merge(SYSTEM, kept=ada, away=other, taken=("name",))
    held = held_by(organisation.id, ada.id)
    assert held == show_held(SYSTEM, organisation=organisation, email=other.email)
    assert {row["email"] for row in held["people.Person"]} == {ada.email, other.email}
    assert len(held["people.Consent"]) == 3
    assert held["people.Merge"][0]["before"]["person"]["name"] == ["Ada Lovelace", "Ada King"]
    assert ("Other addresses that were merged with it", other.email) in known_about(organisation.id, ada.id)


def test_who_allowed_more_by_the_other_address_stays_in_the_records(
    organisation: Organisation, ada: Person, other: Person
) -> None:
    merge(SYSTEM, kept=other, away=ada)
    assert allowed(other) == set()
    assert keep_in_touch(organisation.id, [other.id]) == {other.id}


def test_it_is_refused(organisation: Organisation, ada: Person, other: Person) -> None:
    root = made_up.root(organisation)
    stranger = made_up.actor(made_up.root(made_up.organisation("others", "Others")), email="x@example.org")
    branch = made_up.actor(made_up.branch(root), email="branch@example.org")
    viewer = made_up.actor(root, made_up.VIEWER, email="viewer@example.org")
    blind = replace(made_up.actor(root, email="blind@example.org"), contact_data=False)
    with pytest.raises(SamePerson):
        merge(SYSTEM, kept=ada, away=ada)
    for actor, why in ((stranger, NotFound), (branch, NotFound), (viewer, NotAllowed), (blind, NotAllowed)):
        with pytest.raises(why):
            merge(actor, kept=ada, away=other)
    made = merge(SYSTEM, kept=ada, away=other)
    for actor, why in ((stranger, NotFound), (branch, NotFound), (viewer, NotAllowed), (blind, NotAllowed)):
        with pytest.raises(why):
            take_apart(actor, merge_id=made.id)
    with pytest.raises(NotFound):
        merge(SYSTEM, kept=other, away=ada)
    with pytest.raises(NotFound):
        take_apart(SYSTEM, merge_id=uuid7())
