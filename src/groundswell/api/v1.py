"""The operations of version 1, each a call of a noun's query or operation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import NinjaAPI, Query, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError

from groundswell.api import problems, schemas
from groundswell.api.pages import Paging, page_of
from groundswell.api.problems import Problem
from groundswell.api.repeats import Key, once
from groundswell.api.shown import shown_attendance, shown_event, shown_group, shown_organisation, shown_series
from groundswell.api.tokens import Caller, Token, caller
from groundswell.attendances.notices import ready_words, tell
from groundswell.attendances.queries import attendances_of, coming, coming_to, responses_of
from groundswell.events import operations as events
from groundswell.events.access import event_for, series_with
from groundswell.events.details import Details, details_of
from groundswell.events.queries import events_for, questions_of, series_for
from groundswell.groups.access import ORGANISER, group_for, organisations_of
from groundswell.groups.errors import InvalidFields, NotFound, Refusal
from groundswell.groups.queries import groups_for, public_group, root_group

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.models import Group

api = NinjaAPI(
    title="Groundswell",
    version="1",
    description=(
        "Events and the answers to them, for programs. Make a token with "
        "`./groundswell manage token --organisation SLUG` and send it as `Authorization: Bearer …`."
    ),
    auth=Token(),
    urls_namespace="v1",
    # The pages that show a document load their scripts from third parties; ours is a plain file.
    docs_url=None,
    openapi_url=None,
)
api.exception_handler(Refusal)(problems.refused)
api.exception_handler(AuthenticationError)(problems.unauthenticated)
api.exception_handler(ValidationError)(problems.invalid)
api.exception_handler(HttpError)(problems.unreadable)
api.exception_handler(RequestDataTooBig)(problems.too_large)
api.exception_handler(OperationalError)(problems.not_now)


@api.get(
    "/organisations",
    response={200: schemas.OrganisationPage, 401: Problem, 422: Problem},
    operation_id="listOrganisations",
    summary="Say whose token it is",
)
def list_organisations(request: HttpRequest) -> schemas.OrganisationPage:
    """A token is good for one organisation, so there is one."""
    found = organisations_of(caller(request).actor)
    return schemas.OrganisationPage(items=[shown_organisation(each) for each in found], next=None)


@api.get(
    "/groups",
    response={200: schemas.GroupPage, 401: Problem, 422: Problem},
    operation_id="listGroups",
    summary="List the organisation’s groups",
)
def list_groups(request: HttpRequest, asked: Query[Paging]) -> schemas.GroupPage:
    """The whole organisation is one of them, the only one without a parent."""
    page, following = page_of(groups_for(caller(request).actor), asked, request)
    return schemas.GroupPage(items=[shown_group(group) for group in page], next=following)


@api.get(
    "/groups/{group_id}",
    response={200: schemas.Group, 401: Problem, 404: Problem, 422: Problem},
    operation_id="getGroup",
    summary="Get one group",
)
def get_group(request: HttpRequest, group_id: UUID) -> schemas.Group:
    """With its place in the tree."""
    return shown_group(group_for(caller(request).actor, group_id))


@api.get(
    "/series",
    response={200: schemas.SeriesPage, 401: Problem, 422: Problem},
    operation_id="listSeries",
    summary="List the organisation’s series",
)
def list_series(request: HttpRequest, asked: Query[Paging]) -> schemas.SeriesPage:
    """Those without events too, the newest first."""
    page, following = page_of(series_for(caller(request).actor), asked, request)
    return schemas.SeriesPage(items=[shown_series(series) for series in page], next=following)


@api.get(
    "/series/{series_id}",
    response={200: schemas.Series, 401: Problem, 404: Problem, 422: Problem},
    operation_id="getSeries",
    summary="Get one series",
)
def get_series(request: HttpRequest, series_id: UUID) -> schemas.Series:
    """What its page says above its events."""
    return shown_series(series_with(caller(request).actor, series_id))


@api.get(
    "/events",
    response={200: schemas.EventPage, 401: Problem, 422: Problem},
    operation_id="listEvents",
    summary="List the organisation’s events",
)
def list_events(request: HttpRequest, asked: Query[schemas.EventsAsked]) -> schemas.EventPage:
    """Drafts and past events too, the newest first."""
    found = events_for(caller(request).actor)
    if asked.slug:
        found = found.filter(slug=asked.slug)
    page, following = page_of(found, asked, request)
    counts = coming_to([event.id for event in page])
    return schemas.EventPage(items=[shown_event(event, counts.get(event.id, 0)) for event in page], next=following)


@api.post(
    "/events",
    response={201: schemas.Event, 400: Problem, 401: Problem, 413: Problem, 422: Problem},
    operation_id="announceEvent",
    summary="Announce an event",
)
def announce_event(request: HttpRequest, event: schemas.NewEvent, key: Key = None) -> Status[schemas.Event]:
    """It is a draft until it is published."""

    def announce() -> UUID:
        group = _group(caller(request), event.group)
        details = Details(**event.model_dump(exclude={"group"}))
        return events.announce(caller(request).actor, group=group, details=details).id

    return Status(201, get_event(request, once(request, key, announce)))


@api.get(
    "/events/{event_id}",
    response={200: schemas.Event, 401: Problem, 404: Problem, 422: Problem},
    operation_id="getEvent",
    summary="Get one event",
)
def get_event(request: HttpRequest, event_id: UUID) -> schemas.Event:
    """As it stands, with how many are coming."""
    return shown_event(event_for(caller(request).actor, event_id), coming(event_id))


@api.post(
    "/events/{event_id}/publish",
    response={200: schemas.Event, 401: Problem, 404: Problem, 409: Problem, 422: Problem},
    operation_id="publishEvent",
    summary="Publish a draft",
)
def publish_event(request: HttpRequest, event_id: UUID, key: Key = None) -> schemas.Event:
    """Everybody sees it from now on and can answer."""
    actor = caller(request).actor
    found = event_for(actor, event_id)
    return get_event(request, once(request, key, lambda: events.publish(actor, event=found).id))


@api.patch(
    "/events/{event_id}",
    response={
        200: schemas.Event,
        400: Problem,
        401: Problem,
        404: Problem,
        409: Problem,
        413: Problem,
        422: Problem,
    },
    operation_id="changeEvent",
    summary="Change an event",
)
def change_event(request: HttpRequest, event_id: UUID, event: schemas.ChangedEvent) -> schemas.Event:
    """Where time or place of what is public move, its page says so; telling those who are coming is the desk’s."""
    actor = caller(request).actor
    found = event_for(actor, event_id)
    details = replace(details_of(found), **event.model_dump(exclude_unset=True, exclude={"version"}))
    events.change(
        actor, event=found, details=details, campaign=found.campaign, series=found.series, seen=event.version
    )
    return get_event(request, event_id)


@api.post(
    "/events/{event_id}/cancel",
    response={
        200: schemas.Event,
        400: Problem,
        401: Problem,
        404: Problem,
        409: Problem,
        413: Problem,
        422: Problem,
    },
    operation_id="cancelEvent",
    summary="Call an event off",
)
def cancel_event(
    request: HttpRequest, event_id: UUID, how: schemas.Cancellation, key: Key = None
) -> schemas.Event:
    """Its page stays and says so. The mails go out in two minutes; until then the desk can take them back."""
    actor = caller(request).actor
    found = event_for(actor, event_id)

    @transaction.atomic
    def call_off() -> UUID:
        off = events.cancel(actor, event=found)
        subject, text = ready_words(off, "cancelled")
        if how.tell:
            tell(actor, event=off, kind="cancelled", subject=how.subject or subject, text=how.text or text)
        return off.id

    return get_event(request, once(request, key, call_off))


@api.get(
    "/events/{event_id}/attendances",
    response={200: schemas.AttendancePage, 401: Problem, 404: Problem, 422: Problem},
    operation_id="listAttendances",
    summary="List the answers to an event",
)
def list_attendances(request: HttpRequest, event_id: UUID, asked: Query[Paging]) -> schemas.AttendancePage:
    """Those that nobody has confirmed yet too, the newest first."""
    actor = caller(request).actor
    event = event_for(actor, event_id)
    page, following = page_of(attendances_of(event), asked, request)
    if not actor.contact_data:
        return schemas.AttendancePage(items=[shown_attendance(each, None) for each in page], next=following)
    said = _said(event, [each.id for each in page])
    items = [shown_attendance(each, said[each.id]) for each in page]
    return schemas.AttendancePage(items=items, next=following)


def _said(event: Event, ids: list[UUID]) -> dict[UUID, dict[str, str]]:
    """What each of these answers says to the event's own questions, in their order (2 queries)."""
    questions, texts = questions_of(event.id), responses_of(ids)
    return {
        each: {one.text: texts[each][one.id] for one in questions if one.id in texts.get(each, {})} for each in ids
    }


def _group(caller: Caller, slug: str) -> Group:
    """The group of that slug, or the whole organisation; somebody else's group is the same as none."""
    if not slug:
        return root_group(caller.organisation_id)
    try:
        group = public_group(slug)
        caller.actor.require(ORGANISER, group.id)
    except NotFound:
        raise InvalidFields({"group": gettext("The organisation has no group of this slug.")}) from None
    return group
