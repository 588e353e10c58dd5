"""Two people for what is grave: one asks, another agrees to exactly that, and it is carried out once.

A noun registers what it lets be asked for as a :class:`Kind`. This module knows no kind: it keeps a hash of what
was asked for, and reads it again before anybody agrees and before it is carried out.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from groundswell.groups.access import OWNER, Actor, actor_for, line_up, living
from groundswell.groups.errors import (
    AlreadyApproved,
    ApprovalExpired,
    ApprovalRefused,
    ApprovalStopped,
    ApprovalUsed,
    ApprovalWaits,
    ApproverGone,
    AudienceChanged,
    BadLink,
    NotAllowed,
    NotFound,
    OwnRequest,
    RightTooNew,
    SignInTooOld,
)
from groundswell.groups.models import Account, Approval, Group, Membership
from groundswell.groups.recovery import told_to
from groundswell.groups.roles import May, Role, rights_of, wanted
from groundswell.kit import crypto
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox

ASKED_MAIL = "groups.approval_asked"
ANSWERED_MAIL = "groups.approval_answered"
STOP_MAIL = "groups.approval_stop"

MANY = 50
"""More people than these nobody takes out, or shows to a program, alone."""

MORE_SINCE = 1.1
"""So many times as many people may be meant by the time as when it was agreed to."""

WAITS = timedelta(hours=24)
"""So long what was asked for can be agreed to, and what was agreed to be carried out."""

HELD = timedelta(hours=24)
"""So long somebody must have had their role before they agree: else the asker could let a second one in first."""

APPROVALS_STAY = timedelta(days=7)
"""So long after its end it is still shown what became of it."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """Exactly what somebody agrees to: who is in it, and whatever else makes it what it is."""

    people: Sequence[UUID] = ()
    parts: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Something that nobody does alone.

    ``read`` finds out what it is at this moment, and may raise a refusal where it is gone; ``sentence`` says it in
    words, from the row alone; ``agree`` is what a second person must be allowed in the group.
    """

    read: Callable[[Approval], Content]
    sentence: Callable[[Approval], str]
    agree: Role | May = OWNER


_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    """Let something be asked for under this name."""
    _kinds[name] = kind


def sentence(approval: Approval) -> str:
    """What was asked for, in words (0 queries)."""
    return _kinds[approval.kind].sentence(approval)


@transaction.atomic
def ask(
    actor: Actor, *, kind: str, group: Group, subject: UUID, title: str, said: Mapping[str, str] | None = None
) -> Approval:
    """Ask for something that nobody does alone; whether the actor may do it at all, the caller has looked at.

    Those who may agree get a mail. An earlier request of theirs for the same ends. Where nobody but the asker
    could agree, it can be carried out after a day.

    :raises NotAllowed: unless an account asks: programs and the system have nobody to answer for it.
    """
    if actor.id is None or not Account.objects.filter(id=actor.id).exists():
        raise NotAllowed
    made = Approval(
        organisation_id=group.organisation_id,
        group=group,
        kind=kind,
        subject=subject,
        title=title[:300],
        said=dict(said or {}),
        asked_by_id=actor.id,
        asked_at=now(),
        ends_at=now() + WAITS,
    )
    made.people, made.digest = _measured(made)
    earlier = _open().filter(kind=kind, group=group, subject=subject, asked_by_id=actor.id)
    earlier.update(stopped_at=now())
    others = [held for held in _holders(made) if held.account_id != actor.id]
    if not any(held.since + HELD <= now() for held in others):
        made.alone, made.ready_at, made.ends_at = True, now() + WAITS, now() + 2 * WAITS
    made.save(force_insert=True)
    _record(actor, made, "groups.ask_approval", people=made.people, alone=made.alone)
    _tell(made, ASKED_MAIL, [held.account for held in others])
    if made.alone:
        _warn(made)
    return made


