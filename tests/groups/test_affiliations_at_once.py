"""Two who accept at the same moment: one of them does, one row says so, and no circle is closed between them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection, connections
from django.db.models import QuerySet

from groundswell.groups import affiliations
from groundswell.groups.access import SYSTEM
from groundswell.groups.affiliations import Kind, accept_affiliation, offer_affiliation
from groundswell.groups.errors import GoesRound, OfferAccepted
from groundswell.groups.models import Affiliation, Organisation
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db(transaction=True)

ACCEPTED = "groups.accept_affiliation"


def said(organisation: Organisation, offer: Affiliation) -> str:
    try:
        accept_affiliation(SYSTEM, organisation=organisation, affiliation_id=offer.id)
    except (OfferAccepted, GoesRound) as refusal:
        return type(refusal).__name__
    finally:
        connections.close_all()
    return "accepted"


def at_once(*presses: tuple[Organisation, Affiliation]) -> list[str]:
    with ThreadPoolExecutor(len(presses)) as pool:
        return sorted(pool.map(said, *zip(*presses, strict=True)))


def one_offer() -> tuple[Organisation, Affiliation]:
    ours, theirs = made_up.organisation(), made_up.organisation("others", "Others")
    return theirs, offer_affiliation(SYSTEM, organisation=ours, address="others", kind=Kind.ALLY)


def circle() -> list[tuple[Organisation, Affiliation]]:
    """Of three, one is a wing of the next; with both of the offers that are open, each would be one of itself."""
    one, two, three = (made_up.organisation(slug, slug.title()) for slug in ("one", "two", "three"))
    made_up.allied(one, two, Kind.WING)
    second = offer_affiliation(SYSTEM, organisation=two, address="three", kind=Kind.WING)
    third = offer_affiliation(SYSTEM, organisation=three, address="one", kind=Kind.WING)
    return [(three, second), (one, third)]


def without_the_lock(monkeypatch: pytest.MonkeyPatch, presses: int) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time: there is no lock of ours to take out")
    together, usual = Barrier(presses, timeout=5), affiliations._refuse_acceptance

    def after_all_have_read(found: Affiliation, organisation: Organisation) -> None:
        usual(found, organisation)
        with suppress(BrokenBarrierError):
            together.wait()

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    monkeypatch.setattr(affiliations, "_refuse_acceptance", after_all_have_read)


def test_an_offer_is_accepted_once() -> None:
    press = one_offer()
    assert at_once(press, press) == ["OfferAccepted", "accepted"]
    assert Affiliation.objects.filter(accepted_at__isnull=False).count() == 1
    # One in the ledger of each side.
    assert Entry.objects.filter(verb=ACCEPTED).count() == 2


def test_without_the_lock_it_is_accepted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    press = one_offer()
    without_the_lock(monkeypatch, 2)
    assert at_once(press, press) == ["accepted", "accepted"]
    assert Entry.objects.filter(verb=ACCEPTED).count() == 4


def test_two_together_close_no_circle() -> None:
    presses = circle()
    assert at_once(*presses) == ["GoesRound", "accepted"]


def test_without_the_lock_they_close_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    presses = circle()
    without_the_lock(monkeypatch, 2)
    assert at_once(*presses) == ["accepted", "accepted"]
