"""Taking the people of a segment out: who allows it at this moment, written down, and of many by two people."""

from datetime import timedelta

import pytest

from groundswell.groups.access import OWNER, SYSTEM, Actor, actor_for
from groundswell.groups.approvals import Approval, approve
from groundswell.groups.errors import AudienceChanged, NotAllowed, NotFound, SecondPersonNeeded
from groundswell.groups.models import Group, Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.people import exporting
from groundswell.people.exporting import (
    Exported,
    ask_to_export_segment,
    export_in_words,
    export_segment,
    export_segment_approved,
    facts_of,
)
from groundswell.people.models import Channel, Consent, Person, Reach, Segment
from groundswell.people.operations import append_entries
from groundswell.people.reach import suppress
from groundswell.people.saved import delete_segment, save_segment
from groundswell.people.segments import parse
from groundswell.people.sorting import put_into_group, tag_people
from tests import made_up

pytestmark = pytest.mark.django_db

MAIL = {"purpose": "updates", "channel": "email"}


@pytest.fixture
def ours() -> Organisation:
    return made_up.organisation()


@pytest.fixture
def root(ours: Organisation) -> Group:
    return made_up.root(ours)


@pytest.fixture
def segment(ours: Organisation) -> Segment:
    return kept(ours)


def kept(ours: Organisation, name: str = "All", *steps: dict[str, object]) -> Segment:
    return save_segment(SYSTEM, organisation=ours, name=name, segmentation=parse({"steps": list(steps)}))


def taken(segment: Segment, actor: Actor = SYSTEM, **asked: str) -> list[Exported]:
    return [one for some in export_segment(actor, segment=segment, **{**MAIL, **asked}) for one in some]


def test_those_it_means_go_out_with_what_is_known_and_allowed(
    ours: Organisation, root: Group, segment: Segment
) -> None:
    ada = made_up.subscriber(ours, "Ada", "updates", "nearby")
    made_up.person(ours, "Bo")
    Person.objects.filter(id=ada.id).update(phone="+447700900123", sector="M1 1")
    tag_people(SYSTEM, organisation=ours, people=[ada.id], name="Stall")
    put_into_group(SYSTEM, group=root, people=[ada.id])
    (one,) = taken(segment)
    assert (one.email, one.name, one.sector, one.language) == ("ada@example.org", "Ada", "M1 1", "en")
    assert (one.tags, one.groups) == (["Stall"], [root.name])
    assert one.allows == [("nearby", "email"), ("updates", "email")]
    assert one.phone == ""
    entry = Entry.objects.get(verb="people.export")
    assert (entry.object_id, entry.detail["people"]) == (segment.id, 1)


def test_a_number_goes_out_with_whoever_allows_calls(ours: Organisation, segment: Segment) -> None:
    ada = made_up.subscriber(ours, "Ada")
    Person.objects.filter(id=ada.id).update(phone="+447700900123")
    by_phone = {"person_id": ada.id, "purpose": "updates", "channel": Channel.PHONE, "action": "grant"}
    entry = Consent(organisation_id=ours.id, source=uuid7(), asked_at=now(), **by_phone)
    append_entries(ours.id, [entry])
    assert [one.phone for one in taken(segment)] == ["+447700900123"]
    assert [one.email for one in taken(segment, channel="phone")] == ["ada@example.org"]
    assert taken(segment, channel="post") == []


def test_its_lines_are_kept_to(ours: Organisation) -> None:
    people = [made_up.subscriber(ours, name) for name in ("Ada", "Bo")]
    tag_people(SYSTEM, organisation=ours, people=[people[1].id], name="Stall")
    tagged = kept(ours, "Tagged", {"is": "tag", "name": "stall"})
    assert [one.name for one in taken(tagged)] == ["Bo"]


def lying(ours: Organisation) -> list[Person]:
    """People of whom the narrow rows say that they allow all: one does, one never did, one is suppressed."""
    ada, bo, cy = made_up.subscriber(ours, "Ada"), made_up.person(ours, "Bo"), made_up.subscriber(ours, "Cy")
    suppress(ours.id, Channel.EMAIL, {cy.email: "complained"})
    Reach.objects.update(allows=0xFFFF)
    return [ada, bo, cy]


