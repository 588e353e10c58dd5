"""Which of somebody's organisations the desk shows: chosen in its header, or by opening something of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from groundswell.blocs.queries import group_of_bloc
from groundswell.discussions.queries import group_of_discussion, group_of_meeting
from groundswell.events.queries import group_of_cohost, group_of_event, group_of_series, group_of_template
from groundswell.groups.access import OWNER, organisations_led_by
from groundswell.groups.errors import NotFound
from groundswell.mailings.queries import group_of_mailing
from groundswell.people.queries import group_of_complaint, group_of_import, group_of_person, group_of_segment

if TYPE_CHECKING:
    from groundswell.groups.access import Actor
    from groundswell.groups.models import Organisation
    from groundswell.web.desk.pages import DeskRequest

CHOSEN = "organisation"
"""In the session: the organisation's id."""

WHOSE: Mapping[str, Callable[[UUID], UUID | None]] = {
    "event_id": group_of_event,
    "cohost_id": group_of_cohost,
    "series_id": group_of_series,
    "template_id": group_of_template,
    "bloc_id": group_of_bloc,
    "discussion_id": group_of_discussion,
    "meeting_id": group_of_meeting,
    "segment_id": group_of_segment,
    "person_id": group_of_person,
    "other_id": group_of_person,
    "mailing_id": group_of_mailing,
    "import_id": group_of_import,
    "complaint_id": group_of_complaint,
}
"""How it is found out whose a thing is, by its word in the address."""


def choose(request: DeskRequest, organisation_id: UUID) -> None:
    """Show this one from now on, if somebody has a role in it."""
    mine = request.actor.organisations
    if organisation_id in mine:
        if len(mine) > 1 and request.session.get(CHOSEN) != str(organisation_id):
            request.session[CHOSEN] = str(organisation_id)
        request.here = request.actor.within(organisation_id)


def owned(request: DeskRequest, slug: str) -> Organisation:
    """The organisation of this address, which this account owns; the desk shows it from now on (1 query).

    :raises NotFound: if it is none of theirs.
    """
    ours = next((one for one in organisations_led_by(request.actor, OWNER) if one.slug == slug), None)
    if ours is None:
        raise NotFound
    choose(request, ours.id)
    return ours


def here(request: DeskRequest, address: Mapping[str, object]) -> Actor:
    """Somebody's roles in the chosen organisation; without a choice, in the one that took them in first.

    Who opens something of another one of theirs has chosen that (1 query, for somebody with several only). A part
    of a page that fetches itself anew chooses nothing: its page may be open beside another one.
    """
    mine = request.actor.organisations
    if not mine:
        return request.actor
    kept = request.session.get(CHOSEN)
    request.here = request.actor.within(next((one for one in mine if str(one) == kept), mine[0]))
    if len(mine) > 1 and request.method == "GET" and "HX-Request" not in request.headers:
        _follow(request, address)
    return request.here


def _follow(request: DeskRequest, address: Mapping[str, object]) -> None:
    for word, whose in WHOSE.items():
        wanted = address.get(word)
        group = whose(wanted) if isinstance(wanted, UUID) else None
        if group and group in request.actor.homes:
            choose(request, request.actor.homes[group])
            return
