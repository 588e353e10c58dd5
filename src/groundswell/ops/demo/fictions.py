"""What the demo needs and nobody knows of July 2016: plainly made up, and each page says so.

Coaches, stewards, the order of march, the union branches and the meetings of the discussion programme: so that
there is something to look at in every corner, and nobody is said to have done what they did not.
"""

from datetime import time

from groundswell.blocs.details import Coach, Looks
from groundswell.blocs.details import Details as Bloc
from groundswell.discussions.operations import Decided, Said
from groundswell.endorsements.details import Details as Endorsed

MADE_UP = "Stewards, coaches, times and what to bring are made up for this demonstration of the software."

MEMBERS_BLOC = Bloc(
    name="Keep Corbyn JC4PM",
    text=(
        "The members' bloc at the emergency demonstration of The People's Assembly Against Austerity, "
        "organised by the Labour Assembly Against Austerity and Momentum.\n\n"
        f"Assembly point: to be announced.\n\n{MADE_UP}"
    ),
    gathers=time(12),
    sets_off=time(13),
    bring="Your branch's banner. Placards with two words are read from afar.",
    dispersal="Coaches leave an hour after the last speech, from where they set you down.",
    stewards=(
        Looks(name="Ada Example", phone="01632 960001"),
        Looks(name="Ben Sample", phone="01632 960002", section="Front banner"),
        Looks(name="Cleo Example", phone="01632 960003", section="Families and pushchairs"),
    ),
    pick_ups=(
        Coach(where="Sampleton, before the town hall", leaves=time(7, 30), seats=49, note="Sample Workers' Union"),
        Coach(where="Exampleham, at the bus station", leaves=time(8), seats=33, note="Example Teachers' Union"),
    ),
)
"""Telephone numbers are from the range that Ofcom keeps free for drama."""

ENDORSED = (
    Endorsed(
        body="Sample Workers' Union, Sampleton branch",
        kind="union-branch",
        decided="motion",
        text="We bring our banner and a coach. (Branch and motion are made up.)",
        contact_email="secretary@sample-workers.example.org",
    ),
    Endorsed(
        body="Example Teachers' Union, Exampleham branch",
        kind="union-branch",
        decided="executive",
        text="A place in our coach costs what you can give. (Branch and coach are made up.)",
        contact_email="branch@example-teachers.example.org",
    ),
)

FRONT = Bloc(
    name="The front of the march",
    text=f"Those who carry the first banner.\n\n{MADE_UP}",
    gathers=time(11, 30),
    sets_off=time(13),
)
"""The host's own bloc, so that the order of march has more than one line."""

QUESTION = "How do we assemble mass support?"
BACKGROUND = (
    "A programme of local discussions: what brings people to a first meeting, what brings them back, and what "
    "can we ask of them?\n\nAnybody may hold a meeting on it in their town.\n\n"
    "The meetings and what was said at them are made up for this demonstration of the software."
)

WEEKS_AGO = {"labour-assembly": 3, "momentum": 2, "peoples-assembly": 1}
"""Who held a meeting, and how many weeks before the demo was loaded."""

SAID = {
    "labour-assembly": (
        Said(heading="What brought us here", text="A friend asked. Hardly anybody came because of a leaflet."),
        Said(heading="What keeps people away", text="Meetings that begin late and end later, and stairs."),
    ),
    "momentum": (
        Said(
            heading="After the first rally",
            text="People want something to do within a week, near home.",
        ),
    ),
    "peoples-assembly": (
        Said(heading="Allies", text="March together, each under its own name; nobody hands over a list."),
    ),
}

DECIDED = {
    "labour-assembly": (Decided(text="Ring everybody who came to the last rally once", owner="Dev Example"),),
    "momentum": (Decided(text="Hold a street stall every Saturday until the demonstration", owner="Ewa Sample"),),
}

TO_LET_GO = {
    "subject": "{first_name|Friend}, who comes with you?",
    "preheader": "Each of us brings one more",
    "text": "# Each of us brings one more\n\nDear {first_name|friend},\n\n"
    "you said that you are coming. Ask one person today who has not heard of it yet, and come.\n\n{event}",
}
"""A mailing that is a draft."""

WENT_OUT = {
    "subject": "{first_name|Friend}, the order of march stands",
    "preheader": "Find your bloc, and those who walk beside you",
    "text": "# The order of march stands\n\nDear {first_name|friend},\n\n"
    "the first blocs have their places. Look whose banner you walk behind, and when they gather.\n\n"
    "[See who walks where](%(march)s)\n\nYou have not said yet that you are coming? It takes a minute.\n\n"
    "[I’m coming](%(event)s)\n\n{event}\n\n"
    f"{MADE_UP}",
}
"""One that was sent, with where its buttons lead left open."""

FOLLOWED, CAME_BACK = (7, 3), 4
"""How often its buttons were followed, by their addresses, and the number of the copy that came back."""

COMPLAINED, COMPLAINT_IN, DAYS_AGO = "Rosa Example", "peoples-assembly", 6
COMPLAINT = (
    "The message about the last rally reached me twice, though I had ticked no box for news. Where do you have my "
    "address from, and please see that it does not happen again. (Made up for this demonstration of the software.)"
)
"""What somebody finds wrong, and in whose complaints it is found with its days."""

SECOND_ADDRESS = "ada.at.work@example.org"
"""At which somebody who is there already answers once more: the desk asks whether both are one."""
