"""``/segments``: whom somebody means, how many they are, and who."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from groundswell.api import schemas_people as schemas
from groundswell.api.pages import Paging, page_of
from groundswell.api.problems import Problem
from groundswell.api.tokens import caller
from groundswell.groups.access import EXPORT
from groundswell.people.access import segment_for
from groundswell.people.exporting import Exported, facts_of, members, require_export
from groundswell.people.queries import segments_of
from groundswell.people.seeing import see_segment
from groundswell.people.segments import count, parse, sentence

if TYPE_CHECKING:
    from groundswell.people.models import Segment

router = Router()


@router.get(
    "/segments",
    response={200: schemas.SegmentPage, 401: Problem, 422: Problem},
    operation_id="listSegments",
    summary="List the saved segments",
)
def list_segments(request: HttpRequest, asked: Query[Paging]) -> schemas.SegmentPage:
    """The newest first."""
    found = segments_of(caller(request).organisation_id).order_by("-id")
    page, following = page_of(found, asked, request)
    items = [schemas.Segment.model_validate(_shown(one)) for one in page]
    return schemas.SegmentPage(items=items, next=following)


@router.get(
    "/segments/{segment_id}",
    response={200: schemas.CountedSegment, 401: Problem, 404: Problem, 422: Problem},
    operation_id="getSegment",
    summary="Get a segment and how many people it means",
)
def get_segment(request: HttpRequest, segment_id: UUID, asked: Query[schemas.For]) -> schemas.CountedSegment:
    """Those who allow this by that channel; what people allow is always asked for."""
    found = segment_for(caller(request).actor, segment_id)
    people = count(found.organisation_id, parse(found.definition), purpose=asked.purpose, channel=asked.channel)
    facts = {**_shown(found), "purpose": asked.purpose, "channel": asked.channel, "people": people}
    return schemas.CountedSegment.model_validate(facts)


@router.get(
    "/segments/{segment_id}/people",
    response={200: schemas.SegmentPersonPage, 401: Problem, 403: Problem, 404: Problem, 422: Problem},
    operation_id="listSegmentPeople",
    summary="List the people whom a segment means",
)
def list_people(
    request: HttpRequest, segment_id: UUID, asked: Query[schemas.PeopleAsked]
) -> schemas.SegmentPersonPage:
    """Those who allow this at this moment, the newest first. It takes a token with contact data."""
    actor = caller(request).actor
    found = segment_for(actor, segment_id, EXPORT)
    said: dict[str, Any] = {"purpose": asked.purpose, "channel": asked.channel}
    require_export(actor, found, **said)
    page, following = page_of(members(found, **said), asked, request)
    people = facts_of(found.organisation_id, page, **said)
    see_segment(actor, segment=found, people=len(people), part=f"{asked.cursor} {asked.limit}")
    return schemas.SegmentPersonPage(items=[_person(one) for one in people], next=following)


def _shown(found: Segment) -> dict[str, object]:
    return {
        "id": found.id,
        "name": found.name,
        "sentence": sentence(parse(found.definition)),
        "created_at": found.created_at,
        "changed_at": found.changed_at,
    }


def _person(one: Exported) -> schemas.SegmentPerson:
    facts = {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "phone": one.phone,
        "postcode": one.sector,
        "language": one.language,
        "tags": one.tags,
        "groups": one.groups,
        "consents": [{"purpose": purpose, "channel": channel} for purpose, channel in one.allows],
    }
    return schemas.SegmentPerson.model_validate(facts)
