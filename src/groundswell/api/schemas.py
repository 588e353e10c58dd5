"""What goes in and out: a contract, so everything is spelled out here, and tests hold it against the nouns."""

import re
from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from groundswell.api.pages import Paging

Kind = Literal["rally", "demonstration", "meeting", "discussion", "training", "action"]
EventStatus = Literal["draft", "published", "cancelled", "over"]
Audience = Literal["everybody", "members", "invited"]
Known = Literal["yes", "no", "unknown"]
Standing = Literal["invited", "confirmed", "announced"]
QuestionKind = Literal["text", "choice", "yes-no"]
AttendanceStatus = Literal["accepted", "tentative", "declined"]
Language = Literal["", "en", "fr"]
BodyKind = Literal["union", "union-branch", "party-branch", "community", "faith", "students", "other"]
Decided = Literal["motion", "executive", "meeting", "other"]
Offer = Literal["steward", "drive", "banner"]

SLUG = r"^[-a-zA-Z0-9_]*$"
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"


def _day(typed: object) -> object:
    if isinstance(typed, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
        return typed
    raise ValueError("Write the day like 2026-07-20.")


def _clock(typed: object) -> object:
    if typed is None or isinstance(typed, time) or (isinstance(typed, str) and re.fullmatch(CLOCK, typed)):
        return typed
    raise ValueError("Write the time like 18:30.")


Day = Annotated[date, BeforeValidator(_day)]
Clock = Annotated[
    time | None,
    BeforeValidator(_clock),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": CLOCK}, {"type": "null"}]}),
]


class Organisation(BaseModel):
    """The body that is answerable for what the token reaches."""

    id: UUID
    slug: str
    name: str
    accent: str = Field(description="The colour of its pages, like #b3122a.")
    contact_email: str
    postal_address: str
    languages: list[str] = Field(description="In which its pages are offered, its own first (BCP 47).")
    campaigns: list[str] = Field(description="The names of its campaigns, which events can serve.")
    demonstration_note: str = Field(description="What every copy of a made-up event has to say; otherwise empty.")
    created_at: datetime


class OrganisationPage(BaseModel):
    """Organisations; a token reaches one."""

    items: list[Organisation]
    next: str | None = Field(description="The URL of the next page, or null on the last one.")


class Group(BaseModel):
    """A part of an organisation; groups form a tree, whose root is the whole organisation."""

    id: UUID
    slug: str
    url: str = Field(description="Its public page.")
    organisation: str = Field(description="The slug of its organisation.")
    parent: str | None = Field(description="The slug of the group above, or null for the root.")
    name: str
    description: str
    created_at: datetime


class NewGroup(BaseModel):
    """A group to make."""

    model_config = ConfigDict(extra="forbid")

    parent: str = Field(
        default="",
        max_length=60,
        pattern=SLUG,
        description="The group above it, by its slug; else the whole organisation.",
    )
    name: str = Field(min_length=1, max_length=120, description="Its address is made from it.")
    description: str = Field(default="", max_length=10_000)


class GroupPage(BaseModel):
    """Groups, the newest first."""

    items: list[Group]
    next: str | None = Field(description="The URL of the next page, or null on the last one.")


class Series(BaseModel):
    """Events that belong together."""

    id: UUID
    slug: str
    url: str = Field(description="Its public page, for as long as it has an event that is no draft.")
    organisation: str = Field(description="The slug of its organisation.")
    group: str = Field(description="The slug of the group that keeps it.")
    title: str
    text: str
    created_at: datetime


class SeriesWords(BaseModel):
    """What the page of a series says below its title."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(default="", max_length=10_000, description="Plain text; blank lines part its paragraphs.")


class NewSeries(SeriesWords):
    """A series to begin."""

    group: str = Field(
        default="",
        max_length=60,
        pattern=SLUG,
        description="The group that keeps it, by its slug; else the whole organisation.",
    )
    title: str = Field(min_length=1, max_length=140)


class ChangedSeries(SeriesWords):
    """What is to be changed of a series; what is left out stays as it is."""

    title: str = Field(default="", min_length=1, max_length=140)


class SeriesPage(BaseModel):
    """Series, the newest first."""

    items: list[Series]
    next: str | None = Field(description="The URL of the next page, or null on the last one.")


class EventsAsked(Paging):
    """The parameters of the list of events."""

    slug: str = Field(default="", max_length=80, pattern=SLUG, description="Only the event of this slug.")


class Speaker(BaseModel):
    """Somebody in an event's programme; only who is announced stands on its page."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=120)
    line: str = Field(default="", max_length=200, description="A few words about them.")
    standing: Standing = "invited"


class Asked(BaseModel):
    """One more thing that an event's form is to ask."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(
        default=None, description="Of the question that this one changes; without it, a new one."
    )
    text: str = Field(min_length=1, max_length=200)
    kind: QuestionKind = "text"
    choices: list[Annotated[str, Field(max_length=200)]] = Field(
        default=[], max_length=12, description="The answers of a choice, 2 at least."
    )
    purpose: str = Field(min_length=1, max_length=200, description="Why it is asked; stands below the question.")
    days: int = Field(
        default=30, strict=True, ge=0, le=30, description="How long after the event its answers are kept."
    )


class EventDetails(BaseModel):
    """What an event says of itself beside its title and its day; its picture is uploaded at the desk."""

    model_config = ConfigDict(extra="forbid")

    series: str = Field(
        default="", max_length=80, pattern=SLUG, description="The series that it belongs to, by its slug."
    )
    campaign: str = Field(default="", max_length=120, description="The campaign that it serves, by its name.")
    programme: list[Speaker] = Field(
        default=[], max_length=40, description="Who speaks, in order. Whoever is sent replaces who was there."
    )
    questions: list[Asked] = Field(
        default=[],
        max_length=8,
        description="What its form asks beyond the usual, in order. What is not sent goes, with its answers.",
    )
    kind: Kind = "rally"
    text: str = Field(default="", max_length=10_000, description="Plain text; blank lines part its paragraphs.")
    starts: Clock = Field(default=None, description="When it begins, on the clock of its zone.")
    ends: Clock = Field(default=None, description="When it ends; before its start means on the day after.")
    zone: str = Field(
        "Europe/London", max_length=60, description="The time zone, by its name in the IANA database."
    )
    venue_name: str = Field(default="", max_length=140)
    venue_address: str = Field(default="", max_length=300)
    venue_postcode: str = Field(default="", max_length=10, description="A postcode of the United Kingdom.")
    latitude: float | None = Field(
        default=None, strict=True, ge=-90, le=90, description="WGS 84, for a place without postcode."
    )
    longitude: float | None = Field(default=None, strict=True, ge=-180, le=180)
    online_url: str = Field("", max_length=500, description="Shown only to those who are coming; https.")
    step_free: Known = "unknown"
    seats: Known = "unknown"
    bsl: Known = Field(default="unknown", description="Whether it is interpreted in British Sign Language.")
    quiet_space: Known = "unknown"
    access_information: str = Field(default="", max_length=2000)
    capacity: int | None = Field(
        default=None, strict=True, ge=1, le=1_000_000, description="People, guests included."
    )
    audience: Audience = Field(default="everybody", description="Only those for everybody stand in public lists.")
    contact_name: str = Field(default="", max_length=120)
    contact_how: str = Field(default="", max_length=200, description="A number or an address of the contact.")
    count_shown: bool = Field(default=True, strict=True, description="Whether the page says how many are coming.")
    expected: int | None = Field(
        default=None, strict=True, ge=0, le=10_000_000, description="How many the organisers expect."
    )
    target: int | None = Field(default=None, strict=True, ge=0, le=10_000_000, description="How many they want.")


class NewEvent(EventDetails):
    """An event to announce. What is left out is not known yet, and shown as to be announced."""

    group: str = Field(
        "",
        max_length=60,
        pattern=SLUG,
        description="The group that calls it, by its slug; else the whole organisation.",
    )
    title: str = Field(min_length=1, max_length=140)
    day: Day = Field(description="The day it begins, on the calendar of its zone.")


class Words(BaseModel):
    """What a mail says in one language; what is left out is said in ready words."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(default="", max_length=140)
    text: str = Field(default="", max_length=5000)


InEach = Annotated[
    dict[str, Words],
    Field(
        default_factory=dict,
        max_length=40,
        description="The mail in each language that the organisation offers, by its code; else ready words.",
    ),
]


class ChangedEvent(EventDetails):
    """What is to be changed of an event; what is left out stays as it is."""

    version: int = Field(
        ge=0, le=2**31 - 1, description="The version that the change was made on; with another one it is refused."
    )
    title: str = Field(default="", min_length=1, max_length=140)
    day: Day = Field(default=date.min, description="The day it begins, on the calendar of its zone.")
    tell: bool = Field(
        default=False,
        strict=True,
        description="Whether all who are coming, wait or may come get a mail where time or place move, in two "
        "minutes; else the desk asks for it.",
    )
    words: InEach


class WarningWords(BaseModel):
    """Words to everybody who is coming, waits or may come, of every organisation that holds the event."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(
        default="",
        max_length=140,
        description="Of the mail, in the organisation’s first language; else ready words.",
    )
    text: str = Field(default="", max_length=5000, description="Of the mail; else ready words.")
    words: InEach

    def in_each(self, first: str) -> dict[str, Words]:
        """The words by language; ``first`` is that of the subject and text beside them."""
        return {first: Words(subject=self.subject, text=self.text), **self.words}


class Cancellation(WarningWords):
    """How an event is called off: whether those who said yes are told, and in which words."""

    tell: bool = Field(
        default=True, strict=True, description="Whether everybody who is coming, waits or may come gets a mail."
    )


class Question(BaseModel):
    """One more thing that an event's form asks, with why it is asked and how long the answer is kept."""

    id: UUID
    text: str
    kind: QuestionKind
    choices: list[str]
    purpose: str
    days: int


class Event(BaseModel):
    """An event as it stands."""

    id: UUID
    slug: str
    url: str = Field(description="Its public page, for as long as it is no draft.")
    status: EventStatus
    organisation: str = Field(description="The slug of the organisation that is answerable for it.")
    group: str = Field(description="The slug of the group that calls it.")
    series: str = Field(description="The slug of the series that it belongs to, or empty.")
    campaign: str = Field(description="The name of the campaign that it serves, or empty.")
    version: int = Field(description="Rises with every change; send it along with the next one.")
    title: str
    kind: Kind
    text: str
    day: date
    starts: Clock
    ends: Clock
    zone: str
    opens_at: datetime = Field(description="When it begins, in UTC.")
    closes_at: datetime = Field(description="Until when it takes answers, in UTC.")
    venue_name: str
    venue_address: str
    venue_postcode: str
    latitude: float | None
    longitude: float | None
    online_url: str
    step_free: Known
    seats: Known
    bsl: Known
    quiet_space: Known
    access_information: str
    capacity: int | None
    audience: Audience
    contact_name: str
    contact_how: str
    count_shown: bool
    expected: int | None
    target: int | None
    programme: list[Speaker] = Field(description="Who speaks, in order; only who is announced stands on its page.")
    questions: list[Question] = Field(description="What its form asks beyond the usual, in order.")
    changed_at: datetime | None = Field(description="When time or place of what was public last moved.")
    coming: int = Field(description="How many people are coming by confirmed answers, guests included.")
    demonstration_note: str = Field(description="What every copy of a made-up event has to say; otherwise empty.")
    created_at: datetime
    published_at: datetime | None


class EventPage(BaseModel):
    """Events, the newest first."""

    items: list[Event]
    next: str | None = Field(description="The URL of the next page, or null on the last one.")


class Person(BaseModel):
    """Who answered; null for a token that carries no contact data."""

    name: str | None
    email: str | None


class Response(BaseModel):
    """An answer to one of the questions that an event’s form asks beyond the usual."""

    question: str
    text: str


class Attendance(BaseModel):
    """One person's answer to one event."""

    id: UUID
    person: Person
    status: AttendanceStatus
    confirmed: bool = Field(description="Whether the mailbox has confirmed it; only then it counts.")
    attended: bool | None = Field(description="Whether they came; null while nobody has said.")
    waiting: bool = Field(description="Whether they wait for a place to become free.")
    guests: int = Field(description="How many people come along.")
    offers: list[Offer] = Field(description="What they can do for the day.")
    responses: list[Response] | None = Field(
        description="What they said to the event’s own questions; null for a token that carries no contact data."
    )
    via: str = Field(
        description="The name of the share link that brought them, the subject of an invitation, or empty."
    )
    created_at: datetime


class NewAttendance(BaseModel):
    """Somebody who signs up at a stall, as they said it; it counts once they say yes in the mail that they get."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=120)
    email: str = Field(min_length=3, max_length=254)
    postcode: str = Field(default="", max_length=10, description="Only its sector is kept.")
    guests: int = Field(default=0, strict=True, ge=0, le=9, description="How many people come along.")
    status: Literal["accepted", "tentative"] = "accepted"
    agree: Literal[True] = Field(
        description="That they ticked the required box, by the words in force; without it nothing may be recorded."
    )
    updates: bool = Field(default=False, strict=True, description="That they ticked the box for news.")
    nearby: bool = Field(default=False, strict=True, description="That they ticked the box for events nearby.")
    language: Language = Field(default="", description="In which they were asked and get their mails (BCP 47).")


class ChangedAttendance(BaseModel):
    """What can be said of somebody’s answer for them; all else they change by the link in their mail."""

    model_config = ConfigDict(extra="forbid")

    attended: bool = Field(
        strict=True, description="Whether they are checked off at the door; false takes it back."
    )


class AttendancePage(BaseModel):
    """Answers to an event, the newest first."""

    items: list[Attendance]
    next: str | None = Field(description="The URL of the next page, or null on the last one.")


class Endorsement(BaseModel):
    """That a body stands with something of the organisation's. Its contact is no part of it."""

    id: UUID
    body: str = Field(description="What the body is called, with its branch.")
    kind: BodyKind
    decided: Decided
    decided_on: date | None
    text: str
    group: str = Field(description="The address of the group that calls to it.")
    event: UUID | None = Field(description="The event it stands with; without event, bloc and series, the group.")
    bloc: UUID | None
    series: UUID | None
    confirmed_at: datetime | None = Field(description="When the body itself said so.")
    accepted_at: datetime | None = Field(description="When it was let onto the page; shown once both are there.")
    created_at: datetime


class EndorsementPage(BaseModel):
    """Endorsements, the newest first."""

    items: list[Endorsement]
    next: str | None = Field(description="The URL of the next page, or null on the last one.")
