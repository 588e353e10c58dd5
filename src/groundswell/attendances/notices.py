"""The organisers' words to those who are coming: it is off, has moved or is unsafe, a reminder, a note, thanks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from groundswell.attendances import by_two
from groundswell.attendances.errors import ToldAlready, ToldThatItIsOff
from groundswell.attendances.models import TO_UNDO, Attendance, Notice
from groundswell.attendances.readers import recipients
from groundswell.attendances.recording import record_notice
from groundswell.events.models import Event, Status
from groundswell.groups.access import SEND, Actor
from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Organisation
from groundswell.kit.clock import now
from groundswell.kit.text import bounded, one_line, paragraphs
from groundswell.outbox import operations as outbox
from groundswell.outbox.models import Effect

Kind = Notice.Kind
COPIES_AT_ONCE = 500
LATEST = timedelta(days=30)
ONCE = frozenset({Kind.CANCELLED, Kind.MOVED})
"""What people are told once; that something is unsafe may be said again and again, as things go."""


Words = Mapping[str, Mapping[str, str]]
"""A ``subject`` and a ``text`` for each language."""

IN_ITS_OWN: Words = {}


@transaction.atomic
def tell(
    actor: Actor,
    *,
    event: Event,
    kind: str,
    subject: str,
    text: str,
    words: Words = IN_ITS_OWN,
    due_at: datetime | None = None,
) -> Notice:
    """Write to everybody who said yes to an event, in two minutes or at a moment; each gets one copy.

    ``subject`` and ``text`` are in the organisation's own language, ``words`` in the others that it offers; where
    one has no text, its readers get the organisation's own. Queries: 4, and 1 where the event comes without its
    organisation.

    That it is unsafe never waits for another moment. What everybody must know waits for nobody else's word; the
    rest, to more than :data:`.by_two.MANY` people, does: a second person is asked then (1 query more).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor may write to its people, and to many has an account.
    :raises ToldAlready: if they were told already that this event was cancelled, or of this move.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    actor.require(SEND, event.group_id, event.id)
    own = {event.organisation.offered[0]: {"subject": subject, "text": text}}
    values = checked_notice(event, event.organisation, kind, {**words, **own}, due_at)
    if kind in ONCE and has_told(event, kind):
        raise ToldAlready
    notice = Notice(
        organisation_id=event.organisation_id,
        event=event,
        kind=kind,
        version=_version(event, kind),
        due_at=due_at or now() + TO_UNDO,
        **values,
    )
    if not by_two.ask_where_many(actor, notice=notice):
        record_notice(actor, notice, verb="attendances.warn" if kind == Kind.UNSAFE else "attendances.tell")
    return notice


def has_told(event: Event, kind: str) -> bool:
    """Whether those who are coming were told this about the event as it is now, or will be (1 query)."""
    standing = Notice.objects.filter(event=event, bloc=None, kind=kind, withdrawn_at=None)
    return standing.filter(version__gte=_version(event, kind)).exists()


def _version(event: Event, kind: str) -> int:
    # What is changed after a move, a typing error perhaps, is no other move.
    version: int = event.former.get("version", event.version) if kind == Kind.MOVED else event.version
    return version


@transaction.atomic
def withdraw_notice(actor: Actor, *, notice: Notice) -> bool:
    """Take a notice back before its first copy goes out; returns False where it was too late (3 queries).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless the actor may write to its people.
    """
    actor.require(SEND, notice.event.group_id, notice.event.id)
    waiting = Notice.objects.filter(id=notice.id, copies=0, after=None, finished_at=None, withdrawn_at=None)
    if not waiting.update(withdrawn_at=now()):
        return False
    record_notice(actor, notice, verb="attendances.withdraw_notice")
    return True


def has_said_that_it_is_off(event: Event) -> bool:
    """Whether the first copy has gone of what tells people that an event is cancelled (1 query)."""
    return Notice.objects.filter(event=event, bloc=None, kind=Kind.CANCELLED, after__isnull=False).exists()


