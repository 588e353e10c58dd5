"""What organisations are to each other: offered by one side, accepted by the other, ended by either."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.groups import affiliations
from groundswell.groups.access import Actor, actor_for
from groundswell.groups.affiliations import (
    Kind,
    accept_affiliation,
    affiliation_of,
    end_affiliation,
    forget_affiliations,
    offer_affiliation,
    offers_to,
    public_standings,
    standings_of,
)
from groundswell.groups.errors import (
    AlreadyAffiliated,
    GoesRound,
    InvalidFields,
    NotAllowed,
    NotFound,
    OfferAccepted,
    OfferEnded,
    OfferExpired,
    OwnOffer,
    Refusal,
    WithItself,
)
from groundswell.groups.granting import withdraw
from groundswell.groups.models import Affiliation, Organisation
from groundswell.intake.models import Touch
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from groundswell.outbox.transports import kept_path
from tests import made_up

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WAYS = [(kind, as_body) for kind in Kind for as_body in (False, True)]


class Side:
    """An organisation with its owner."""

    def __init__(self, slug: str) -> None:
        self.organisation = made_up.organisation(slug, slug.title())
        self.root = made_up.root(self.organisation)
        self.actor = made_up.actor(self.root, made_up.OWNER, f"owner@{slug}.example.org")

    def offer(self, other: "Side", kind: Kind = Kind.WING, **more: bool) -> Affiliation:
        """Offer something to the other one."""
        address = other.organisation.slug
        return offer_affiliation(self.actor, organisation=self.organisation, address=address, kind=kind, **more)

    def accept(self, affiliation: Affiliation) -> Affiliation:
        """Accept what was offered."""
        return accept_affiliation(self.actor, organisation=self.organisation, affiliation_id=affiliation.id)

    def end(self, affiliation: Affiliation) -> Affiliation:
        """Decline, take back or end it."""
        return end_affiliation(self.actor, organisation=self.organisation, affiliation_id=affiliation.id)

    def said(self) -> list[tuple[str, bool, str]]:
        """What the organisation's page says: the kind, whether it stands there, and of whom."""
        shown = public_standings(self.organisation)
        return [(one.kind, one.ours, one.other.slug) for one in shown]


@pytest.fixture
def wing() -> Side:
    return Side("wing")


@pytest.fixture
def assembly() -> Side:
    return Side("assembly")


@pytest.fixture
def union() -> Side:
    return Side("union")


@pytest.mark.parametrize(("kind", "as_body"), WAYS)
def test_offered_by_one_accepted_by_the_other_ended_by_either(
    wing: Side, assembly: Side, kind: Kind, as_body: bool
) -> None:
    for ending in (wing, assembly):
        made = wing.offer(assembly, kind, as_body=as_body)
        assert (wing.said(), assembly.said()) == ([], [])
        [here], [there] = standings_of(wing.organisation), standings_of(assembly.organisation)
        assert (here.offered_here, there.offered_here, here.accepted) == (True, False, False)
        assert here.expires_at == made.offered_at + 30 * DAY
        assembly.accept(made)
        assert wing.said() == [(kind, not as_body, "assembly")]
        assert assembly.said() == [(kind, as_body, "wing")]
        ending.end(made)
        assert (wing.said(), assembly.said()) == ([], [])
        assert standings_of(wing.organisation) == []


@pytest.mark.parametrize(
    "address",
    [
        "assembly",
        " Assembly ",
        "/g/assembly",
        "http://127.0.0.1:8000/g/assembly",
        "127.0.0.1:8000/g/assembly/?x=1",
    ],
)
def test_an_offer_goes_to_a_public_address(wing: Side, assembly: Side, address: str) -> None:
    made = offer_affiliation(wing.actor, organisation=wing.organisation, address=address, kind=Kind.ALLY)
    assert made.body == assembly.organisation


