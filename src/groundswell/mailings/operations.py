"""Writing a mailing, letting it go, and stopping it on its way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groundswell.attendances.by_two import MANY
from groundswell.events.models import Event
from groundswell.groups import approvals
from groundswell.groups.access import SEND, Actor
from groundswell.groups.approvals import Content
from groundswell.groups.errors import InvalidFields, NotFound, SignInTooOld
from groundswell.groups.models import Approval, Group
from groundswell.groups.queries import group_with_branches
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.mailings.domains import unwanted
from groundswell.mailings.doubts import in_doubt, send_again
from groundswell.mailings.errors import NeedsTwo, Nobody, NoPostalAddress, NotADraft, TooLate
from groundswell.mailings.leases import append_results
from groundswell.mailings.models import Mailing, Result
from groundswell.mailings.subjects import HOURS, SHARES, choose, many, waits_for_subject
from groundswell.mailings.words import FURTHER, Words, checked
from groundswell.people import segments
from groundswell.people.models import Purpose, Reach, Segment

TO_STOP = timedelta(minutes=10)
"""So long a mailing can be stopped before its first copy goes out."""

BIG_MAILING = "mailings.send"

State = Mailing.State
EVERYBODY: Mapping[str, Any] = {"steps": []}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody wrote: words by language as they were typed, whom they mean, what it is and about what.

    Where a saved ``segment`` is named, they mean whom it means when the mailing is let go.
    ``share`` and ``hours`` say how further subjects are tested (:mod:`.subjects`), if there are any; ``archived``
    whether it stands on a page as well, and ``counted`` whether visits by its buttons are counted.
    """

    words: Mapping[str, Mapping[str, str]]
    audience: Mapping[str, Any] = field(default_factory=lambda: dict(EVERYBODY))
    segment: Segment | None = None
    kind: str = Mailing.Kind.ANNOUNCEMENT
    purpose: str = Purpose.UPDATES
    event: Event | None = None
    share: int = 20
    hours: int = 4
    archived: bool = False
    counted: bool = False


@transaction.atomic
def compose(actor: Actor, *, group: Group, draft: Draft) -> Mailing:
    """Keep a mailing as a draft (3 queries).

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless they may send there.
    :raises InvalidFields: with a sentence for each field that is wrong; of another language than the
        organisation's own as ``field-language``.
    :raises SegmentUnclear: if the audience cannot be understood.
    """
    actor.require(SEND, group.id)
    made = Mailing(organisation_id=group.organisation_id, group=group, **_values(group, draft))
    made.save(force_insert=True)
    _record(actor, made, "mailings.compose")
    return made


@transaction.atomic
def change(actor: Actor, *, mailing: Mailing, draft: Draft) -> Mailing:
    """Write a draft anew (4 queries).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless they may send in its group.
    :raises NotADraft: if it is on its way.
    :raises InvalidFields: with a sentence for each field that is wrong.
    :raises SegmentUnclear: if the audience cannot be understood.
    """
    locked = _locked(actor, mailing)
    if locked.state != State.DRAFT:
        raise NotADraft
    for name, value in _values(locked.group, draft).items():
        setattr(locked, name, value)
    locked.save()
    _record(actor, locked, "mailings.change")
    return locked


def _values(group: Group, draft: Draft) -> dict[str, Any]:
    own = group.organisation.offered[0]
    errors: dict[str, str] = {}
    words: dict[str, Words] = {}
    for language, sent in draft.words.items():
        if language != own and not any(sent.values()):
            continue
        try:
            words[language] = checked(sent, has_event=draft.event is not None)
        except InvalidFields as invalid:
            at = "" if language == own else f"-{language}"
            errors |= {f"{name}{at}": sentence for name, sentence in invalid.errors.items()}
    errors = _wrong_with_test(draft, own) | errors
    if errors:
        raise InvalidFields(errors)
    # Understood once, so that nothing is kept that cannot be read again.
    meant = draft.segment.definition if draft.segment else draft.audience
    segments.parse(meant)
    return {
        "words": {language: said.stored() for language, said in words.items()},
        "audience": dict(meant),
        "segment": draft.segment,
        "kind": draft.kind,
        "purpose": draft.purpose,
        "event": draft.event,
        "share": draft.share,
        "hours": draft.hours,
        "archived": draft.archived,
        "counted": draft.counted,
    }


def _wrong_with_test(draft: Draft, own: str) -> dict[str, str]:
    """What is wrong with further subjects as they were typed, by field."""
    typed = {code: sent for code, sent in draft.words.items() if code == own or any(sent.values())}
    errors: dict[str, str] = {}
    for name in FURTHER:
        filled = {code for code, sent in typed.items() if sent.get(name, "").strip()}
        for code in typed.keys() - filled if filled else ():
            at = name if code == own else f"{name}-{code}"
            errors[at] = _("Write this subject in every language in which there is a text, or in none.")
    if not any(sent.get(name, "").strip() for sent in typed.values() for name in FURTHER):
        return errors
    if draft.kind in Mailing.URGENT:
        errors[FURTHER[0]] = _("An update on the day goes to everybody at once: leave further subjects out.")
    if draft.share not in SHARES:
        errors["share"] = _("Between 5 and 50 percent can test.")
    if draft.hours not in HOURS:
        errors["hours"] = _("The rest can wait for 1 to 24 hours.")
    return errors