@transaction.atomic
def approve(actor: Actor, *, approval: Approval, fresh_until: datetime | None) -> Approval:
    """Agree to exactly what was asked for; whoever asked gets a mail, and a day to carry it out.

    ``fresh_until`` is what :func:`groundswell.groups.freshness.fresh_until` says of the actor's sign-in.

    :raises NotFound: if its group is none of the actor's.
    :raises NotAllowed: if their role is too low.
    :raises OwnRequest: if the actor asked for it.
    :raises SignInTooOld: unless their sign-in is fresh.
    :raises RightTooNew: if they have had their role for less than a day.
    :raises AlreadyApproved: if somebody agreed before.
    :raises AudienceChanged: if it is not what was asked for any more.
    :raises ApprovalRefused: if it was used, stopped, or is too old, each by its own name.
    """
    found = _locked(approval)
    actor.require(_kinds[found.kind].agree, found.group_id)
    if actor.id == found.asked_by_id:
        raise OwnRequest
    if fresh_until is None or fresh_until <= now():
        raise SignInTooOld
    mine = [held for held in _holders(found) if held.account_id == actor.id]
    if not any(held.since + HELD <= now() for held in mine):
        raise RightTooNew
    _require_open(found)
    if found.approved_by_id is not None:
        raise AlreadyApproved
    _require_unchanged(found)
    found.approved_by_id, found.ready_at, found.ends_at = actor.id, now(), now() + WAITS
    found.save(update_fields=["approved_by", "ready_at", "ends_at"])
    _record(actor, found, "groups.approve", people=found.people)
    _tell(found, ANSWERED_MAIL, [found.asked_by])
    return found


@transaction.atomic
def decline(actor: Actor, *, approval: Approval) -> Approval:
    """Say no to it, or take one's own request back; nothing is done then, also where somebody had agreed.

    :raises NotFound: if it is neither the actor's nor of a group of theirs.
    :raises NotAllowed: if their role is too low.
    :raises ApprovalRefused: if it was used, stopped, or is too old, each by its own name.
    """
    found = _locked(approval)
    own = actor.id == found.asked_by_id
    if not own:
        actor.require(_kinds[found.kind].agree, found.group_id)
    _require_open(found)
    stop(found)
    _record(actor, found, "groups.take_back_request" if own else "groups.decline")
    if not own:
        _tell(found, ANSWERED_MAIL, [found.asked_by])
    return found


def stop(found: Approval) -> None:
    """Let nothing come of a request; the caller has locked it and looked at it (1 query)."""
    found.stopped_at = now()
    found.save(update_fields=["stopped_at"])


def stop_token(approval_id: UUID) -> str:
    """What stands in the link that stops what somebody alone asked for; it is stored nowhere."""
    return crypto.sign(settings.SECRETS.links, "stop", approval_id)


def request_of(token: str) -> Approval:
    """What a link would stop (1 query).

    :raises BadLink: if it is unknown, or forgotten.
    :raises ApprovalRefused: if it was used, stopped, or is too old, each by its own name.
    """
    try:
        [approval_id] = crypto.verify(settings.SECRETS.links, "stop", token)
    except ValueError:
        raise BadLink from None
    found = _with_rows().filter(id=approval_id).first()
    if found is None:
        raise BadLink
    _require_open(found)
    return found


@transaction.atomic
def stop_by_link(*, token: str) -> Approval:
    """Let nothing come of what somebody alone asked for, for whoever reads the mail about it; once.

    :raises BadLink: if it is unknown, or forgotten.
    :raises ApprovalRefused: if it was used, stopped, or is too old, each by its own name.
    """
    found = _locked(request_of(token))
    _require_open(found)
    stop(found)
    record(
        organisation_id=found.organisation_id,
        actor=None,
        verb="groups.stop_by_link",
        object_id=found.group_id,
        kind=found.kind,
        request=str(found.id),
    )
    _tell(found, ANSWERED_MAIL, [found.asked_by])
    return found