def test_the_ledger_decides_and_no_copy_of_it(ours: Organisation, segment: Segment) -> None:
    lying(ours)
    assert [one.name for one in taken(segment)] == ["Ada"]


def test_without_reading_the_ledger_the_copy_lets_them_out(
    ours: Organisation, segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    people = lying(ours)
    every = {person.id: {("updates", "email")} for person in people}
    monkeypatch.setattr(exporting, "granted", lambda *_: every)
    monkeypatch.setattr(exporting, "suppressed", lambda *_: set())
    assert len(taken(segment)) == 3


def test_a_thousand_are_read_at_once(
    ours: Organisation, segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ada", "Bo", "Cy"):
        made_up.subscriber(ours, name)
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    assert [len(some) for some in export_segment(SYSTEM, segment=segment, **MAIL)] == [2, 1]


def test_only_who_may_take_people_out_does(ours: Organisation, root: Group, segment: Segment) -> None:
    made_up.subscriber(ours, "Ada")
    assert taken(segment, made_up.actor(root, made_up.TREASURER))
    with pytest.raises(NotAllowed):
        taken(segment, made_up.actor(root, made_up.MAILER, "mo@example.org"))
    with pytest.raises(NotFound):
        taken(segment, made_up.actor(made_up.root(made_up.organisation("others")), email="x@example.org"))
    token = Actor(id=uuid7(), rights=made_up.actor(root, email="y@example.org").rights, contact_data=False)
    with pytest.raises(NotAllowed):
        taken(segment, token)
    with pytest.raises(NotFound):
        taken(segment, purpose="ally")


@pytest.fixture
def many(ours: Organisation, monkeypatch: pytest.MonkeyPatch) -> list[Person]:
    monkeypatch.setattr(exporting, "MANY", 2)
    return [made_up.subscriber(ours, name) for name in ("Ada", "Bo", "Cy")]


def agreed(root: Group, segment: Segment) -> tuple[Actor, Approval]:
    asker = made_up.actor(root)
    second = made_up.account(root, OWNER, "winnie@example.org")
    made_up.held_for_long(root)
    asked = ask_to_export_segment(asker, segment=segment, **MAIL)
    approve(actor_for(second), approval=asked, fresh_until=now() + timedelta(minutes=1))
    return asker, asked


@pytest.mark.usefixtures("many")
def test_many_go_out_when_two_agree_and_once(root: Group, segment: Segment) -> None:
    with pytest.raises(SecondPersonNeeded):
        taken(segment, made_up.actor(root, email="first@example.org"))
    asker, asked = agreed(root, segment)
    assert "“All” out as a file, of about 3 people" in export_in_words(asked)
    found, people = export_segment_approved(asker, approval=asked)
    assert (found.id, sum(map(len, people))) == (segment.id, 3)


@pytest.mark.usefixtures("many")
def test_nobody_agrees_to_one_segment_and_gets_another(ours: Organisation, root: Group, segment: Segment) -> None:
    asker, asked = agreed(root, segment)
    kept(ours, "All", {"is": "tag", "name": "stall", "join": "not"})
    with pytest.raises(AudienceChanged):
        export_segment_approved(asker, approval=asked)


@pytest.mark.usefixtures("many")
def test_nor_to_a_few_and_gets_many_more(ours: Organisation, root: Group, segment: Segment) -> None:
    asker, asked = agreed(root, segment)
    made_up.subscriber(ours, "Di")
    with pytest.raises(AudienceChanged):
        export_segment_approved(asker, approval=asked)


@pytest.mark.usefixtures("many")
def test_what_is_deleted_meanwhile_is_not_there(root: Group, segment: Segment) -> None:
    asker, asked = agreed(root, segment)
    delete_segment(SYSTEM, segment=segment)
    with pytest.raises(NotFound):
        export_segment_approved(asker, approval=asked)


def test_facts_of_nobody_are_none(ours: Organisation) -> None:
    assert facts_of(ours.id, [], **MAIL) == []
    assert not Consent.objects.exists()
