"""Segments under a name. What is kept is what was said, not who it was: it is read anew wherever it is used."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from groundswell.groups.access import SEND, Actor
from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Organisation
from groundswell.kit.clock import now
from groundswell.kit.text import NotText, one_line, too_long
from groundswell.ledger.operations import record
from groundswell.people.access import require_everybody
from groundswell.people.errors import SegmentNameTaken
from groundswell.people.models import Segment
from groundswell.people.segments import Segmentation, written

LONGEST_NAME = 80
MOST_SAVED = 500


@transaction.atomic
def save_segment(actor: Actor, *, organisation: Organisation, name: str, segmentation: Segmentation) -> Segment:
    """Keep a segment under a name; one of the same name says this from now on (5 queries).

    :raises NotFound: if the organisation's root group is none of the actor's.
    :raises NotAllowed: if they may not write to all its people.
    :raises InvalidFields: for a name that is none, and for one more than 500.
    """
    require_everybody(actor, organisation, SEND)
    called = checked_name(name)
    own = Segment.objects.filter(organisation=organisation)
    segment = own.filter(key=called.casefold()).first()
    if segment is None:
        if own.count() >= MOST_SAVED:
            raise InvalidFields({"name": _("There are %(most)s segments already.") % {"most": MOST_SAVED}})
        segment = Segment(organisation=organisation, key=called.casefold())
    segment.name, segment.definition, segment.changed_at = called, written(segmentation), now()
    segment.save()
    _record(actor, segment, "people.save_segment")
    return segment


@transaction.atomic
def rename_segment(actor: Actor, *, segment: Segment, name: str) -> Segment:
    """Give a saved segment another name (4 queries).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: if they may not write to all the organisation's people.
    :raises InvalidFields: for a name that is none.
    :raises SegmentNameTaken: where another one has it.
    """
    require_everybody(actor, segment.organisation, SEND)
    segment.name = checked_name(name)
    segment.key = segment.name.casefold()
    try:
        with transaction.atomic():
            segment.save(update_fields=["name", "key"])
    except IntegrityError as error:
        raise SegmentNameTaken from error
    _record(actor, segment, "people.rename_segment")
    return segment


@transaction.atomic
def delete_segment(actor: Actor, *, segment: Segment) -> None:
    """Keep a segment no longer; nobody whom it meant is touched (3 queries).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: if they may not write to all the organisation's people.
    """
    require_everybody(actor, segment.organisation, SEND)
    _record(actor, segment, "people.delete_segment")
    segment.delete()


def checked_name(typed: str) -> str:
    """A segment's name on one line.

    :raises InvalidFields: where it is empty, too long, or no text.
    """
    try:
        name = one_line(typed)
        wrong = too_long(name, LONGEST_NAME) if name else _("Please give it a name.")
    except NotText as error:
        wrong, name = str(error), ""
    if wrong or len(name.casefold()) > LONGEST_NAME:
        raise InvalidFields({"name": wrong or _("Please use a shorter name.")})
    return name


def _record(actor: Actor, segment: Segment, verb: str) -> None:
    record(organisation_id=segment.organisation_id, actor=actor.id, verb=verb, object_id=segment.id)
