"""Several subjects for one mailing: each to its part of a test, and one of them to the rest."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groundswell.attendances.models import Attendance
from groundswell.groups import approvals
from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Group
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.mailings import audience, kept, leases, operations, rounds, subjects
from groundswell.mailings.checks import warnings
from groundswell.mailings.errors import TooLate
from groundswell.mailings.letters import Writer, preview
from groundswell.mailings.links import invited
from groundswell.mailings.models import Deferred, Delivery, Lease, Mailing
from groundswell.mailings.operations import Draft, ask_for_it, change, choose_subject, compose, move, release
from groundswell.mailings.returns import take_back
from groundswell.mailings.rounds import Rounds, begin
from groundswell.mailings.subjects import Figures, better, figures, go_on, mark, via, waits_for_subject
from groundswell.mailings.traces import trace_of
from groundswell.people.choices import stop_mail
from groundswell.people.models import Person
from groundswell.people.queries import current_wordings
from tests import made_up
from tests.mailings.coming_back import bounce, complaint

pytestmark = pytest.mark.django_db

WORDS = {
    "en": {
        "subject": "One",
        "subject2": "Two, {first_name|friend}",
        "subject3": "Three",
        "text": "Come, {name|you}.",
    }
}
ALL = ["One", "Two", "Three"]


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> Group:
    monkeypatch.setattr(kept, "SHOWN", 1000)
    return made_up.root(made_up.organisation(postal_address="1 High Street"))


def begun(root: Group, people: int = 20, **more: Any) -> Mailing:
    """One with three subjects that has just begun; half of its copies test them."""
    for number in range(people):
        made_up.subscriber(root.organisation, f"Pat{number}")
    mailing = compose(SYSTEM, group=root, draft=Draft(words=WORDS, **{"share": 50, **more}))
    release(SYSTEM, mailing=mailing, fresh_until=None)
    Mailing.objects.filter(id=mailing.id).update(starts_at=now())
    assert begin() == 1
    return read(mailing)


def read(mailing: Mailing) -> Mailing:
    return Mailing.objects.select_related("organisation", "group", "event__organisation").get(id=mailing.id)


def send() -> None:
    worker = Rounds()
    while worker.send():
        pass


@contextmanager
def later(hours: float = 4.1) -> Iterator[None]:
    with time_machine.travel(now() + timedelta(hours=hours)):
        yield


def copy(mailing: Mailing, number: int) -> Any:
    path = kept.kept_path(mailing.organisation_id, mailing.id, number)
    return message_from_bytes(path.read_bytes(), policy=default) if path.exists() else None


def got(mailing: Mailing) -> dict[int, str]:
    """With which subject each copy went out, by its number, without whom it calls."""
    copies = {number: copy(mailing, number) for number in range(1, mailing.copies + 1)}
    return {number: str(one["Subject"]).partition(",")[0] for number, one in copies.items() if one is not None}


def turns(numbers: range) -> dict[int, str]:
    return {number: ALL[(number - 1) % 3] for number in numbers}


def say_yes(mailing: Mailing, number: int) -> None:
    """What the button behind the link in a copy does."""
    found = Delivery.objects.get(mailing_id=mailing.id, number=number)
    wording = current_wordings(mailing.organisation_id)["event"]
    form = {"person": str(found.person_id), "wording": str(wording.id)}
    came_by = via(mark(mailing.id, (number - 1) % 3))
    assert mailing.event_id
    assert made_up.act("come", mailing.organisation_id, mailing.event_id, form, via=came_by) == []


def invitation(root: Group, people: int = 20) -> Mailing:
    event = made_up.event(root, day=made_up.in_days(9))
    return begun(root, people, event=event, kind=Mailing.Kind.INVITATION)


def test_each_subject_goes_to_its_part_and_the_rest_waits(root: Group) -> None:
    mailing = begun(root)
    assert (mailing.copies, mailing.tested) == (20, 10)
    send()
    assert got(mailing) == turns(range(1, 11))
    second = Delivery.objects.get(mailing_id=mailing.id, number=2).person
    assert copy(mailing, 2)["Subject"] == f"Two, {second.name}"
    go_on()
    send()
    mailing = read(mailing)
    assert mailing.rest_at
    assert (mailing.state, mailing.next, len(got(mailing))) == (Mailing.State.SENDING, 11, 10)
    assert not Lease.objects.exists()
    assert rounds._left() == 0
    assert waits_for_subject(mailing)


def test_without_the_limit_the_rest_goes_at_once(root: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(Mailing, "last_now", property(lambda self: self.copies))
    with pytest.raises(AssertionError):
        test_each_subject_goes_to_its_part_and_the_rest_waits(root)


def test_if_nobody_decides_the_first_one_goes_when_the_wait_is_over(root: Group) -> None:
    mailing = begun(root)
    send()
    assert go_on() == 0
    with later(3.9):
        assert go_on() == 0
    with later():
        assert go_on() == 1
        assert go_on() == 0
        send()
    mailing = read(mailing)
    assert (mailing.state, mailing.chosen_by) == (Mailing.State.FINISHED, "first")
    assert got(mailing) == turns(range(1, 11)) | dict.fromkeys(range(11, 21), "One")
    entry = Entry.objects.get(verb="mailings.choose_itself")
    assert (entry.actor, entry.detail) == (None, {"subject": 1})


def test_a_person_decides_once(root: Group) -> None:
    mailing = begun(root)
    send()
    go_on()
    choose_subject(SYSTEM, mailing=mailing, subject=2)
    with pytest.raises(TooLate):
        choose_subject(SYSTEM, mailing=mailing, subject=1)
    send()
    mailing = read(mailing)
    assert (mailing.state, mailing.chosen_by) == (Mailing.State.FINISHED, "person")
    assert got(mailing) == turns(range(1, 11)) | dict.fromkeys(range(11, 21), "Three")
    with later():
        assert go_on() == 0


def test_who_decides_before_the_test_is_out_changes_nothing_of_it(root: Group) -> None:
    mailing = begun(root)
    choose_subject(SYSTEM, mailing=mailing, subject=2)
    send()
    assert got(mailing) == turns(range(1, 11)) | dict.fromkeys(range(11, 21), "Three")


def test_by_an_invitation_the_most_yeses_decide(root: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "FEWEST", 3)
    mailing = invitation(root)
    send()
    go_on()
    for number in (1, 2, 5, 8):
        say_yes(mailing, number)
    Attendance.objects.filter(via=via(mark(mailing.id, 0))).update(status="declined")
    # One without a mark was brought by something else; the mark of another mailing is another one.
    Attendance.objects.filter(person__deliveries__number=8).update(via="mailing:0123456789ab:2")
    assert [line.yes for line in figures(read(mailing))] == [0, 2, 0]
    say_yes(mailing, 3)
    with later():
        assert go_on() == 1
        send()
    mailing = read(mailing)
    assert (mailing.chosen, mailing.chosen_by) == (1, "most")
    assert Counter(got(mailing).values()) == {"One": 4, "Two": 13, "Three": 3}


def test_with_few_answers_the_first_one_goes(root: Group) -> None:
    mailing = invitation(root)
    send()
    go_on()
    say_yes(mailing, 2)
    with later():
        assert go_on() == 1
    assert read(mailing).chosen_by == "first"


@pytest.mark.parametrize(
    ("yes", "sent", "which"),
    [
        ((10, 11), (100, 100), 1),
        ((11, 10), (100, 100), 0),
        ((10, 10), (100, 100), None),
        ((10, 10), (100, 99), 1),
        ((5, 10, 10), (100, 100, 100), None),
        ((9, 10), (100, 100), None),
        ((0, 20), (0, 100), 1),
        ((None, None), (100, 100), None),
    ],
)
def test_better_is_more_yeses_for_each_copy(
    yes: tuple[int | None, ...], sent: tuple[int, ...], which: int | None
) -> None:
    nothing = {"back": 0, "unwanted": 0, "stopped": 0}
    lines = [Figures(sent=copies, yes=said, **nothing) for copies, said in zip(sent, yes, strict=True)]
    assert better(lines) == which


def test_it_is_paused_during_the_wait_and_decided_when_it_goes_on(root: Group) -> None:
    mailing = begun(root)
    send()
    go_on()
    move(SYSTEM, mailing=mailing, how="pause")
    with later():
        assert go_on() == 0
        send()
        assert len(got(mailing)) == 10
        move(SYSTEM, mailing=mailing, how="resume")
        assert go_on() == 1
        send()
    assert len(got(mailing)) == 20


def test_somebody_decides_while_it_is_paused(root: Group) -> None:
    mailing = begun(root)
    send()
    move(SYSTEM, mailing=mailing, how="pause")
    choose_subject(SYSTEM, mailing=mailing, subject=1)
    send()
    assert len(got(mailing)) == 10
    move(SYSTEM, mailing=mailing, how="resume")
    send()
    assert Counter(got(mailing).values())["Two"] == 13


def test_it_is_cancelled_during_the_wait(root: Group) -> None:
    mailing = begun(root)
    send()
    go_on()
    move(SYSTEM, mailing=mailing, how="cancel")
    with later():
        assert go_on() == 0
        send()
    assert len(got(mailing)) == 10
    with pytest.raises(TooLate):
        choose_subject(SYSTEM, mailing=mailing, subject=1)


def test_two_rounds_at_once_choose_once(root: Group) -> None:
    mailing = begun(root)
    assert not subjects._go_on(uuid7())
    assert subjects._go_on(mailing.id) is False
    assert read(mailing).rest_at


def test_a_copy_that_is_tried_again_after_the_choice_keeps_its_subject(
    root: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = begun(root)
    with monkeypatch.context() as away:
        away.setattr(leases.Batch, "ended", lambda self, one, *_: self.again(one))
        send()
    assert Deferred.objects.count() == 10
    again = got(mailing)
    for number in again:
        kept.kept_path(mailing.organisation_id, mailing.id, number).unlink()
    choose_subject(SYSTEM, mailing=mailing, subject=2)
    with later():
        send()
    assert {number: said for number, said in got(mailing).items() if number < 11} == again == turns(range(1, 11))


def test_a_few_people_are_all_tested_and_nobody_waits(root: Group) -> None:
    mailing = begun(root, people=2)
    send()
    assert (read(mailing).state, got(mailing)) == (Mailing.State.FINISHED, turns(range(1, 3)))
    with pytest.raises(TooLate):
        choose_subject(SYSTEM, mailing=mailing, subject=1)


def drawn(root: Group) -> set[int]:
    """Of a hundred people in the order in which they came, who tests."""
    mailing = begun(root, people=100, share=20)
    came = {
        person: number for number, person in enumerate(Person.objects.order_by("id").values_list("id", flat=True))
    }
    tested = Delivery.objects.filter(mailing_id=mailing.id, number__lte=mailing.tested)
    return {came[person] for person in tested.values_list("person_id", flat=True)}


def test_who_tests_is_drawn_by_lot(root: Group) -> None:
    """By chance alone all 20 would be among the first 50 once in ten million times."""
    chosen = drawn(root)
    assert len(chosen) == 20
    assert max(chosen) >= 50


def test_without_the_lot_those_who_came_first_test(root: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(rounds, "freeze", lambda mailing, chosen, **_: audience.freeze(mailing, chosen))
    with pytest.raises(AssertionError):
        test_who_tests_is_drawn_by_lot(root)


def test_only_copies_of_the_test_say_in_their_link_which_subject_they_had(root: Group) -> None:
    mailing = invitation(root)
    send()
    choose_subject(SYSTEM, mailing=mailing, subject=1)
    send()
    for number in range(1, 21):
        body = copy(mailing, number).get_body(("plain",)).get_content()
        link = body.partition("/me/come/")[2].split()[0]
        organisation, event, person, marked = invited(link)
        assert (organisation, event) == (mailing.organisation_id, mailing.event_id)
        assert person == Delivery.objects.get(mailing_id=mailing.id, number=number).person_id
        assert marked == (mark(mailing.id, (number - 1) % 3) if number <= 10 else None)


def test_what_is_known_of_each_is_counted(root: Group) -> None:
    mailing = begun(root)
    send()
    assert [(line.sent, line.yes) for line in figures(read(mailing))] == [(4, None), (3, None), (3, None)]
    for number, made in ((2, bounce), (3, complaint), (12, bounce)):
        address = f"bounces+{trace_of(mailing.id, number)}@example.org"
        take_back(made(to=address) if made is bounce else made(sent_by=address))
    gone = Delivery.objects.get(mailing_id=mailing.id, number=1).person_id
    stop_mail(root.organisation_id, [Action(uuid7(), "stop", root.organisation_id, gone, b"{}", now())])
    found = [(line.back, line.unwanted, line.stopped) for line in figures(read(mailing))]
    assert found == [(0, 0, 1), (1, 0, 0), (0, 1, 1)]


@pytest.mark.parametrize("people", [3, 40])
def test_what_is_known_costs_the_same_of_many(root: Group, people: int) -> None:
    mailing = invitation(root, people)
    send()
    with CaptureQueriesContext(connection) as asked:
        figures(mailing)
    assert len(asked) == 4


def test_taking_copies_asks_no_more_than_without_a_test(root: Group) -> None:
    """What is decided for a whole range is in the row that is locked anyway."""
    costs = []
    for people, tested in ((20, True), (0, False)):
        mailing = begun(root, people)
        if not tested:
            words = {"en": {"subject": "One", "text": "Come."}}
            Mailing.objects.filter(id=mailing.id).update(words=words, tested=0)
        with CaptureQueriesContext(connection) as asked:
            batch = leases.acquire(uuid7(), uuid7(), 10)
        assert batch
        assert len(batch.waiting) == 10
        writer = Writer()
        writer.prepare(batch.mailing)
        with CaptureQueriesContext(connection) as written:
            for one in batch.waiting:
                writer(batch, one)
        assert not written
        costs.append(len(asked))
        batch.journal.close(delete=True)
        Mailing.objects.filter(id=mailing.id).update(state="cancelled")
    assert costs[0] == costs[1]


def test_two_people_agree_to_all_subjects_and_to_how_they_are_tested(
    root: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MANY", 1)
    for name in ("Ada", "Bo"):
        made_up.subscriber(root.organisation, name)
    first, second = made_up.account(root, made_up.MAILER), made_up.account(root, made_up.MAILER, "bea@example.org")
    asker, agreer = made_up.actor_for(first), made_up.actor_for(second)
    draft = Draft(words=WORDS)
    mailing = compose(SYSTEM, group=root, draft=draft)
    with time_machine.travel(now() + approvals.HELD):
        until = now() + timedelta(minutes=5)
        asked = ask_for_it(asker, mailing=mailing)
        said = approvals.sentence(asked)
        assert "First 20% of them test 3 subjects, and the rest waits for 4 hours." in said
        approvals.approve(agreer, approval=asked, fresh_until=until)
        other: Mapping[str, Mapping[str, str]] = {"en": {**WORDS["en"], "subject3": "Else"}}
        for changed in (replace(draft, share=30), replace(draft, hours=5), replace(draft, words=other)):
            change(asker, mailing=mailing, draft=changed)
            with pytest.raises(approvals.AudienceChanged):
                release(asker, mailing=mailing, fresh_until=until, approval=asked)
        change(asker, mailing=mailing, draft=draft)
        assert release(asker, mailing=mailing, fresh_until=until, approval=asked).starts_at


def test_a_mailing_with_one_subject_is_agreed_to_as_before(root: Group) -> None:
    """What was asked for before there were further subjects is not another thing by that."""
    made_up.subscriber(root.organisation, "Ada")
    mailing = compose(SYSTEM, group=root, draft=Draft(words={"en": {"subject": "One", "text": "Come."}}))
    asked = ask_for_it(made_up.actor(root, made_up.MAILER), mailing=mailing)
    assert approvals.sentence(asked) == "Send “One” to about 1 people."
    assert operations.what_is_agreed_to(asked).parts[0] == repr(
        [("en", [("preheader", ""), ("subject", "One"), ("text", "Come.")])]
    )
    assert len(operations.what_is_agreed_to(asked).parts) == 5


def refused(root: Group, words: Mapping[str, Mapping[str, str]], **more: Any) -> set[str]:
    with pytest.raises(InvalidFields) as wrong:
        compose(SYSTEM, group=root, draft=Draft(words=words, **more))
    assert not Mailing.objects.exists()
    return set(wrong.value.errors)


def test_what_is_wrong_with_a_subject_is_said_at_its_field(root: Group) -> None:
    one = WORDS["en"]
    french = {"subject": "Un", "subject2": "Deux", "text": "Venez."}
    assert refused(root, {"en": one, "fr": french}) == {"subject3-fr"}
    assert refused(root, {"en": {**one, "subject3": ""}, "fr": {**french, "subject3": "Trois"}}) == {"subject3"}
    assert refused(root, {"en": {**one, "subject3": "One"}}) == {"subject3"}
    assert refused(root, {"en": {**one, "subject2": "{surname}"}}) == {"subject2"}
    assert refused(root, {"en": {**one, "subject2": "{event}"}}, event=made_up.event(root)) == {"subject2"}
    assert refused(root, {"en": {**one, "subject4": "x" * 151}}) == {"subject4"}
    assert refused(root, {"en": one}, kind=Mailing.Kind.UPDATE) == {"subject2"}
    for share in (4, 51):
        assert refused(root, {"en": one}, share=share, hours=0) == {"share", "hours"}
    assert refused(root, {"en": one}, hours=25) == {"hours"}


def test_gaps_between_subjects_close_and_without_any_nothing_is_tested(root: Group) -> None:
    words = {"en": {"subject": "One", "subject4": "Two", "text": "Come."}, "fr": {"subject": "", "text": ""}}
    mailing = compose(SYSTEM, group=root, draft=Draft(words=words))
    assert mailing.words["en"]["further"] == ["Two"]
    assert [preview(mailing, "en", "Ada", which)["subject"] for which in range(2)] == ["One", "Two"]
    change(SYSTEM, mailing=mailing, draft=Draft(words={"en": {"subject": "One", "text": "Come."}}, share=0))
    mailing = read(mailing)
    assert "further" not in mailing.words["en"]
    assert (subjects.many(mailing), subjects.to_test(mailing, 100)) == (1, 0)
    with pytest.raises(TooLate):
        choose_subject(SYSTEM, mailing=mailing, subject=0)


def test_each_subject_is_looked_at_before_it_goes(root: Group) -> None:
    words = {"en": {"subject": "One", "preheader": "x", "text": "Come.", "subject2": "COME ON SATURDAY"}}
    (sentence,) = warnings(compose(SYSTEM, group=root, draft=Draft(words=words)))
    assert "in capitals" in sentence


def test_only_who_may_send_there_chooses(root: Group) -> None:
    mailing = begun(root)
    stranger = made_up.actor(made_up.root(made_up.organisation("others", "Others")), email="s@example.org")
    for actor, refusal in ((made_up.actor(root, made_up.VIEWER), NotAllowed), (stranger, NotFound)):
        with pytest.raises(refusal):
            choose_subject(actor, mailing=mailing, subject=1)
    for subject in (-1, 3):
        with pytest.raises(NotFound):
            choose_subject(SYSTEM, mailing=mailing, subject=subject)
    assert choose_subject(made_up.actor(root, made_up.MAILER), mailing=mailing, subject=1).chosen == 1