def audience(mailing: Mailing) -> QuerySet[Reach]:
    """Who would get it now: who is meant, allows it, and belongs to its group where that is a branch; lazy."""
    meant = segments.parse(mailing.meant)
    chosen = segments.chosen(mailing.organisation_id, meant, purpose=mailing.purpose, channel=mailing.channel)
    if mailing.group.parent_id is None:
        return chosen
    return chosen.filter(person__belonging__group_id__in=group_with_branches(mailing.group))


def reached(mailing: Mailing) -> int:
    """How many people would get it now (1 query, or 2)."""
    return audience(mailing).values("person_id").distinct().count()


@transaction.atomic
def ask_for_it(actor: Actor, *, mailing: Mailing) -> Approval:
    """Ask a second person to agree to exactly these words to exactly whom they say.

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless they may send in its group, and have an account.
    :raises NotADraft: if it is on its way.
    """
    locked = _locked(actor, mailing)
    if locked.state != State.DRAFT:
        raise NotADraft
    said = {"people": str(reached(locked))}
    if many(locked) > 1:
        said |= {"subjects": str(many(locked)), "share": str(locked.share), "hours": str(locked.hours)}
    return approvals.ask(
        actor,
        kind=BIG_MAILING,
        group=locked.group,
        subject=locked.id,
        title=next(iter(locked.words.values()))["subject"],
        said=said,
    )


def what_is_agreed_to(approval: Approval) -> Content:
    """The words, whom they are for, what it is, how its subjects are tested, its page, and what is counted.

    The people themselves may come and go until it is sent.
    """
    mailing = Mailing.objects.filter(id=approval.subject, organisation_id=approval.organisation_id).first()
    if mailing is None or mailing.state != State.DRAFT:
        raise TooLate
    return Content(
        parts=[
            repr(sorted((language, sorted(said.items())) for language, said in mailing.words.items())),
            repr(segments.written(segments.parse(mailing.meant))),
            mailing.kind,
            mailing.purpose,
            str(mailing.event_id),
            # What was asked for before there were such things stays what it was.
            *([str(mailing.share), str(mailing.hours)] if many(mailing) > 1 else []),
            *(name for name in ("archived", "counted") if getattr(mailing, name)),
        ]
    )


def what_is_asked_for(approval: Approval) -> str:
    """The request in words (0 queries)."""
    said: dict[str, str] = {"title": approval.title, "people": "?"} | approval.said
    if "subjects" not in said:
        return _("Send “%(title)s” to about %(people)s people.") % said
    tested = ngettext(
        "Send “%(title)s” to about %(people)s people. "
        "First %(share)s%% of them test %(subjects)s subjects, and the rest waits for %(hours)s hour.",
        "Send “%(title)s” to about %(people)s people. "
        "First %(share)s%% of them test %(subjects)s subjects, and the rest waits for %(hours)s hours.",
        int(said["hours"]),
    )
    return tested % said


@transaction.atomic
def release(
    actor: Actor,
    *,
    mailing: Mailing,
    fresh_until: datetime | None,
    approval: Approval | None = None,
    due_at: datetime | None = None,
) -> Mailing:
    """Let a draft go: it can be stopped for ten minutes, and goes out after them or at ``due_at``.

    ``fresh_until`` is what :func:`groundswell.groups.freshness.fresh_until` says of the actor's sign-in.
    Queries: 6, 1 where it follows a saved segment, and those of a second person's word.

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless they may send in its group.
    :raises SignInTooOld: unless their sign-in is fresh.
    :raises NotADraft: if it is on its way.
    :raises NoPostalAddress: if the organisation has none.
    :raises Nobody: if nobody would get it.
    :raises NeedsTwo: if it goes to more than 500 and nobody agreed.
    :raises ApprovalRefused: if what somebody agreed to is too old or something else, each by its own name.
    """
    locked = _locked(actor, mailing)
    if not actor.everything and (fresh_until is None or fresh_until <= now()):
        raise SignInTooOld
    if locked.state != State.DRAFT:
        raise NotADraft
    if not locked.organisation.postal_address:
        raise NoPostalAddress
    _settle_audience(locked)
    people = reached(locked)
    if not people:
        raise Nobody
    # Only an account signs in, so whoever is not the system is one.
    locked.released_by_id, locked.agreed_by_id = actor.id, None
    if people > MANY and not actor.everything:
        if approval is None or approval.subject != locked.id:
            raise NeedsTwo
        locked.agreed_by_id = approvals.spend(actor, approval=approval, kind=BIG_MAILING).approved_by_id
    locked.state = State.WAITING
    locked.starts_at = max(now() + TO_STOP, due_at or now())
    # What was agreed to, until it begins: then it is who exactly gets it.
    locked.copies, locked.note = people, ""
    changed = ["state", "starts_at", "copies", "note", "audience", "released_by", "agreed_by"]
    locked.save(update_fields=changed)
    _record(actor, locked, "mailings.release", people=people)
    return locked


