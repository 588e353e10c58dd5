"""What the journal holds, for how long."""

from django.utils.translation import gettext_lazy as _

from groundswell.intake.upkeep import ENTRIES_STAY, PAYLOADS_STAY, TOUCHES_STAY
from groundswell.kit.privacy import About, Erasure, Purpose, Table, Term, not_personal, personal, register, special

JOURNAL = Purpose(
    what=_("What you typed, as it arrived"),
    why=_("So that no answer is lost before it is worked on."),
    kept=_("One hour after it was worked on."),
    basis="Explicit consent (Articles 6(1)(a) and 9(2)(a))",
)

_TYPED = Term(words="1 hour after it arrived, once it is settled", after=PAYLOADS_STAY, since="received_at")

register(
    Table(
        model="intake.Entry",
        about=About.SUPPORTERS,
        term=Term(words="30 days after it arrived", after=ENTRIES_STAY, since="received_at"),
        erasure=Erasure.BLANKED,
        # Not given out: within the hour it is in the answer itself, or it is nobody's yet.
        fields=not_personal(
            "organisation_id", "id", "writer", "sequence", "kind", "subject", "received_at", "patience"
        )
        | special(JOURNAL, "payload", export=False, term=_TYPED)
        | personal(JOURNAL, "via", export=False, term=_TYPED),
    ),
    Table(
        model="intake.Position",
        about=About.NOBODY,
        term=Term(words="as long as the organisation"),
        fields=not_personal("organisation_id", "writer", "sequence"),
    ),
    Table(
        model="intake.Floor",
        about=About.NOBODY,
        term=Term(words="as long as the installation"),
        fields=not_personal("writer", "sequence", "blanked"),
    ),
    Table(
        model="intake.SetAside",
        about=About.NOBODY,
        term=Term(words="30 days after it was set aside", after=ENTRIES_STAY, since="at"),
        fields=not_personal("organisation_id", "id", "kind", "subject", "code", "sentence", "at"),
    ),
    Table(
        model="intake.Touch",
        about=About.NOBODY,
        term=Term(words="1 hour", after=TOUCHES_STAY),
        fields=not_personal("id", "tag"),
    ),
)
