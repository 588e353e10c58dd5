"""What is publicly known of July 2016, and nothing else; what is not known is to be announced.

Living people are named here, so every page, mail and calendar entry of the demo says what it is.
"""

from dataclasses import dataclass

WEDNESDAY, SATURDAY = 2, 5


@dataclass(frozen=True, kw_only=True)
class Body:
    """An organisation of the demo, and what it wants."""

    slug: str
    name: str
    description: str
    accent: str
    campaign: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """An event of the demo.

    It falls on the first ``weekday`` that is at least ``ahead`` days ahead; ``supporters`` answer to it.
    """

    body: str
    title: str
    kind: str
    text: str
    weekday: int
    ahead: int
    supporters: int = 0
    published: bool = True


BODIES = (
    Body(
        slug="peoples-assembly",
        name="The People's Assembly Against Austerity",
        description="The Labour Assembly Against Austerity is a wing of it.",
        accent="#0b6b5d",
        campaign="Against austerity and racism",
        purpose="The emergency demonstration of July 2016.",
    ),
    Body(
        slug="labour-assembly",
        name="Labour Assembly Against Austerity",
        description="A wing of The People's Assembly Against Austerity.\n\nNational organiser: Matthew Willgress.",
        accent="#c8102e",
        campaign="Stand in unity",
        purpose="The series of “stand in unity” rallies of July 2016.",
    ),
    Body(
        slug="momentum",
        name="Momentum",
        description=(
            "An ally of the Labour Assembly Against Austerity, and co-organiser of the members' bloc at the "
            "emergency demonstration."
        ),
        accent="#7a1f5c",
        campaign="Keep Corbyn",
        purpose="The members' bloc of July 2016.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Tie:
    """What one organisation of the demo is to another: it offers, the other one accepts."""

    organisation: str
    kind: str
    body: str


TIES = (
    Tie(organisation="labour-assembly", kind="wing", body="peoples-assembly"),
    Tie(organisation="momentum", kind="ally", body="labour-assembly"),
)

MADE_UP_DAY = "It was called in July 2016. The day shown here is made up for this demonstration of the software."
ANOTHER = (
    "Another of the “stand in unity” rallies of the Labour Assembly Against Austerity.\n\n"
    f"Speakers, place and time: to be announced.\n\n{MADE_UP_DAY}"
)

DEMONSTRATION = "Emergency demonstration against austerity and racism"
"""In which the members' bloc marches."""

ANNOUNCEMENTS = (
    Announcement(
        body="peoples-assembly",
        title=DEMONSTRATION,
        kind="demonstration",
        text=(
            "The emergency demonstration of The People's Assembly Against Austerity, against austerity and "
            "racism. Over 1,000 people are expected.\n\n"
            f"Assembly point, route and speakers: to be announced.\n\n{MADE_UP_DAY}"
        ),
        weekday=SATURDAY,
        ahead=10,
        supporters=36,
    ),
    Announcement(
        body="labour-assembly",
        title="Stand in unity: rally with Diane Abbott MP",
        kind="rally",
        text=(
            "One of the “stand in unity” rallies of the Labour Assembly Against Austerity, "
            "a wing of The People's Assembly Against Austerity.\n\n"
            "Announced as a speaker: Diane Abbott MP. Further speakers: to be announced.\n\n"
            "National organiser: Matthew Willgress.\n\n"
            "It was called for Wednesday 20 July 2016. Here it has been moved to a Wednesday that lies ahead."
        ),
        weekday=WEDNESDAY,
        ahead=14,
        supporters=24,
    ),
    Announcement(
        body="labour-assembly",
        title="Stand in unity: another rally of the series",
        kind="rally",
        text=ANOTHER,
        weekday=WEDNESDAY,
        ahead=21,
        supporters=6,
    ),
    Announcement(
        body="labour-assembly",
        title="Stand in unity: a rally still in draft",
        kind="rally",
        text=ANOTHER,
        weekday=WEDNESDAY,
        ahead=28,
        published=False,
    ),
)
