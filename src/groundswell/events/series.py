"""Events that belong together: making a series and keeping it."""

from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.events.models import Series
from groundswell.events.operations import free_slug
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Group
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.kit.text import bounded, one_line, paragraphs
from groundswell.ledger.operations import record


@transaction.atomic
def begin_series(actor: Actor, *, group: Group, title: str, text: str = "") -> Series:
    """Make a series, with an address from its title (4 queries).

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser there.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    actor.require(ORGANISER, group.id)
    values = _checked(title, text)
    series = Series.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        slug=free_slug(Series, values["title"], f"{now():%Y}"),
        **values,
    )
    _finish(actor, series, "events.begin_series")
    return series


@transaction.atomic
def change_series(actor: Actor, *, series: Series, title: str, text: str) -> Series:
    """Change what a series says; its address stays (3 queries).

    :raises NotFound: if the series is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    actor.require(ORGANISER, series.group_id)
    values = _checked(title, text)
    series.title, series.text = values["title"], values["text"]
    series.save(update_fields=["title", "text"])
    _finish(actor, series, "events.change_series")
    return series


def _checked(title: str, text: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    values = {
        "title": bounded("title", title, 140, one_line, errors),
        "text": bounded("text", text, 10_000, paragraphs, errors),
    }
    if not values["title"] and "title" not in errors:
        errors["title"] = _("Give the series a title.")
    if errors:
        raise InvalidFields(errors)
    return values


def _finish(actor: Actor, series: Series, verb: str) -> None:
    record(organisation_id=series.organisation_id, actor=actor.id, verb=verb, object_id=series.id)
    touch(f"series:{series.id}", f"organisation:{series.organisation_id}")
