"""Words to many of those who are coming: two people agree first, but for what everybody must know at once.

That it is cancelled, has moved or is unsafe waits for nobody. A reminder that goes out by itself does not either:
see :mod:`.reminders`.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.attendances.models import TO_UNDO, Notice
from groundswell.attendances.readers import recipients
from groundswell.attendances.recording import record_notice
from groundswell.blocs.models import Caller
from groundswell.groups import approvals
from groundswell.groups.access import SEND, Actor
from groundswell.groups.approvals import Content
from groundswell.groups.errors import AudienceChanged
from groundswell.groups.models import Approval, Group
from groundswell.kit.clock import now

MANY = 500
"""More people than these nobody writes to alone."""

TO_MANY = "attendances.tell"


def are_many(notice: Notice) -> bool:
    """Whether a notice reaches more than its writer may alone, or than was agreed to (1 query, or none)."""
    return approvals.outgrows(_counted(notice), notice.agreed, MANY)


def _counted(notice: Notice) -> int:
    """Its readers, as far as they matter: what everybody must know is not counted (1 query, or none)."""
    return 0 if notice.kind in Notice.MUST_BE_TOLD else recipients(notice).count()


def ask_where_many(actor: Actor, *, notice: Notice) -> bool:
    """Keep a new notice, and ask a second person where it reaches many; returns whether it waits for them.

    Queries: 2, and those of asking. Whoever calls has looked whether the actor may write to these people.

    :raises NotAllowed: if it reaches many and no account asks.
    """
    people = _counted(notice)
    if approvals.outgrows(people, notice.agreed, MANY):
        if actor.everything:
            notice.agreed = people
        else:
            notice.waits_for_two = True
    notice.save(force_insert=True)
    if notice.waits_for_two:
        _ask(actor, notice, _group(notice), people)
    return notice.waits_for_two


@transaction.atomic
def ask_to_tell(actor: Actor, *, notice: Notice) -> Approval:
    """Ask a second person once more, where nobody agreed in time or many came since it was written.

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless the actor may write to its people, and has an account.
    :raises AudienceChanged: if it does not wait for anybody.
    """
    group = _group(notice)
    actor.require(SEND, group.id, None if notice.bloc_id else notice.event_id)
    return _ask(actor, notice, group, _counted(notice))


def _group(notice: Notice) -> Group:
    """Whose words it is: the event's group, or that of whoever calls to the bloc (1 or 2 queries)."""
    if notice.bloc_id is None:
        return notice.event.group
    own = Caller.objects.filter(bloc_id=notice.bloc_id, organisation_id=notice.organisation_id)
    return own.select_related("group").get().group


def _ask(actor: Actor, notice: Notice, group: Group, people: int) -> Approval:
    said = {"people": str(people), "event": notice.event.title}
    return approvals.ask(actor, kind=TO_MANY, group=group, subject=notice.id, title=notice.subject, said=said)


def what_is_agreed_to(approval: Approval) -> Content:
    """The words, when they go, what they are and about what; those who are coming may come and go until then."""
    waiting = Notice.objects.filter(waits_for_two=True, withdrawn_at=None)
    notice = waiting.filter(id=approval.subject, organisation_id=approval.organisation_id).first()
    if notice is None:
        raise AudienceChanged
    words = [notice.subject, notice.text, repr(sorted(notice.words.items()))]
    about = [notice.kind, str(notice.event_id), str(notice.bloc_id), str(notice.due_at)]
    return Content(parts=[*words, *about])


def what_is_asked_for(approval: Approval) -> str:
    """The request in words (0 queries)."""
    asked = _("Write “%(title)s” to about %(people)s people who are coming to “%(event)s”.")
    return asked % {"people": "?", "event": "?", "title": approval.title, **approval.said}


@transaction.atomic
def tell_as_agreed(actor: Actor, *, approval: Approval) -> Notice:
    """Let a notice go that a second person has agreed to: at its moment, or in two minutes.

    :raises NotFound: unless the actor asked for it, and for this.
    :raises NotAllowed: if they may not write to its people any more.
    :raises ApprovalRefused: if it waits, is too old or something else by now, each by its own name.
    """
    approvals.spend(actor, approval=approval, kind=TO_MANY)
    notice = Notice.objects.select_for_update().get(id=approval.subject)
    actor.require(SEND, approval.group_id, None if notice.bloc_id else notice.event_id)
    notice.waits_for_two, notice.agreed = False, int(approval.said["people"])
    notice.due_at = max(now() + TO_UNDO, notice.due_at or now())
    notice.save(update_fields=["waits_for_two", "agreed", "due_at"])
    record_notice(actor, notice, verb="attendances.tell_bloc" if notice.bloc_id else "attendances.tell")
    return notice


def hold_where_many(notice: Notice) -> bool:
    """Let a notice wait for a second person that reaches many by now, to which nobody agreed (1 to 3 queries).

    Returns whether it waits; its page says so, and there somebody is asked.
    """
    if not are_many(notice):
        return False
    Notice.objects.filter(id=notice.id).update(waits_for_two=True)
    record_notice(
        None, notice, verb="attendances.hold_bloc_notice" if notice.bloc_id else "attendances.hold_notice"
    )
    return True
