"""The callers' words to those of their own people who joined a bloc: it is off, it gathers elsewhere, a note."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groundswell.attendances import by_two
from groundswell.attendances.errors import ToldAlready
from groundswell.attendances.models import TO_UNDO, Notice
from groundswell.attendances.notices import IN_ITS_OWN, ONCE, Kind, Words, checked_notice
from groundswell.attendances.recording import record_notice
from groundswell.blocs.errors import NotPublished
from groundswell.blocs.models import Bloc, Caller, Status
from groundswell.groups.access import SEND, Actor
from groundswell.groups.errors import InvalidFields
from groundswell.kit.clock import now

KINDS = {
    Kind.CANCELLED: gettext_lazy("The bloc is called off"),
    Kind.MOVED: gettext_lazy("We gather elsewhere, or at another time"),
    Kind.NOTE: gettext_lazy("A note to those who joined"),
}


@transaction.atomic
def tell_bloc(
    actor: Actor, *, caller: Caller, kind: str, subject: str, text: str, words: Words = IN_ITS_OWN
) -> Notice:
    """Write to one's own people who joined a bloc, in two minutes; each gets one copy (5 queries at most).

    A note to more than :data:`.by_two.MANY` waits for a second person's word, who is asked for it.

    :raises NotFound: if the caller is none of the actor's.
    :raises NotAllowed: unless the actor may write to its people.
    :raises NotPublished: to a draft, which nobody joined.
    :raises ToldAlready: if they were told already that it is off, or where it gathers now.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    actor.require(SEND, caller.group_id)
    bloc = caller.bloc
    if bloc.status == Status.DRAFT:
        raise NotPublished
    if kind not in KINDS:
        raise InvalidFields({"kind": _("Choose what it is.")})
    if kind == Kind.CANCELLED and bloc.status != Status.CANCELLED:
        raise InvalidFields({"kind": _("This bloc is not called off.")})
    own = {caller.organisation.offered[0]: {"subject": subject, "text": text}}
    values = checked_notice(bloc.event, caller.organisation, kind, {**words, **own}, None)
    if kind in ONCE and has_told_bloc(caller, kind):
        raise ToldAlready
    notice = Notice(
        organisation_id=caller.organisation_id,
        event_id=bloc.event_id,
        bloc=bloc,
        kind=kind,
        version=bloc.version,
        due_at=now() + TO_UNDO,
        **values,
    )
    if not by_two.ask_where_many(actor, notice=notice):
        record_notice(actor, notice, verb="attendances.tell_bloc")
    return notice


def has_told_bloc(caller: Caller, kind: str) -> bool:
    """Whether a caller's people were told this about the bloc as it is now, or will be (1 query)."""
    said = Notice.objects.filter(bloc_id=caller.bloc_id, organisation_id=caller.organisation_id, kind=kind)
    return said.filter(withdrawn_at=None, version__gte=caller.bloc.version).exists()


@transaction.atomic
def withdraw_bloc_notice(actor: Actor, *, caller: Caller, notice: Notice) -> bool:
    """Take a notice back before its first copy goes out; returns False where it was too late (3 queries).

    :raises NotFound: if the caller is none of the actor's.
    :raises NotAllowed: unless the actor may write to its people.
    """
    actor.require(SEND, caller.group_id)
    waiting = Notice.objects.filter(
        id=notice.id, organisation_id=caller.organisation_id, after=None, finished_at=None, withdrawn_at=None
    )
    if not waiting.update(withdrawn_at=now()):
        return False
    record_notice(actor, notice, verb="attendances.withdraw_bloc_notice")
    return True


def ready_for_bloc(caller: Caller, kind: str) -> dict[str, dict[str, str]]:
    """Words to begin with in each language that the caller offers, its own first (0 queries)."""
    return {code: _ready_in(code, caller.bloc, kind) for code in caller.organisation.offered}


def _ready_in(code: str, bloc: Bloc, kind: str) -> dict[str, str]:
    with translation.override(code):
        words = {
            Kind.CANCELLED: (
                _("Called off: %(name)s"),
                _("We are sorry: our bloc will not take place. The event does, and you can still come to it."),
            ),
            Kind.MOVED: (
                _("We gather elsewhere: %(name)s"),
                _("Where or when our bloc gathers has changed. Below is what holds now."),
            ),
            Kind.NOTE: (_("About %(name)s"), ""),
        }
        subject, text = words[Kind(kind)]
        return {"subject": (subject % {"name": bloc.name})[:140], "text": text}