@transaction.atomic
def withdraw_cancellation(actor: Actor, *, event: Event) -> None:
    """Take back whatever waits to tell people that an event is cancelled (2 queries, and 2 for what waits).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor may write to its people.
    :raises ToldThatItIsOff: if somebody was told.
    """
    waiting = Notice.objects.filter(
        event=event, bloc=None, kind=Kind.CANCELLED, finished_at=None, withdrawn_at=None
    )
    taken_back = [withdraw_notice(actor, notice=notice) for notice in waiting.select_related("event")]
    if not all(taken_back) or has_said_that_it_is_off(event):
        raise ToldThatItIsOff


def ready_in_each(event: Event, kind: str) -> dict[str, dict[str, str]]:
    """Words to begin with in each language that is offered, its own first (0 queries)."""
    return {code: _ready_in(code, event, kind) for code in event.organisation.offered}


def _ready_in(code: str, event: Event, kind: str) -> dict[str, str]:
    with translation.override(code):
        subject, text = ready_words(event, kind)
    return {"subject": subject, "text": text}


def ready_words(event: Event, kind: str) -> tuple[str, str]:
    """A subject and a text to begin with, for the organiser to change (0 queries)."""
    words = {
        Kind.CANCELLED: (
            _("Cancelled: %(title)s"),
            _("We are sorry: it will not take place. Please tell everybody whom you wanted to bring."),
        ),
        Kind.MOVED: (
            _("Changed: %(title)s"),
            _("Time or place have changed. Below is what holds now. If you cannot come then, please tell us."),
        ),
        Kind.UNSAFE: (
            _("Safety: %(title)s"),
            _(
                "It is not safe there at the moment. Please do not go. If you are there, leave calmly and do as "
                "the stewards say. Pass this on to everybody whom you brought: we write again once we know more."
            ),
        ),
        Kind.REMINDER: (
            _("Soon: %(title)s"),
            _("It is nearly time. Bring a friend, and look below for when and where."),
        ),
        Kind.NOTE: (_("About %(title)s"), ""),
        Kind.THANKS: (
            _("Thank you for coming: %(title)s"),
            _("Thank you for standing with us. Tell your friends how it was, and come again."),
        ),
    }
    subject, text = words[Kind(kind)]
    return (subject % {"title": event.title})[:140], text


