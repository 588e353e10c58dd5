"""An event kept as a template, to begin the next one with."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.events.details import Details, as_json, details_of, from_json
from groundswell.events.models import Event, Template
from groundswell.events.timing import COMES_BACK
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.errors import InvalidFields, NotFound
from groundswell.kit.clock import now
from groundswell.kit.text import NotText, one_line
from groundswell.ledger.operations import record


@transaction.atomic
def keep_as_template(actor: Actor, *, event: Event, name: str) -> Template:
    """Keep what an event says under a name; the same name in the same group replaces what it held (3 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises InvalidFields: if the name is none.
    """
    actor.require(ORGANISER, event.group_id, event.id)
    template, _made = Template.objects.update_or_create(
        organisation_id=event.organisation_id,
        group_id=event.group_id,
        name=_checked(name),
        defaults={"details": as_json(details_of(event)), "dropped_at": None},
    )
    _record(actor, template, "events.keep_template")
    return template


@transaction.atomic
def drop_template(actor: Actor, *, template: Template) -> None:
    """Throw a template away; for a day it can be brought back (2 queries).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    """
    actor.require(ORGANISER, template.group_id)
    if Template.objects.filter(id=template.id, dropped_at=None).update(dropped_at=now()):
        _record(actor, template, "events.drop_template")


@transaction.atomic
def bring_template_back(actor: Actor, *, template: Template) -> None:
    """Have a template again that was thrown away (2 queries).

    :raises NotFound: if it is none of the actor's, or was thrown away more than a day ago.
    :raises NotAllowed: unless the actor is an organiser of its group.
    """
    actor.require(ORGANISER, template.group_id)
    dropped = Template.objects.filter(id=template.id, dropped_at__gt=now() - COMES_BACK)
    if not dropped.update(dropped_at=None):
        raise NotFound
    _record(actor, template, "events.bring_template_back")


def details_from(template: Template, day: date) -> Details:
    """What an event made from the template says on a day (0 queries)."""
    return from_json(template.details, day)


def _checked(typed: str) -> str:
    try:
        name = one_line(typed)
    except NotText as error:
        raise InvalidFields({"name": str(error)}) from None
    if not 0 < len(name) <= 80:
        raise InvalidFields({"name": _("Give the template a name of at most 80 characters.")})
    return name


def _record(actor: Actor, template: Template, verb: str) -> None:
    record(organisation_id=template.organisation_id, actor=actor.id, verb=verb, object_id=template.id)
