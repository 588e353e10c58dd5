"""What the ledger holds: who of the organisers did what, and of supporters only figures and codes."""

from groundswell.kit.privacy import About, Purpose, Table, Term, not_personal, personal, register

ACCOUNTABILITY = Purpose(
    what="What an account did, and when",
    why="To answer for what is done with people's data, and to find what was done wrongly.",
    kept="As long as the organisation: the chain would break.",
    basis="Legitimate interests and accountability (Articles 6(1)(f) and 5(2))",
)

_STAYS = Term(words="as long as the organisation; a closed account leaves an id that names nobody")

register(
    Table(
        model="ledger.Entry",
        about=About.ACCOUNTS,
        term=_STAYS,
        fields=not_personal("organisation_id", "id", "at", "verb", "object_id", "detail", "seal")
        | personal(ACCOUNTABILITY, "actor"),
    ),
    Table(
        model="ledger.Seal",
        about=About.NOBODY,
        term=_STAYS,
        fields=not_personal("organisation_id", "number", "entries", "sha256", "at"),
    ),
    Table(
        model="ledger.Head",
        about=About.NOBODY,
        term=_STAYS,
        fields=not_personal("organisation_id", "seals", "entries", "sha256", "signature"),
    ),
)