def checked_notice(
    event: Event, ours: Organisation, kind: str, words: Words, due_at: datetime | None
) -> dict[str, Any]:
    """What a notice of an organisation's about an event says, made safe to store (0 queries).

    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    errors: dict[str, str] = {}
    if kind not in Kind.values:
        errors["kind"] = _("Choose what it is.")
    own, *others = ours.offered
    values: dict[str, Any] = dict(checked_words(words[own], errors))
    said = {own: list(values.values())}
    for code in words.keys() - {own}:
        if code not in others:
            errors[f"text_{code}"] = _("The organisation does not offer this language.")
        elif words[code].get("text", "").strip():
            said[code] = list(checked_words(words[code], errors, f"_{code}").values())
    values["words"] = said if len(said) > 1 else {}
    if due_at is not None and kind == Kind.UNSAFE:
        errors["due_at"] = _("This does not wait: leave day and time empty.")
    elif due_at is not None and not now() < due_at < event.closes_at + LATEST:
        errors["due_at"] = _("Choose a moment that lies ahead, at the latest 30 days after the event.")
    if errors:
        raise InvalidFields(errors)
    return values


def checked_words(typed: Mapping[str, str], errors: dict[str, str], mark: str = "") -> dict[str, str]:
    """Subject and text, made safe; what is wrong is said at their names with the mark behind."""
    values = {
        "subject": bounded(f"subject{mark}", typed.get("subject", ""), 140, one_line, errors),
        "text": bounded(f"text{mark}", typed.get("text", ""), 5000, paragraphs, errors),
    }
    for name, value in values.items():
        if not value:
            errors.setdefault(f"{name}{mark}", _("Write something here."))
    return values


def send_notices() -> int:
    """Put the copies of notices that are due into the outbox; returns how many (1 query, 6 to 8 for each)."""
    standing = Notice.objects.filter(finished_at=None, withdrawn_at=None, waits_for_two=False)
    due = standing.filter(due_at__lte=now()).order_by("due_at")
    return sum(_send_some(notice) for notice in list(due.values_list("id", flat=True)[:20]))


@transaction.atomic
def _send_some(notice_id: UUID) -> int:
    # How far it came is stored with the copies, so a kill repeats none and leaves none out.
    notice = _locked(notice_id)
    if notice.finished_at is not None or notice.withdrawn_at is not None or not _may_go(notice):
        return 0
    batch = _next_readers(notice)
    outbox.enqueue(_copy(notice, attendance) for attendance in batch)
    if batch:
        after = max(attendance.id for attendance in batch)
        # How many of another organisation's people were told is not for the host to know.
        own = sum(attendance.organisation_id == notice.organisation_id for attendance in batch)
        Notice.objects.filter(id=notice.id).update(
            after=max(after, notice.after or after), copies=F("copies") + own
        )
    if len(batch) < COPIES_AT_ONCE:
        Notice.objects.filter(id=notice.id).update(finished_at=now())
    return len(batch)


def _locked(notice_id: UUID) -> Notice:
    # The notice alone: who moves the event must not wait for its mails.
    return Notice.objects.select_related("event").select_for_update(of=("self",)).get(id=notice_id)


def _may_go(notice: Notice) -> bool:
    """Whether copies go out now; no reminder of what is cancelled, or at another time than its own by now.

    Nor what one person wrote to some, who have become many since.
    """
    if notice.after is None and not notice.before and by_two.hold_where_many(notice):
        return False
    if notice.kind != Kind.REMINDER:
        return True
    if notice.event.status == Status.CANCELLED:
        Notice.objects.filter(id=notice.id).update(withdrawn_at=now())
        return False
    if notice.before and notice.after is None and not is_time(notice):
        Notice.objects.filter(id=notice.id).update(due_at=None)
        return False
    return True


def is_time(notice: Notice) -> bool:
    """Whether a reminder that goes out by itself has to, as its event stands (0 queries)."""
    event = notice.event
    goes_at = notice.goes_at(event)
    has_come = goes_at is not None and goes_at <= now()
    return event.status == Status.PUBLISHED and has_come and notice.makes_sense(event)


def _next_readers(notice: Notice) -> list[Attendance]:
    """The next who get their copy, at last those whom the order of keys has passed over (1 query, or 2)."""
    readers = recipients(notice)
    if notice.after is None:
        return list(readers.order_by("id")[:COPIES_AT_ONCE])
    ahead = list(readers.filter(id__gt=notice.after).order_by("id")[:COPIES_AT_ONCE])
    if len(ahead) == COPIES_AT_ONCE:
        return ahead
    # Who confirmed meanwhile, or answered after the clock was set back, has a key before where this one has come.
    copies = Effect.objects.filter(
        organisation_id=OuterRef("organisation_id"), subject=OuterRef("id"), about=notice.id
    )
    passed = readers.filter(~Exists(copies), id__lte=notice.after).order_by("id")
    return ahead + list(passed[: COPIES_AT_ONCE - len(ahead)])


def _copy(notice: Notice, attendance: Attendance) -> outbox.Draft:
    return outbox.Draft(
        kind=mail_kind(notice.kind),
        # In the outbox of the organisation whose people they are: with them it is forgotten.
        organisation_id=attendance.organisation_id,
        subject=attendance.id,
        about=notice.id,
        email=attendance.person.email,
        due_at=now(),
    )


def mail_kind(kind: str) -> str:
    """What the outbox calls a copy of a notice of this kind."""
    return f"attendances.notice.{kind}"
