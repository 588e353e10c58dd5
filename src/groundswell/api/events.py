"""``/events``: announcing them, changing, publishing and calling off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from ninja import Query, Router, Status

from groundswell.api import schemas
from groundswell.api.named import campaign_named, group_named, series_named
from groundswell.api.pages import page_of
from groundswell.api.problems import Problem
from groundswell.api.repeats import Key, once
from groundswell.api.shown import shown_event
from groundswell.api.tokens import caller
from groundswell.attendances.notices import ready_in_each, tell
from groundswell.attendances.queries import coming, coming_to
from groundswell.attendances.silence import untold_of
from groundswell.events import operations as events
from groundswell.events.access import event_for
from groundswell.events.details import Details, details_of
from groundswell.events.programme import Speaking, set_programme
from groundswell.events.queries import (
    events_for,
    programme_of,
    programmes_of,
    questions_by_event,
    questions_of,
)
from groundswell.events.questions import Asking, set_questions
from groundswell.groups.errors import InvalidFields

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.access import Actor

router = Router()
DETAILS = set(Details.__dataclass_fields__)


@router.get(
    "/events",
    response={200: schemas.EventPage, 401: Problem, 422: Problem},
    operation_id="listEvents",
    summary="List the organisation’s events",
)
def list_events(request: HttpRequest, asked: Query[schemas.EventsAsked]) -> schemas.EventPage:
    """Drafts and past events too, the newest first."""
    found = events_for(caller(request).actor).select_related("campaign")
    if asked.slug:
        found = found.filter(slug=asked.slug)
    page, following = page_of(found, asked, request)
    ids = [event.id for event in page]
    counts, programmes, questions = coming_to(ids), programmes_of(ids), questions_by_event(ids)
    items = [
        shown_event(event, counts.get(event.id, 0), programmes.get(event.id, []), questions.get(event.id, []))
        for event in page
    ]
    return schemas.EventPage(items=items, next=following)


@router.post(
    "/events",
    response={201: schemas.Event, 400: Problem, 401: Problem, 413: Problem, 422: Problem},
    operation_id="announceEvent",
    summary="Announce an event",
)
def announce_event(request: HttpRequest, event: schemas.NewEvent, key: Key = None) -> Status[schemas.Event]:
    """It is a draft until it is published."""

    who = caller(request)

    @transaction.atomic
    def announce() -> UUID:
        made = events.announce(
            who.actor,
            group=group_named(who, event.group),
            details=Details(**event.model_dump(include=DETAILS)),
            campaign=campaign_named(who, event.campaign),
            series=series_named(who, event.series),
        )
        _set_lines(who.actor, made, event)
        return made.id

    return Status(201, get_event(request, once(request, key, announce)))


@router.get(
    "/events/{event_id}",
    response={200: schemas.Event, 401: Problem, 404: Problem, 422: Problem},
    operation_id="getEvent",
    summary="Get one event",
)
def get_event(request: HttpRequest, event_id: UUID) -> schemas.Event:
    """As it stands, with how many are coming."""
    found = event_for(caller(request).actor, event_id)
    return shown_event(found, coming(event_id), programme_of(event_id), questions_of(event_id))


@router.post(
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


@router.patch(
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
    """Where time or place of what is public move, its page says so, and the desk waits until people are told."""
    who, sent = caller(request), event.model_fields_set
    found = event_for(who.actor, event_id)
    with transaction.atomic():
        changed = events.change(
            who.actor,
            event=found,
            details=replace(details_of(found), **event.model_dump(exclude_unset=True, include=DETAILS)),
            campaign=campaign_named(who, event.campaign) if "campaign" in sent else found.campaign,
            series=series_named(who, event.series) if "series" in sent else found.series,
            seen=event.version,
        )
        _set_lines(who.actor, found, event)
        if event.tell and untold_of(changed) == "moved":
            _tell(who.actor, changed, "moved", event.words)
    return get_event(request, event_id)


@router.post(
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
        if how.tell:
            _tell(actor, off, "cancelled", how.in_each(off.organisation.offered[0]))
        return off.id

    return get_event(request, once(request, key, call_off))


@router.post(
    "/events/{event_id}/warn",
    response={200: schemas.Event, 400: Problem, 401: Problem, 404: Problem, 413: Problem, 422: Problem},
    operation_id="warnEvent",
    summary="Tell everybody that it is not safe",
)
def warn_event(
    request: HttpRequest, event_id: UUID, words: schemas.WarningWords, key: Key = None
) -> schemas.Event:
    """As often as need be. The mails go out in two minutes; until then the desk can take them back."""
    actor = caller(request).actor
    found = event_for(actor, event_id)

    def warn() -> UUID:
        _tell(actor, found, "unsafe", words.in_each(found.organisation.offered[0]))
        return found.id

    return get_event(request, once(request, key, warn))


def _tell(actor: Actor, event: Event, kind: str, words: Mapping[str, schemas.Words]) -> None:
    """In the words that were sent, else in ready ones, for each language that is offered."""
    sent = {code: {part: said for part, said in each.model_dump().items() if said} for code, each in words.items()}
    ready = ready_in_each(event, kind)
    said = {code: {**ready.get(code, {}), **sent.get(code, {})} for code in ready | sent}
    own = said.pop(event.organisation.offered[0])
    try:
        tell(actor, event=event, kind=kind, subject=own["subject"], text=own["text"], words=said)
    except InvalidFields as invalid:
        places = {name: "/".join(["words", *reversed(name.split("_"))]) for name in invalid.errors if "_" in name}
        raise InvalidFields({places.get(name, name): each for name, each in invalid.errors.items()}) from None


def _set_lines(actor: Actor, event: Event, said: schemas.EventDetails) -> None:
    """Who speaks and what the form asks, each where it was sent."""
    try:
        if "programme" in said.model_fields_set:
            speakers = [Speaking(**line.model_dump()) for line in said.programme]
            set_programme(actor, event=event, speakers=speakers)
        if "questions" in said.model_fields_set:
            set_questions(actor, event=event, questions=[Asking(**one.model_dump()) for one in said.questions])
    except InvalidFields as invalid:
        raise InvalidFields({_place(name): sentence for name, sentence in invalid.errors.items()}) from None


def _place(name: str) -> str:
    """Where in the body a field of the programme or of a question stands."""
    kind, number, part = name.split("-")
    return f"{'programme' if kind == 'speaker' else 'questions'}/{number}/{part}"
