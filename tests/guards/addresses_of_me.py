"""What you know about me: the addresses behind the links of a mailing, with what each persona gets."""

from groundswell.mailings.links import invitations
from groundswell.people.links import tokens
from groundswell.people.queries import current_wordings
from tests.guards import canaries
from tests.guards.expected import NOWHERE, Address, everybody, public
from tests.guards.world import Tenant


def behind_mailing(purpose: str, own: Tenant) -> str:
    """The path behind a link of a mailing to Ada."""
    given = tokens(purpose if purpose in {"stop", "mute"} else "me", own.organisation.id)(own.attendance.person_id)
    return f"/me/{given}" if purpose == "me" else f"/me/{purpose}/{given}"


def theirs(own: Tenant) -> tuple[str, ...]:
    """What Ada is shown of herself."""
    return (
        canaries.name_of(own.name, "ada"),
        canaries.email_of(own.name, "ada"),
        canaries.via_of(own.name, "ada"),
        canaries.SECTORS[own.name][1],
        canaries.number(own.name),
        canaries.told(own.name, "tag"),
        *canaries.answered(own.name),
    )


def invitation(own: Tenant) -> str:
    """The path behind the button of an invitation to Ada."""
    return f"/me/come/{invitations(own.organisation.id, own.event.id)(own.attendance.person_id)}"


ME = [
    public(
        "me/come/<str:given>",
        invitation,
        missing="/me/come/none",
        expect={"POST": everybody(200)},
        form=lambda own: {"wording": str(current_wordings(own.organisation.id)["event"].id)},
    ),
    public(
        "me/complain/<str:given>",
        lambda own: behind_mailing("complain", own),
        missing="/me/complain/none",
        expect={"POST": everybody(303)},
        form=lambda _: {"text": "I asked you to stop."},
    ),
    public(
        "me/correct/<str:given>",
        lambda own: behind_mailing("correct", own),
        missing="/me/correct/none",
        expect={"POST": everybody(200)},
        form=lambda own: {"name": canaries.name_of(own.name, "ada"), "postcode": canaries.SECTORS[own.name][0]},
        reveals=lambda own: (
            canaries.name_of(own.name, "ada"),
            canaries.SECTORS[own.name][1],
            canaries.number(own.name),
        ),
    ),
    public(
        "me/object/<str:given>",
        lambda own: behind_mailing("object", own),
        missing="/me/object/none",
        expect={"POST": everybody(200)},
    ),
    public(
        "me/mute/<str:given>",
        lambda own: behind_mailing("mute", own),
        missing="/me/mute/none",
        expect={"POST": everybody(200)},
        form=lambda _: {"List-Unsubscribe": "One-Click"},
    ),
    public(
        "me/stop/<str:given>",
        lambda own: behind_mailing("stop", own),
        missing="/me/stop/none",
        expect={"POST": everybody(200)},
        form=lambda _: {"List-Unsubscribe": "One-Click"},
    ),
    public(
        "me/<str:given>.json",
        lambda own: f"{behind_mailing('me', own)}.json",
        missing="/me/none.json",
        reveals=lambda own: (*theirs(own), canaries.complaint(own.name)),
    ),
    public(
        "me/<str:given>",
        lambda own: behind_mailing("me", own),
        missing="/me/none",
        expect={"POST": everybody(200)},
        form=lambda _: {"allow-updates": "yes"},
        reveals=lambda own: (*theirs(own), canaries.complaint(own.name)),
    ),
    Address(
        route="me/<str:given>",
        note="with the link that stops mail",
        url=lambda own: behind_mailing("stop", own).replace("/stop", ""),
        missing="/me/none",
        expect={"GET": everybody(404), "POST": everybody(404)},
        otherwise=NOWHERE,
    ),
]