@transaction.atomic
def spend(actor: Actor, *, approval: Approval, kind: str) -> Approval:
    """Use what a second person agreed to, or a day of waiting has allowed; the caller carries it out now.

    Whether the actor may still do it at all, the caller looks at.

    :raises NotFound: unless the actor asked for it, and for this.
    :raises ApprovalWaits: while nobody has agreed, and before a day is over for somebody alone.
    :raises ApproverGone: if whoever agreed may not do so any more.
    :raises AudienceChanged: if it is not what was asked for any more.
    :raises ApprovalRefused: if it was used, stopped, or is too old, each by its own name.
    """
    found = _locked(approval)
    if (found.asked_by_id, found.kind) != (actor.id, kind):
        raise NotFound
    _require_open(found)
    if not _is_ready(found):
        raise ApprovalWaits
    second = found.approved_by
    if second and not (second.is_active and actor_for(second).may(_kinds[kind].agree, found.group_id)):
        raise ApproverGone
    _require_unchanged(found)
    found.used_at = now()
    found.save(update_fields=["used_at"])
    _record(actor, found, "groups.use_approval", people=found.people)
    return found


def approval_for(actor: Actor, approval_id: UUID) -> Approval:
    """What somebody asked for, for themselves and for those who may agree to it (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    """
    found = _with_rows().filter(id=approval_id).first()
    if found is None or not _concerns(actor, found):
        raise NotFound
    return found


def approvals_of(actor: Actor) -> QuerySet[Approval]:
    """All that the actor asked for, the latest first; lazy, 1 query."""
    return _kept().filter(asked_by=actor.id)


def approvals_to_answer(actor: Actor) -> QuerySet[Approval]:
    """What others asked for and the actor can say yes or no to, the latest first; lazy, 1 query."""
    return _of_others(actor).filter(_waits())


def approvals_beside(actor: Actor) -> QuerySet[Approval]:
    """What others asked for and waits no more for the actor, who could agree, the latest first; lazy, 1 query."""
    return _of_others(actor).exclude(_waits())


def how_many_wait(actor: Actor) -> tuple[int, int]:
    """How many the actor can say yes or no to, and how many of their own can be carried out now (1 query)."""
    own = Q(asked_by=actor.id)
    found = _kept().filter(own | _agreeable(actor)).order_by()
    answer, ready = Count("id", filter=~own & _waits()), Count("id", filter=own & _unended() & _ready())
    counts = found.aggregate(answer=answer, ready=ready)
    return counts["answer"], counts["ready"]


def state(approval: Approval) -> str:
    """Where it stands: ``used``, ``stopped``, ``over``, ``ready``, or ``waits`` (0 queries)."""
    try:
        _require_open(approval)
    except ApprovalUsed:
        return "used"
    except ApprovalStopped:
        return "stopped"
    except ApprovalExpired:
        return "over"
    return "ready" if _is_ready(approval) else "waits"


def outgrows(people: int, agreed: int, alone: int = 0) -> bool:
    """Whether these are more people than somebody may reach ``alone``, and than were agreed to and a tenth."""
    return people > max(alone, int(agreed * MORE_SINCE))


def forget_approvals() -> int:
    """Delete what ended a week ago (1 query)."""
    return Approval.objects.filter(ends_at__lte=now() - APPROVALS_STAY).delete()[0]


def may_agree(account: Account, approval: Approval) -> bool:
    """Whether somebody other than the asker may agree to it at this moment (2 queries)."""
    allowed = actor_for(account).may(_kinds[approval.kind].agree, approval.group_id)
    return account.is_active and allowed and account.id != approval.asked_by_id


def _with_rows() -> QuerySet[Approval]:
    return Approval.objects.select_related("organisation", "group", "asked_by", "approved_by")


def _open() -> QuerySet[Approval]:
    return Approval.objects.filter(_unended())


def _kept() -> QuerySet[Approval]:
    return _with_rows().filter(ends_at__gt=now() - APPROVALS_STAY).order_by("-asked_at", "-id")


def _of_others(actor: Actor) -> QuerySet[Approval]:
    return _kept().filter(_agreeable(actor)).exclude(asked_by=actor.id)


