"""What comes back counts once, and shuts an address only where it says so of a copy of ours."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group, Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.mailings import returns
from groundswell.mailings.domains import add
from groundswell.mailings.models import Delivery, Mailing, Return
from groundswell.mailings.operations import move
from groundswell.mailings.queries import WARN, is_unwanted
from groundswell.mailings.returns import Taken, take_back
from groundswell.mailings.traces import comes_back_to, copies_named, trace_of
from groundswell.people.models import Consent, Person, Suppression
from groundswell.people.queries import granted
from groundswell.people.reach import suppressed
from tests import made_up
from tests.mailings.coming_back import answer, bounce, complaint

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def ada(root: Group) -> Person:
    return made_up.subscriber(root.organisation, "Ada")


def sent(root: Group, *people: Person) -> Mailing:
    return made_up.mailing(root, people)


def back(mailing: Mailing, number: int = 1) -> str:
    return f"bounces+{trace_of(mailing.id, number)}@example.org"


def shut(organisation: Organisation, person: Person) -> bool:
    return bool(suppressed(organisation.id, "email", [person.email]))


def test_an_address_that_takes_no_mail_is_written_to_no_more(root: Group, ada: Person) -> None:
    bo = made_up.subscriber(root.organisation, "Bo")
    mailing = sent(root, ada, bo)
    assert take_back(bounce(to=back(mailing, 2))) == Taken.COUNTED
    assert shut(root.organisation, bo)
    assert not shut(root.organisation, ada)
    assert Suppression.objects.get().reason == "bounced"
    kept = Return.objects.get()
    assert (kept.mailing_id, kept.number, kept.kind, kept.status) == (mailing.id, 2, "hard", "5.1.1")


def test_the_same_report_counts_once(root: Group, ada: Person) -> None:
    mailing = sent(root, ada)
    said = [bounce(to=back(mailing)), bounce(copy=f"{trace_of(mailing.id, 1)}@example.org", whole=False)]
    assert [take_back(raw) for raw in said] == [Taken.COUNTED, Taken.KNOWN]
    assert [take_back(complaint(copy=back(mailing))) for _ in range(2)] == [Taken.COUNTED, Taken.KNOWN]
    assert Consent.objects.filter(action="object").count() == 1


def test_who_called_it_unwanted_objects_to_any_more_mail(root: Group, ada: Person) -> None:
    mailing = sent(root, ada)
    assert take_back(complaint(sent_by=back(mailing))) == Taken.COUNTED
    assert granted(root.organisation_id, [ada.id])[ada.id] == set()
    assert Suppression.objects.get().reason == "complained"


def test_a_trace_that_somebody_made_up_shuts_nobody(root: Group, ada: Person) -> None:
    mailing = sent(root, ada)
    trace = trace_of(mailing.id, 1)
    wrong = [
        trace[:-1] + ("0" if trace[-1] != "0" else "1"),
        trace[:16] + "00000001" + trace[24:],
        trace_of(uuid7(), 1),
        trace[:-2],
        f"{trace}00",
    ]
    for made_up_trace in wrong:
        assert take_back(bounce(to=f"bounces+{made_up_trace}@example.org")) == Taken.NOTHING
    assert take_back(bounce()) == Taken.NOTHING
    assert take_back(answer(to=back(mailing), about=f"{trace}@example.org")) == Taken.NOTHING
    assert not Return.objects.exists()


def test_without_the_signature_anybody_shuts_anybody(
    root: Group, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr("groundswell.mailings.traces.hmac.compare_digest", lambda *_: True)
    # On PostgreSQL a number that was made up may be none that a copy can have.
    with pytest.raises((AssertionError, DatabaseError)):
        test_a_trace_that_somebody_made_up_shuts_nobody(root, ada)


def test_a_trace_leads_to_its_copy_and_does_not_tell_its_number(root: Group, ada: Person) -> None:
    first, second = sent(root, ada), sent(root, ada)
    # Two that were written in the same millisecond are told apart by the signature.
    twin = UUID(bytes=first.id.bytes[:8] + second.id.bytes[8:])
    Mailing.objects.filter(id=second.id).update(id=twin)
    for mailing_id, number in ((first.id, 1), (twin, 1), (first.id, 500_000)):
        trace = trace_of(mailing_id, number)
        assert [(found.id, copy) for found, copy in copies_named(f"<{trace.upper()}@x>")] == [(mailing_id, number)]
        assert trace[16:24] != number.to_bytes(4).hex()


def test_the_address_has_room_for_a_trace(settings_with_bounces: str) -> None:
    address = comes_back_to().format(trace_of(uuid7(), 1))
    local, _, domain = address.rpartition("@")
    assert len(local) == 64
    assert (local[:20], domain) == ("a-very-long-bounces+", "example.org")


@pytest.fixture
def settings_with_bounces(monkeypatch: pytest.MonkeyPatch) -> str:
    given = "a-very-long-bounces@example.org"
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, bounces=given))
    return given


def soft(root: Group, ada: Person, *days: int) -> list[bool]:
    """After each of these days, on which a copy comes back for now, whether the address is given up."""
    told = []
    for day in days:
        mailing = sent(root, ada)
        with time_machine.travel(now() + timedelta(days=day)):
            assert take_back(bounce(to=back(mailing), status="4.2.2")) == Taken.COUNTED
        told.append(shut(root.organisation, ada))
    return told


def test_three_copies_that_came_back_for_now_are_enough(root: Group, ada: Person) -> None:
    assert soft(root, ada, 0, 4, 8) == [False, False, True]


def test_some_bad_days_are_not_enough_and_old_ones_are_forgotten(root: Group, ada: Person) -> None:
    assert soft(root, ada, 0, 1, 2) == [False, False, False]
    assert soft(root, ada, 33, 34) == [False, False]


def test_what_came_back_from_others_does_not_count(root: Group, ada: Person) -> None:
    assert soft(root, made_up.subscriber(root.organisation, "Bo"), 0, 8) == [False, False]
    assert soft(root, ada, 9) == [False]


def test_with_every_bad_day_counted_a_full_mailbox_would_be_given_up(
    root: Group, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(returns, "APART", timedelta(0))
    with pytest.raises(AssertionError):
        test_some_bad_days_are_not_enough_and_old_ones_are_forgotten(root, ada)


def test_what_comes_back_from_somebody_who_was_forgotten_only_counts(root: Group, ada: Person) -> None:
    mailing = sent(root, ada)
    ada.delete()
    assert not Delivery.objects.exists()
    assert take_back(bounce(to=back(mailing))) == Taken.COUNTED
    assert not Suppression.objects.exists()
    assert Return.objects.count() == 1


def going(root: Group, ada: Person, sent_to: int) -> Mailing:
    """A mailing of which so many copies were taken, and which goes on."""
    mailing = sent(root, ada)
    Mailing.objects.filter(id=mailing.id).update(state="sending")
    add(mailing, {("example.org", "sent"): sent_to})
    return mailing


def complain(mailing: Mailing, *numbers: int) -> list[str]:
    """After each complaint, what state the mailing is in."""
    told = []
    for number in numbers:
        take_back(complaint(sent_by=back(mailing, number)))
        mailing.refresh_from_db()
        told.append(mailing.state)
    return told


def test_a_mailing_stops_by_itself_at_three_complaints_in_a_thousand(root: Group, ada: Person) -> None:
    mailing = going(root, ada, 1000)
    assert complain(mailing, 1, 2, 3, 4) == ["sending", "sending", "paused", "paused"]
    assert mailing.note == "unwanted"
    assert Entry.objects.filter(verb="mailings.stop_itself").count() == 1


def test_of_a_small_one_it_takes_three_and_of_a_large_one_more(root: Group, ada: Person) -> None:
    assert complain(going(root, ada, 20), 1, 2, 3) == ["sending", "sending", "paused"]
    assert complain(going(root, ada, 1400), 1, 2, 3, 4, 5) == [*["sending"] * 4, "paused"]


def test_without_a_limit_nothing_stops(root: Group, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(returns, "is_unwanted", lambda *_: False)
    with pytest.raises(AssertionError):
        test_a_mailing_stops_by_itself_at_three_complaints_in_a_thousand(root, ada)


def test_who_lets_it_go_on_is_warned_anew_by_as_many_again(root: Group, ada: Person) -> None:
    mailing = going(root, ada, 1000)
    complain(mailing, 1, 2, 3)
    move(SYSTEM, mailing=mailing, how="resume")
    assert complain(mailing, 4, 5, 6) == ["sending", "sending", "paused"]
    assert mailing.note == "unwanted"
    move(SYSTEM, mailing=mailing, how="cancel")
    mailing.refresh_from_db()
    assert (mailing.note, complain(mailing, 7)) == ("", ["cancelled"])


def test_some_complaints_warn_before_it_stops(root: Group, ada: Person) -> None:
    mailing = going(root, ada, 2000)
    complain(mailing, 1)
    assert not is_unwanted(mailing, WARN)
    complain(mailing, 2)
    assert is_unwanted(mailing, WARN)
