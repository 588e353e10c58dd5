"""What goes in and out about people and segments of them: the second part of the contract."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from groundswell.api.pages import Paging

Purpose = Literal["event", "updates", "nearby"]
Channel = Literal["email", "sms", "phone", "post"]


class For(BaseModel):
    """For what and by what somebody is to be reached: only who allows this is in a segment."""

    purpose: Purpose = Field(default="updates", description="News of the campaign, events near them, or an event.")
    channel: Channel = Field(default="email")


class PeopleAsked(Paging, For):
    """The parameters of the list of a segment's people."""


class Segment(BaseModel):
    """Whom somebody means, under a name. It keeps what was said and not who it was."""

    id: UUID
    name: str
    sentence: str = Field(description="The segment as a sentence; groups and events are not named in it.")
    created_at: datetime
    changed_at: datetime


class CountedSegment(Segment):
    """A segment with how many people it means at this moment."""

    purpose: Purpose
    channel: Channel
    people: int = Field(description="Those who allow this and are not suppressed.")


class SegmentPage(BaseModel):
    """Saved segments, the newest first."""

    items: list[Segment]
    next: str | None = Field(description="The URL of the next page, or null on the last one.")


class Allowed(BaseModel):
    """One thing that somebody allows at this moment."""

    purpose: Purpose
    channel: Channel


class SegmentPerson(BaseModel):
    """Somebody whom a segment means."""

    id: UUID
    name: str
    email: str
    phone: str = Field(description="Empty for whoever allows neither calls nor text messages.")
    postcode: str = Field(description="The first part of a UK postcode, with the sector.")
    language: str
    tags: list[str]
    groups: list[str] = Field(description="The names of those to which they belong.")
    consents: list[Allowed]


class SegmentPersonPage(BaseModel):
    """People of a segment, the newest first. A page can hold fewer than asked for, and not be the last."""

    items: list[SegmentPerson]
    next: str | None = Field(description="The URL of the next page, or null on the last one.")
