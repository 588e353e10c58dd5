"""Writing a mailing, letting it go after a second person's word, and stopping it on its way."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db.models import Value
from pytest_django import DjangoAssertNumQueries

from groundswell.events.operations import cancel as cancel_event
from groundswell.groups import approvals
from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound, SignInTooOld
from groundswell.groups.models import Group, Organisation
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.crypto import BadLink
from groundswell.kit.ids import uuid7
from groundswell.mailings import leases, operations
from groundswell.mailings.access import mailing_for, mailings_for
from groundswell.mailings.checks import warnings
from groundswell.mailings.errors import NeedsTwo, Nobody, NoPostalAddress, NotADraft, TooLate
from groundswell.mailings.kept import kept_path, sweep
from groundswell.mailings.letters import preview
from groundswell.mailings.links import invited
from groundswell.mailings.models import Deferred, Delivery, Mailing, Result
from groundswell.mailings.operations import Draft, ask_for_it, change, compose, move, moves, reached, release
from groundswell.mailings.rounds import Rounds, begin
from groundswell.people.choices import stop_mail
from groundswell.people.errors import SegmentUnclear
from groundswell.people.links import STOP, token
from groundswell.people.merging import merge
from groundswell.people.models import Person, Reach, Segment
from groundswell.people.reach import suppress
from groundswell.people.saved import delete_segment, save_segment
from groundswell.people.segments import parse
from groundswell.people.sorting import put_into_group
from tests import made_up

pytestmark = pytest.mark.django_db

WORDS = {"en": {"subject": "Come, {first_name|friend}", "text": "Dear {name|friend},\n\ncome."}}
FRESH = timedelta(minutes=5)


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation(postal_address="1 High Street"))


def reach(organisation: Organisation, *names: str) -> list[Person]:
    return [made_up.subscriber(organisation, name) for name in names]


def draft(root: Group, **more: object) -> Mailing:
    return compose(SYSTEM, group=root, draft=Draft(**{"words": WORDS, **more}))  # type: ignore[arg-type]


def let_go(mailing: Mailing) -> Mailing:
    return release(SYSTEM, mailing=mailing, fresh_until=None)


def send_all() -> None:
    """What the worker does once the ten minutes are over."""
    with time_machine.travel(now() + timedelta(minutes=11)):
        begin()
        rounds = Rounds()
        while rounds.send():
            pass


def states(mailing: Mailing) -> dict[str, str]:
    """What became of each copy, by name."""
    names = dict(Delivery.objects.filter(mailing_id=mailing.id).values_list("number", "person__name"))
    found = dict(Result.objects.filter(mailing_id=mailing.id).values_list("number", "state"))
    return {name: found.get(number, "") for number, name in names.items()}


def test_everybody_who_allows_it_gets_one_copy(
    root: Group, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reach(root.organisation, "Ada", "Bo")
    made_up.person(root.organisation, "Cy")
    mailing = let_go(draft(root))
    assert mailing.state == Mailing.State.WAITING
    assert begin() == 0
    send_all()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.copies) == (Mailing.State.FINISHED, 2)
    assert states(mailing) == {"Ada": "sent", "Bo": "sent"}
    assert Reach.objects.filter(contacted_on__gt=0).count() == 2


def saved(root: Group, sample: int | None = None) -> Segment:
    """A segment of one name, which says this from now on: so many of everybody, or all."""
    meant = parse({"steps": []} if sample is None else {"steps": [], "sample": sample})
    return save_segment(SYSTEM, organisation=root.organisation, name="Ours", segmentation=meant)


def test_a_draft_follows_its_saved_segment_until_it_is_let_go(root: Group) -> None:
    reach(root.organisation, "Ada", "Bo", "Cy")
    mailing = draft(root, segment=saved(root, 1))
    assert reached(mailing_for(SYSTEM, mailing.id)) == 1
    saved(root, 2)
    assert reached(mailing_for(SYSTEM, mailing.id)) == 2
    assert let_go(mailing).copies == 2
    saved(root)
    assert reached(mailing_for(SYSTEM, mailing.id)) == 2
    stopped = move(SYSTEM, mailing=mailing, how="stop")
    assert reached(stopped) == 3
    let_go(stopped)
    saved(root, 1)
    send_all()
    assert set(states(mailing)) == {"Ada", "Bo", "Cy"}


def test_a_segment_that_is_saved_no_more_leaves_what_it_said(root: Group) -> None:
    reach(root.organisation, "Ada", "Bo")
    segment = saved(root, 1)
    mailing = draft(root, segment=segment)
    delete_segment(SYSTEM, segment=segment)
    assert reached(mailing_for(SYSTEM, mailing.id)) == 1
    assert let_go(mailing).copies == 1


def test_what_was_agreed_to_is_what_the_segment_said_then(root: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MANY", 0)
    reach(root.organisation, "Ada", "Bo", "Cy")
    asker = made_up.actor_for(made_up.account(root, made_up.MAILER))
    agreer = made_up.actor_for(made_up.account(root, made_up.MAILER, "bea@example.org"))
    with time_machine.travel(now() + approvals.HELD):
        until = now() + FRESH
        mailing = draft(root, segment=saved(root, 1))
        asked = ask_for_it(asker, mailing=mailing)
        approvals.approve(agreer, approval=asked, fresh_until=until)
        saved(root, 2)
        with pytest.raises(approvals.AudienceChanged):
            release(asker, mailing=mailing, fresh_until=until, approval=asked)
        saved(root, 1)
        assert release(asker, mailing=mailing, fresh_until=until, approval=asked).copies == 1


def test_a_copy_says_whose_it_is_and_how_to_get_no_more(root: Group) -> None:
    reach(root.organisation, "Zoë Müller")
    mailing = let_go(draft(root))
    send_all()
    message = message_from_bytes(kept_path(root.organisation_id, mailing.id, 1).read_bytes(), policy=default)
    assert message["Subject"] == "Come, Zoë"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Feedback-ID"]
    assert message["List-Id"]
    link = str(message["List-Unsubscribe"])[1:-1]
    for kind in ("plain", "html"):
        body = message.get_body((kind,)).get_content()
        assert "Dear Zoë Müller," in body
        assert link in body
        assert "1 High Street" in body
        assert "<img" not in body


def test_a_picture_is_the_event_s_and_the_same_for_everybody(root: Group) -> None:
    reach(root.organisation, "Ada", "Bo")
    event = made_up.event(root, title="A rally")
    picture = made_up.picture(event, alt="A crowd before <a> hall")
    words = {"en": {"subject": "Come", "text": "{picture}\n\nCome."}}
    mailing = let_go(draft(root, event=event, words=words))
    send_all()
    bodies = []
    for number in (1, 2):
        raw = kept_path(root.organisation_id, mailing.id, number).read_bytes()
        message = message_from_bytes(raw, policy=default)
        assert "[A crowd before <a> hall]" in message.get_body(("plain",)).get_content()
        bodies.append(message.get_body(("html",)).get_content())
    shown = {found for body in bodies for found in re.findall(r"<img [^>]*>", body)}
    assert len(shown) == 1
    assert f'src="{settings.PUBLIC_URL}/p/{picture.id}.webp" alt="A crowd before &lt;a&gt; hall"' in shown.pop()


def test_an_event_without_a_picture_shows_none_and_that_is_said_before(root: Group) -> None:
    words = {"en": {"subject": "Come", "text": "{picture}\n\nCome."}}
    mailing = draft(root, event=made_up.event(root), words=words)
    assert "<img" not in preview(mailing, "en", "Ada")["html"]
    assert "The event has no picture, so none is shown." in warnings(mailing)


def test_an_invitation_has_a_link_by_which_its_reader_comes(root: Group) -> None:
    (ada,) = reach(root.organisation, "Ada")
    event = made_up.event(root, title="A rally")
    mailing = let_go(draft(root, event=event, kind=Mailing.Kind.INVITATION))
    send_all()
    message = message_from_bytes(kept_path(root.organisation_id, mailing.id, 1).read_bytes(), policy=default)
    for kind in ("plain", "html"):
        body = message.get_body((kind,)).get_content()
        assert "A rally" in body
        (given,) = re.findall(r"/me/come/([\w-]+)", body)
        assert invited(given) == (root.organisation_id, event.id, ada.id, None)
    with pytest.raises(BadLink):
        invited(token(STOP, root.organisation_id, ada.id))


def test_who_takes_it_back_is_suppressed_or_forgotten_after_the_freeze_gets_none(root: Group) -> None:
    ada, bo, cy, _dee = reach(root.organisation, "Ada", "Bo", "Cy", "Dee")
    mailing = let_go(draft(root))
    with time_machine.travel(now() + timedelta(minutes=11)):
        begin()
    stop = Action(uuid7(), "stop", root.organisation_id, ada.id, b"{}", now())
    assert stop_mail(root.organisation_id, [stop]) == []
    suppress(root.organisation_id, "email", {bo.email: "bounced"})
    cy.delete()
    # The narrow copy lies: what counts is the ledger.
    Reach.objects.update(allows=16)
    send_all()
    assert states(mailing) == {"Ada": "skipped", "Bo": "skipped", "Dee": "sent"}


def test_of_two_who_became_one_after_the_freeze_only_the_one_who_is_kept_gets_it(root: Group) -> None:
    ada, bo = reach(root.organisation, "Ada", "Bo")
    mailing = let_go(draft(root))
    with time_machine.travel(now() + timedelta(minutes=11)):
        begin()
    merge(SYSTEM, kept=ada, away=bo)
    send_all()
    assert states(mailing) == {"Ada": "sent", "Bo": "skipped"}


def test_who_reads_the_copy_instead_of_the_ledger_writes_to_who_took_it_back(
    root: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr("groundswell.mailings.leases.last_said", lambda *_: Value("grant"))
    with pytest.raises(AssertionError):
        test_who_takes_it_back_is_suppressed_or_forgotten_after_the_freeze_gets_none(root)


def test_what_begins_while_others_are_sent_is_written_as_well(
    root: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach(root.organisation, "Ada")
    first, second = let_go(draft(root)), let_go(draft(root))
    take = leases.acquire

    def begin_before(*given: Any, **more: Any) -> leases.Batch | None:
        begin()
        return take(*given, **more)

    Mailing.objects.filter(id=first.id).update(starts_at=now())
    begin()
    # Of the first one, nothing is left but a copy whose time has not come.
    Mailing.objects.filter(id=first.id).update(next=2)
    own = {"organisation_id": root.organisation_id, "mailing_id": first.id, "number": 1}
    Deferred.objects.create(**own, due_at=now() + timedelta(hours=1))
    Mailing.objects.filter(id=second.id).update(starts_at=now())
    monkeypatch.setattr(leases, "acquire", begin_before)
    Rounds().send()
    assert states(second) == {"Ada": "sent"}


def test_what_a_worker_left_when_it_failed_it_takes_up_again(root: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    reach(root.organisation, "Ada")
    mailing, rounds = let_go(draft(root)), Rounds()
    Mailing.objects.update(starts_at=now())
    begin()
    with monkeypatch.context() as broken:
        broken.setattr("groundswell.mailings.kept.keep_file", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rounds.send()
    assert states(mailing) == {"Ada": ""}
    while rounds.send():
        pass
    assert states(mailing) == {"Ada": "sent"}


def test_the_kept_copy_of_who_is_forgotten_goes(root: Group) -> None:
    ada, _bo = reach(root.organisation, "Ada", "Bo")
    mailing = let_go(draft(root))
    send_all()
    number = Delivery.objects.get(person=ada).number
    # What other tests left behind goes with it.
    sweep()
    assert kept_path(root.organisation_id, mailing.id, number).exists()
    ada.delete()
    assert sweep() == 1
    assert not kept_path(root.organisation_id, mailing.id, number).exists()


def test_the_same_human_in_two_organisations_gets_what_each_may_send(root: Group) -> None:
    other = made_up.root(made_up.organisation("others", "Others", postal_address="2 High Street"))
    for group in (root, other):
        made_up.subscriber(group.organisation, "Ada")
    both = [let_go(draft(group)) for group in (root, other)]
    send_all()
    assert [states(mailing) for mailing in both] == [{"Ada": "sent"}, {"Ada": "sent"}]


def test_who_is_in_three_groups_gets_one_copy_and_a_branch_writes_to_its_own(root: Group) -> None:
    ada, _bo = reach(root.organisation, "Ada", "Bo")
    branch = made_up.branch(root)
    below = made_up.branch(branch, "below", "Below")
    for group in (root, branch, below):
        put_into_group(SYSTEM, group=group, people=[ada.id])
    mailing = let_go(compose(SYSTEM, group=branch, draft=Draft(words=WORDS)))
    assert reached(mailing) == 1
    send_all()
    assert states(mailing) == {"Ada": "sent"}


def test_what_is_wrong_is_said_and_nothing_is_kept(root: Group) -> None:
    with pytest.raises(InvalidFields) as refused:
        compose(
            SYSTEM, group=root, draft=Draft(words={"en": {"subject": "", "text": ""}, "fr": {"subject": "Oui"}})
        )
    assert set(refused.value.errors) == {"subject", "text", "text-fr"}
    with pytest.raises(SegmentUnclear):
        draft(root, audience={"steps": [{"is": "nothing"}]})
    assert not Mailing.objects.exists()


def test_only_a_draft_is_changed(root: Group) -> None:
    reach(root.organisation, "Ada")
    mailing = draft(root)
    words = {"en": {"subject": "Later", "text": "Come later."}, "fr": {"subject": "", "text": ""}}
    changed = change(SYSTEM, mailing=mailing, draft=Draft(words=words))
    assert list(changed.words) == ["en"]
    assert preview(changed, "en", "Ada Lovelace")["subject"] == "Later"
    let_go(mailing)
    with pytest.raises(NotADraft):
        change(SYSTEM, mailing=mailing, draft=Draft(words=WORDS))
    with pytest.raises(NotADraft):
        let_go(mailing)
    with pytest.raises(NotADraft):
        ask_for_it(SYSTEM, mailing=mailing)


def test_it_is_not_let_go_without_an_address_or_to_nobody_or_by_an_old_sign_in(root: Group) -> None:
    mailing = draft(root)
    with pytest.raises(Nobody):
        let_go(mailing)
    reach(root.organisation, "Ada")
    actor = made_up.actor(root, made_up.MAILER)
    for stale in (None, now()):
        with pytest.raises(SignInTooOld):
            release(actor, mailing=mailing, fresh_until=stale)
    Organisation.objects.update(postal_address="")
    with pytest.raises(NoPostalAddress):
        release(actor, mailing=mailing, fresh_until=now() + FRESH)
    Organisation.objects.update(postal_address="1 High Street")
    assert release(actor, mailing=mailing, fresh_until=now() + FRESH).state == Mailing.State.WAITING


def test_more_than_some_are_written_to_by_two(root: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MANY", 1)
    reach(root.organisation, "Ada", "Bo")
    first, second = made_up.account(root, made_up.MAILER), made_up.account(root, made_up.MAILER, "bea@example.org")
    mailing = draft(root)
    asker, agreer = made_up.actor_for(first), made_up.actor_for(second)
    with time_machine.travel(now() + approvals.HELD):
        until = now() + FRESH
        with pytest.raises(NeedsTwo):
            release(asker, mailing=mailing, fresh_until=until)
        asked = ask_for_it(asker, mailing=mailing)
        assert "2" in approvals.sentence(asked)
        with pytest.raises(NeedsTwo):
            release(asker, mailing=draft(root), fresh_until=until, approval=asked)
        approvals.approve(agreer, approval=asked, fresh_until=until)
        # Who joins in the meantime is no other mailing; another word is.
        reach(root.organisation, "Cy")
        change(asker, mailing=mailing, draft=Draft(words={"en": {"subject": "Else", "text": "Else."}}))
        with pytest.raises(approvals.AudienceChanged):
            release(asker, mailing=mailing, fresh_until=until, approval=asked)
        change(asker, mailing=mailing, draft=Draft(words=WORDS))
        assert release(asker, mailing=mailing, fresh_until=until, approval=asked).starts_at
        with pytest.raises(TooLate):
            operations.what_is_agreed_to(asked)


def test_it_is_stopped_paused_resumed_and_cancelled(root: Group) -> None:
    reach(root.organisation, "Ada")
    mailing = let_go(draft(root))
    assert moves(mailing) == ["stop", "cancel"]
    assert move(SYSTEM, mailing=mailing, how="stop").state == Mailing.State.DRAFT
    let_go(mailing)
    with time_machine.travel(now() + timedelta(minutes=11)):
        begin()
        assert move(SYSTEM, mailing=mailing, how="pause").state == Mailing.State.PAUSED
        assert Rounds().send() == 0
        assert move(SYSTEM, mailing=mailing, how="resume").state == Mailing.State.SENDING
        cancelled = move(SYSTEM, mailing=mailing, how="cancel")
        assert cancelled.finished_at
        with pytest.raises(TooLate):
            move(SYSTEM, mailing=mailing, how="resume")
        assert Rounds().send() == 0
    assert states(mailing) == {"Ada": ""}


def test_only_who_may_send_there_does(root: Group) -> None:
    mailing = draft(root)
    viewer, stranger = (
        made_up.actor(root, made_up.VIEWER),
        made_up.actor(made_up.root(made_up.organisation("others", "Others")), email="s@example.org"),
    )
    for actor, refusal in ((viewer, NotAllowed), (stranger, NotFound)):
        for call in (
            lambda actor: compose(actor, group=root, draft=Draft(words=WORDS)),
            lambda actor: change(actor, mailing=mailing, draft=Draft(words=WORDS)),
            lambda actor: ask_for_it(actor, mailing=mailing),
            lambda actor: release(actor, mailing=mailing, fresh_until=now() + FRESH),
            lambda actor: move(actor, mailing=mailing, how="cancel"),
            lambda actor: mailing_for(actor, mailing.id),
        ):
            with pytest.raises(refusal):
                call(actor)
        assert not mailings_for(actor, root.organisation_id)
    with pytest.raises(NotFound):
        mailing_for(SYSTEM, uuid7())
    mailer = made_up.actor(root, made_up.MAILER)
    assert mailing_for(mailer, mailing.id) == mailing
    assert list(mailings_for(mailer, root.organisation_id)) == [mailing]


@pytest.mark.parametrize(("agreed", "more", "goes"), [(2, 1, False), (10, 1, True), (10, 2, False)])
def test_what_grew_beyond_what_was_agreed_to_does_not_begin(
    root: Group, agreed: int, more: int, goes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MANY", 2)
    reach(root.organisation, *(f"p{number}" for number in range(agreed)))
    mailing = let_go(draft(root))
    reach(root.organisation, *(f"late{number}" for number in range(more)))
    send_all()
    mailing.refresh_from_db()
    assert mailing.state == (Mailing.State.FINISHED if goes else Mailing.State.DRAFT)
    assert Delivery.objects.filter(mailing_id=mailing.id).count() == (agreed + more if goes else 0)
    assert (mailing.note, mailing.starts_at is None, mailing.copies) == (
        ("", False, agreed + more) if goes else (Mailing.Note.GREW, True, 0)
    )
    if not goes:
        send_all()
        assert let_go(mailing).note == ""


def test_without_asking_how_many_there_are_by_now_it_would_go_to_all(
    root: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: with the guard taken out, one person's word is enough for any number."""
    monkeypatch.setattr(operations, "MANY", 2)
    monkeypatch.setattr(operations, "has_grown", lambda _mailing: False)
    reach(root.organisation, "Ada", "Bo")
    mailing = let_go(draft(root))
    reach(root.organisation, "Cy")
    send_all()
    assert Delivery.objects.filter(mailing_id=mailing.id).count() == 3


def test_what_is_let_go_and_stopped_has_no_copies(root: Group) -> None:
    reach(root.organisation, "Ada")
    mailing = let_go(draft(root))
    assert mailing.copies == 1
    assert [move(SYSTEM, mailing=mailing, how="stop").copies, let_go(mailing).copies] == [0, 1]


def test_the_card_of_an_event_says_that_it_is_cancelled_by_now(root: Group) -> None:
    event = made_up.event(root)
    words = {"en": {"subject": "Come", "text": "{event}"}}
    mailing = draft(root, words=words, event=event, kind=Mailing.Kind.INVITATION)
    assert "Yes, I’m coming" in preview(mailing, "en", "Ada")["html"]
    cancel_event(SYSTEM, event=event)
    mailing.refresh_from_db()
    for said in (preview(mailing, "en", "Ada")["html"], preview(mailing, "en", "Ada")["text"]):
        assert "This event is cancelled." in said
        assert "Yes, I’m coming" not in said
