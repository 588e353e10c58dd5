"""The ways into the desk, and out of it: their addresses, which are the same for everybody."""

from groundswell.groups.invitations import token_of
from tests.guards import canaries
from tests.guards.expected import NOWHERE, Address, everybody, public
from tests.guards.personas import Persona

SIGN_IN = [
    public(
        "desk/sign-in",
        lambda _: "/desk/sign-in",
        expect={"POST": everybody(303)},
        form=lambda _: {"email": "anybody@example.org"},
    ),
    # Whoever asked for no code is led to where one does.
    public(
        "desk/sign-in/code",
        lambda _: "/desk/sign-in/code",
        expect={"GET": everybody(303), "POST": everybody(303)},
        form=lambda _: {"code": "12345678"},
    ),
    Address(
        route="desk/sign-in/passkey",
        url=lambda _: "/desk/sign-in/passkey",
        expect={"POST": everybody(422)},
        otherwise=NOWHERE,
        form=lambda _: {"credential": "{}"},
    ),
    Address(
        # Only between a right code and the desk: the others are led to where they are, or may begin.
        route="desk/sign-in/second-step",
        url=lambda _: "/desk/sign-in/second-step",
        expect={},
        otherwise=everybody(302),
        form=lambda _: {"code": "123456"},
    ),
    public(
        "desk/sign-in/<str:secret>",
        lambda own: f"/desk/sign-in/{own.sign_in_secret}",
        missing="/desk/sign-in/none",
        expect={"POST": everybody(303)},
        reveals=lambda own: (canaries.account_email(own.name, Persona.OWNER),),
    ),
    public(
        "desk/invitation/<str:token>",
        lambda own: f"/desk/invitation/{token_of(own.invitation.id)}",
        missing="/desk/invitation/none",
        expect={"POST": everybody(302)},
        reveals=lambda own: (canaries.told(own.name, "invited"), canaries.told(own.name, "guest")),
    ),
    Address(
        route="desk/sign-out", url=lambda _: "/desk/sign-out", expect={"POST": everybody(303)}, otherwise=NOWHERE
    ),
]