@pytest.mark.parametrize("address", ["", "nowhere", "/", "http://elsewhere.example.org"])
def test_an_address_of_nobody(wing: Side, address: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        offer_affiliation(wing.actor, organisation=wing.organisation, address=address, kind=Kind.ALLY)
    assert refused.value.errors.keys() == {"address"}


def test_only_an_owner_of_the_whole_decides(wing: Side, assembly: Side) -> None:
    branch = made_up.branch(wing.root)
    refusals = {
        NotAllowed: made_up.actor(wing.root, made_up.ORGANISER, "organiser@example.org"),
        NotFound: made_up.actor(branch, made_up.OWNER, "branch@example.org"),
    }
    made = assembly.offer(wing)
    for refusal, actor in refusals.items():
        for verb in (accept_affiliation, end_affiliation):
            with pytest.raises(refusal):
                verb(actor, organisation=wing.organisation, affiliation_id=made.id)
        with pytest.raises(refusal):
            offer_affiliation(actor, organisation=wing.organisation, address="assembly", kind=Kind.ALLY)
    with pytest.raises(NotFound):
        accept_affiliation(assembly.actor, organisation=wing.organisation, affiliation_id=made.id)


def test_a_third_organisation_sees_and_changes_nothing(wing: Side, assembly: Side, union: Side) -> None:
    made = wing.offer(assembly)
    for number in range(2):
        for verb in (union.accept, union.end):
            with pytest.raises(NotFound):
                verb(made)
        with pytest.raises(NotFound):
            affiliation_of(union.organisation, made.id)
        assert (union.said(), standings_of(union.organisation)) == ([], [])
        assert offers_to([union.organisation.id]) == 0
        if number == 0:
            assembly.accept(made)
    assert affiliation_of(wing.organisation, made.id).other == assembly.organisation
    assert not Entry.objects.filter(organisation_id=union.organisation.id, verb__contains="affiliation").exists()


def test_who_offered_does_not_accept(wing: Side, assembly: Side) -> None:
    for as_body in (False, True):
        made = wing.offer(assembly, as_body=as_body)
        with pytest.raises(OwnOffer):
            wing.accept(made)
        wing.end(made)


def test_nothing_is_accepted_twice_or_after_its_end(wing: Side, assembly: Side) -> None:
    made = wing.offer(assembly)
    assembly.accept(made)
    with pytest.raises(OfferAccepted):
        assembly.accept(made)
    wing.end(made)
    for verb in (assembly.accept, assembly.end, wing.end):
        with pytest.raises(OfferEnded):
            verb(made)
    with pytest.raises(NotFound):
        affiliation_of(wing.organisation, made.id)


def test_an_offer_is_good_for_thirty_days(wing: Side, assembly: Side) -> None:
    made = wing.offer(assembly)
    assert offers_to([assembly.organisation.id]) == 1
    assert offers_to([wing.organisation.id]) == 0
    with time_machine.travel(made.offered_at + 30 * DAY, tick=False):
        with pytest.raises(OfferExpired):
            assembly.accept(made)
        assert standings_of(wing.organisation) == []
        assert offers_to([assembly.organisation.id]) == 0
        again = assembly.offer(wing, as_body=True)
    with time_machine.travel(made.offered_at + 60 * DAY - timedelta(seconds=1), tick=False):
        wing.accept(again)
    assert wing.said() == [("wing", True, "assembly")]


def test_not_with_itself(wing: Side) -> None:
    with pytest.raises(WithItself):
        wing.offer(wing)


@pytest.mark.parametrize("as_body", [False, True])
def test_one_at_a_time_between_two(wing: Side, assembly: Side, as_body: bool) -> None:
    made = wing.offer(assembly, Kind.ALLY)
    for accepted in (False, True):
        if accepted:
            assembly.accept(made)
        for one, other in ((wing, assembly), (assembly, wing)):
            with pytest.raises(AlreadyAffiliated):
                one.offer(other, Kind.AFFILIATE, as_body=as_body)


def test_the_database_holds_it_too(wing: Side, assembly: Side) -> None:
    wing.offer(assembly)
    with pytest.raises(IntegrityError), transaction.atomic():
        Affiliation.objects.create(organisation=assembly.organisation, body=wing.organisation, kind=Kind.ALLY)


@pytest.mark.parametrize("closing", [Kind.WING, Kind.BRANCH])
def test_no_circle(wing: Side, assembly: Side, union: Side, closing: Kind) -> None:
    assembly.accept(wing.offer(assembly))
    with pytest.raises(GoesRound):
        assembly.offer(wing, closing)
    with pytest.raises(GoesRound):
        wing.offer(assembly, closing, as_body=True)
    union.accept(assembly.offer(union, Kind.BRANCH))
    with pytest.raises(GoesRound):
        union.offer(wing, closing)
    union.offer(wing, Kind.AFFILIATE)


def test_what_is_joined_twice_below_is_no_circle(wing: Side, assembly: Side, union: Side) -> None:
    top = Side("top")
    for one, other in ((wing, assembly), (wing, union), (assembly, top), (union, top)):
        other.accept(one.offer(other))
    Side("deep").offer(wing)
    assert [name for _kind, _ours, name in top.said()] == ["assembly", "union"]


def test_a_circle_that_closed_meanwhile(wing: Side, assembly: Side, union: Side) -> None:
    offers = [
        (assembly, wing.offer(assembly)),
        (union, assembly.offer(union)),
        (wing, union.offer(wing)),
    ]
    for side, made in offers[:2]:
        side.accept(made)
    with pytest.raises(GoesRound):
        wing.accept(offers[2][1])


def test_without_the_check_there_is_a_circle(
    wing: Side, assembly: Side, union: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(affiliations, "_refuse_circle", lambda *_: None)
    for one, other in ((wing, assembly), (assembly, union), (union, wing)):
        other.accept(one.offer(other))
    assert [len(side.said()) for side in (wing, assembly, union)] == [2, 2, 2]


def test_both_ledgers_have_it_and_only_ones_own_says_who(wing: Side, assembly: Side) -> None:
    made = wing.offer(assembly)
    assembly.accept(made)
    wing.end(made)
    verbs = [f"groups.{verb}_affiliation" for verb in ("offer", "accept", "end")]
    for side, actors in (
        (wing, [wing.actor.id, None, wing.actor.id]),
        (assembly, [None, assembly.actor.id, None]),
    ):
        rows = Entry.objects.filter(organisation_id=side.organisation.id, verb__in=verbs).order_by("id")
        assert [row.verb for row in rows] == verbs
        assert [row.actor for row in rows] == actors
        assert {row.object_id for row in rows} == {made.id}
        by = [str(one.organisation.id) for one in (wing, assembly, wing)]
        assert [row.detail for row in rows] == [{"kind": "wing", "by": one} for one in by]


def test_kept_pages_renew_when_something_holds_or_ends(wing: Side, assembly: Side) -> None:
    tags = {f"organisation:{side.organisation.id}" for side in (wing, assembly)}

    def touched() -> set[str]:
        found = set(Touch.objects.values_list("tag", flat=True)) & tags
        Touch.objects.all().delete()
        return found

    touched()
    made = wing.offer(assembly)
    assert touched() == set()
    assembly.accept(made)
    assert touched() == tags
    wing.end(made)
    assert touched() == tags
    assembly.end(wing.offer(assembly))
    assert touched() == set()


def mails() -> dict[str, list[str]]:
    """What was written to whom, so far."""
    made_up.send_mails()
    texts = [
        kept_path(one.organisation_id, one.id).read_text().replace("=\n", "")
        for one in Effect.objects.filter(kind__startswith="groups.affiliation", state="done").order_by("id")
    ]
    written: dict[str, list[str]] = {}
    for text in texts:
        written.setdefault(text.partition("To: ")[2].partition("\n")[0].strip(), []).append(text)
    return written


def test_the_owners_of_the_other_side_get_a_mail(wing: Side, assembly: Side) -> None:
    made_up.account(assembly.root, made_up.OWNER, "second@assembly.example.org")
    made_up.account(assembly.root, made_up.ORGANISER, "organiser@assembly.example.org")
    made_up.account(made_up.branch(assembly.root), made_up.OWNER, "branch@assembly.example.org")
    theirs = {"owner@assembly.example.org", "second@assembly.example.org"}
    made = wing.offer(assembly)
    written = mails()
    assert written.keys() == theirs
    for text in written["owner@assembly.example.org"]:
        assert "Wing is a wing of Assembly." in text
        assert "/desk/settings/assembly/allies" in text
        assert "owner@wing.example.org" not in text
    assembly.accept(made)
    assert "has accepted" in mails()["owner@wing.example.org"][-1]
    wing.end(made)
    assert "has ended" in mails()["second@assembly.example.org"][-1]
    assembly.end(wing.offer(assembly))
    assert "has declined" in mails()["owner@wing.example.org"][-1]


def test_whoever_owns_both_gets_no_mail_about_what_they_did(wing: Side, assembly: Side) -> None:
    for side in (wing, assembly):
        both = made_up.account(side.root, made_up.OWNER, "both@example.org")
    assembly.actor = actor_for(both)
    made = wing.offer(assembly)
    assert mails().keys() == {"owner@assembly.example.org", "both@example.org"}
    assembly.accept(made)
    assert "has accepted" in mails()["owner@wing.example.org"][-1]
    assert len(mails()["both@example.org"]) == 1


def test_a_mail_whose_reason_is_gone_is_not_sent(wing: Side, assembly: Side) -> None:
    wing.end(wing.offer(assembly))
    assert mails() == {}
    made = wing.offer(assembly)
    assembly.accept(made)
    wing.end(made)
    assert mails().keys() == {"owner@assembly.example.org"}
    assert len(mails()["owner@assembly.example.org"]) == 1  # that it ended, and not that it was offered
    made = wing.offer(assembly)
    made_up.account(assembly.root, made_up.OWNER, "next@assembly.example.org")
    withdraw(made_up.SYSTEM, group=assembly.root, account_id=assembly.actor.id)
    assert len(mails()["owner@assembly.example.org"]) == 1
    Affiliation.objects.all().delete()
    assembly.root.memberships.update(role=made_up.OWNER)
    assert mails().keys() == {"owner@assembly.example.org"}


def test_a_mail_about_an_offer_that_is_gone_for_good(wing: Side, assembly: Side) -> None:
    assembly.end(wing.offer(assembly))
    Affiliation.objects.all().delete()
    assert mails() == {}


def test_old_ones_are_forgotten(wing: Side, assembly: Side, union: Side) -> None:
    ended = wing.offer(assembly)
    assembly.end(ended)
    stale = wing.offer(union)
    holds = assembly.offer(union)
    union.accept(holds)
    with time_machine.travel(now() + 31 * DAY):
        assert forget_affiliations() == 1
    with time_machine.travel(now() + 61 * DAY):
        assert forget_affiliations() == 1
        assert list(Affiliation.objects.all()) == [holds]
    assert str(stale) == f"{wing.organisation.id} wing {union.organisation.id}"


@pytest.mark.parametrize("rows", [1, 3])
def test_what_they_cost(wing: Side, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    for number in range(rows):
        other = Side(f"other-{number}")
        wing.accept(other.offer(wing))
    for reading in (standings_of, public_standings):
        with django_assert_num_queries(1):
            assert [one.other.name for one in reading(wing.organisation)]
    last = Side("last")
    with django_assert_num_queries(13):
        made = last.offer(wing)
    with django_assert_num_queries(11):
        wing.accept(made)
    with django_assert_num_queries(10):
        last.end(made)


def test_it_stands_on_both_pages_and_nowhere_else(wing: Side, assembly: Side, union: Side) -> None:
    def page(slug: str) -> str:
        return Client().get(f"/g/{slug}").content.decode()

    made = wing.offer(assembly)
    ally = union.offer(wing, Kind.ALLY)
    before = [page(side.organisation.slug) for side in (wing, assembly, union)]
    assert not [text for text in before if "wing of" in text or "Allied" in text]
    assembly.accept(made)
    wing.accept(ally)
    ours = page("wing")
    assert '<dt>A wing of</dt><dd><a href="/g/assembly"><bdi>Assembly</bdi></a></dd>' in ours
    assert '<dt>Allied with</dt><dd><a href="/g/union"><bdi>Union</bdi></a></dd>' in ours
    assert '<dt>Its wings</dt><dd><a href="/g/wing"><bdi>Wing</bdi></a></dd>' in page("assembly")
    assert "Assembly" not in page("union")
    made_up.branch(wing.root)
    assert "Assembly" not in page("riverside")


def test_a_refusal_has_a_reason() -> None:
    sentences = [each().sentence for each in AFFILIATION_REFUSALS]
    assert len(set(sentences)) == len(sentences)


AFFILIATION_REFUSALS: list[type[Refusal]] = [
    AlreadyAffiliated,
    GoesRound,
    OfferAccepted,
    OfferEnded,
    OfferExpired,
    OwnOffer,
    WithItself,
]


def test_nothing_of_an_id_that_nothing_has(wing: Side) -> None:
    for verb in (accept_affiliation, end_affiliation):
        with pytest.raises(NotFound):
            verb(wing.actor, organisation=wing.organisation, affiliation_id=uuid7())


def test_the_system_may(wing: Side, assembly: Side) -> None:
    system: Actor = made_up.SYSTEM
    made = offer_affiliation(system, organisation=wing.organisation, address="assembly", kind=Kind.WING)
    accept_affiliation(system, organisation=assembly.organisation, affiliation_id=made.id)
    assert isinstance(made.organisation, Organisation)
    assert wing.said() == [("wing", True, "assembly")]