def _settle_audience(locked: Mailing) -> None:
    """Keep what the saved segment says now, which nothing changes any more (1 query, or none)."""
    if locked.segment_id:
        # Locked, so that what is counted, was agreed to and is kept are one and the same.
        locked.segment = Segment.objects.select_for_update().filter(id=locked.segment_id).first()
    locked.audience = dict(locked.meant)


@dataclass(frozen=True)
class _Move:
    """From where to where a move leads, and what the ledger calls it."""

    before: frozenset[str]
    after: str
    verb: str


def _from(before: Iterable[str], after: str, verb: str) -> _Move:
    return _Move(frozenset(before), after, verb)


_MOVES: Mapping[str, _Move] = {
    "stop": _from({State.WAITING}, State.DRAFT, "mailings.stop"),
    "pause": _from({State.SENDING}, State.PAUSED, "mailings.pause"),
    "resume": _from({State.PAUSED}, State.SENDING, "mailings.resume"),
    "cancel": _from({State.WAITING, State.SENDING, State.PAUSED}, State.CANCELLED, "mailings.cancel"),
}

MOVES = tuple(_MOVES)


@transaction.atomic
def move(actor: Actor, *, mailing: Mailing, how: str) -> Mailing:
    """``stop`` it before it begins (a draft again), ``pause``, ``resume`` or ``cancel`` it (up to 4 queries).

    What a worker has in its hands goes out within seconds, the rest not.

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless they may send in its group.
    :raises TooLate: if it is not where this can be done.
    """
    locked = _locked(actor, mailing)
    found = _MOVES[how]
    if locked.state not in found.before:
        raise TooLate
    locked.state = after = found.after
    if how == "resume" and locked.note:
        locked.forgiven, _taken = unwanted(locked)
        locked.warned = False
    locked.note = ""
    if after == State.DRAFT:
        locked.starts_at = None
    if locked.frozen_at is None:
        locked.copies = 0
    if after == State.CANCELLED:
        locked.finished_at = now()
    locked.save(update_fields=["state", "note", "forgiven", "warned", "starts_at", "copies", "finished_at"])
    _record(actor, locked, found.verb)
    return locked


def has_grown(mailing: Mailing) -> bool:
    """Whether one that was let go would reach more than its size allows by what was agreed to (1 query).

    To more than five hundred a second person agrees; they agreed to a number, of which a tenth more may be added.
    """
    return approvals.outgrows(reached(mailing), mailing.copies, MANY)


@transaction.atomic
def choose_subject(actor: Actor, *, mailing: Mailing, subject: int) -> Mailing:
    """Let the rest of a mailing whose subjects are tested have this one, counted from 0 (4 queries).

    Copies of the test keep the one that they have.

    :raises NotFound: if it is none of the actor's, or has no such subject.
    :raises NotAllowed: unless they may send in its group.
    :raises TooLate: if nothing is tested, the subject is chosen, or the mailing is not on its way.
    """
    locked = _locked(actor, mailing)
    if not 0 <= subject < many(locked):
        raise NotFound
    under_way = locked.state in {State.SENDING, State.PAUSED}
    if not under_way or not waits_for_subject(locked):
        raise TooLate
    choose(locked, subject, Mailing.Chosen.PERSON)
    _record(actor, locked, "mailings.choose_subject", subject=subject + 1)
    return locked


@transaction.atomic
def decide(actor: Actor, *, mailing: Mailing, again: bool) -> int:
    """Send the copies that are in doubt again, or leave them; returns how many there were (up to 10 queries).

    Of those who are sent one again some will get two. Whoever does not allow it any more gets none.

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless they may send in its group.
    :raises TooLate: if none is in doubt, or it is cancelled and cannot be sent.
    """
    locked = _locked(actor, mailing)
    numbers = list(in_doubt(locked).order_by("number").values_list("number", flat=True))
    if not numbers or (again and locked.state == State.CANCELLED):
        raise TooLate
    if again:
        send_again(locked, numbers)
    else:
        append_results(locked, [(number, Result.State.LEFT, 0) for number in numbers])
    _record(actor, locked, "mailings.send_again" if again else "mailings.leave", people=len(numbers))
    return len(numbers)


def moves(mailing: Mailing) -> list[str]:
    """What can be done with it where it is (0 queries)."""
    return [how for how, found in _MOVES.items() if mailing.state in found.before]


def _locked(actor: Actor, mailing: Mailing) -> Mailing:
    """The row as it is now, for an actor who may send it (1 query)."""
    actor.require(SEND, mailing.group_id)
    rows = Mailing.objects.select_related("organisation", "group__organisation", "segment")
    found: Mailing = rows.select_for_update(of=("self",)).get(id=mailing.id)
    return found


def _record(actor: Actor, mailing: Mailing, verb: str, **more: object) -> None:
    record(organisation_id=mailing.organisation_id, actor=actor.id, verb=verb, object_id=mailing.id, **more)