def _agreeable(actor: Actor) -> Q:
    """What the actor may agree to; as :func:`_concerns`, for the database."""
    return reduce(or_, (Q(kind=name, group_id__in=actor.groups(kind.agree)) for name, kind in _kinds.items()))


def _unended() -> Q:
    """As :func:`_require_open`, for the database."""
    return Q(used_at=None, stopped_at=None, ends_at__gt=now())


def _ready() -> Q:
    """As :func:`_is_ready`, for the database."""
    return Q(approved_by__isnull=False) | Q(ready_at__lte=now())


def _waits() -> Q:
    """On what somebody can still say yes or no."""
    return _unended() & Q(approved_by=None) & (Q(ready_at=None) | Q(ready_at__gt=now()))


def _locked(approval: Approval) -> Approval:
    """The row as it is now; two who press at the same moment take turns."""
    return Approval.objects.select_for_update().get(id=approval.id)


def _concerns(actor: Actor, found: Approval) -> bool:
    return found.asked_by_id == actor.id or actor.may(_kinds[found.kind].agree, found.group_id)


def _is_ready(found: Approval) -> bool:
    # Once somebody has agreed the clock says nothing more about it: it may have been set back since.
    return found.approved_by_id is not None or (found.ready_at is not None and found.ready_at <= now())


def _require_open(found: Approval) -> None:
    refused: type[ApprovalRefused] | None = None
    if found.used_at is not None:
        refused = ApprovalUsed
    elif found.stopped_at is not None:
        refused = ApprovalStopped
    elif found.ends_at <= now():
        refused = ApprovalExpired
    if refused:
        raise refused


def _require_unchanged(found: Approval) -> None:
    if _measured(found)[1] != found.digest:
        raise AudienceChanged


def _measured(approval: Approval) -> tuple[int, str]:
    """How many people are in it, and the hash of exactly what it is."""
    content = _kinds[approval.kind].read(approval)
    people = sorted(map(str, content.people))
    whole = [approval.kind, str(approval.group_id), str(approval.subject), people, list(content.parts)]
    return len(people), hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def _holders(approval: Approval) -> list[Membership]:
    """The roles by which somebody may agree: in its group, or in one above it (2 queries)."""
    tree = Group.objects.filter(organisation_id=approval.organisation_id).values_list("id", "parent_id")
    line = list(line_up(approval.group_id, dict(tree)))
    roles = Membership.objects.select_related("account").filter(
        living(), group_id__in=line, event_id=None, account__is_active=True
    )
    needed = wanted(_kinds[approval.kind].agree)
    return [role for role in roles if needed <= rights_of(Role(role.role), role.contact)]


def as_said(approval: Approval) -> Content:
    """What is agreed to where that is nothing but what the asker said (0 queries)."""
    return Content(parts=[f"{name}={value}" for name, value in sorted(approval.said.items())])


def _tell(approval: Approval, kind: str, accounts: Iterable[Account]) -> None:
    language = approval.group.organisation.offered[0]
    outbox.enqueue(
        outbox.Draft(
            kind=kind,
            organisation_id=outbox.INSTALLATION,
            subject=approval.id,
            email=account.email,
            about=account.id,
            language=language,
            due_at=now(),
        )
        for account in {account.id: account for account in accounts}.values()
    )


def _warn(approval: Approval) -> None:
    """Send the link that stops it where only its rightful owner reads: their mailbox, and the one apart."""
    organisation = approval.group.organisation
    apart = [(email, email) for email in told_to(organisation)]
    outbox.enqueue(
        outbox.Draft(
            kind=STOP_MAIL,
            organisation_id=outbox.INSTALLATION,
            subject=approval.id,
            email=email,
            address=address,
            language=organisation.offered[0],
            due_at=now(),
        )
        for email, address in [(approval.asked_by.email, ""), *apart]
    )


def _record(actor: Actor, approval: Approval, verb: str, **more: object) -> None:
    record(
        organisation_id=approval.organisation_id,
        actor=actor.id,
        verb=verb,
        object_id=approval.group_id,
        kind=approval.kind,
        request=str(approval.id),
        **more,
    )
