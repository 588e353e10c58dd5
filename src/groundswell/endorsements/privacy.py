"""What endorsements say in public, and the address at which a body was asked."""

from groundswell.endorsements.upkeep import CONTACT_STAYS
from groundswell.events.privacy import ANNOUNCING
from groundswell.kit.privacy import About, Purpose, Table, Term, not_personal, personal, register

ASKING = Purpose(
    what="The address at which a body that is said to stand with something was asked whether it is so",
    why="So that nobody speaks for a body but the body itself. It is shown to nobody.",
    kept="Two weeks.",
    basis="Legitimate interests (Article 6(1)(f))",
)

register(
    Table(
        model="endorsements.Endorsement",
        about=About.NAMED,
        term=Term(words="as long as what it stands with, until it is withdrawn"),
        fields=not_personal("id", "organisation", "group", "event", "bloc", "series", "by", "kind", "decided")
        | not_personal("decided_on", "language", "created_at", "confirmed_at", "accepted_at")
        | personal(ANNOUNCING, "body", "text", export=False)
        | personal(
            ASKING,
            "contact_email",
            export=False,
            term=Term(words="two weeks", after=CONTACT_STAYS, since="created_at"),
        ),
    )
)
