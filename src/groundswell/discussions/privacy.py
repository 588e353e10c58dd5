"""What discussions say in public: nobody is named in them, but for who sees to an outcome."""

from groundswell.events.privacy import ANNOUNCING
from groundswell.kit.privacy import About, Purpose, Table, Term, not_personal, personal, register

DECIDING = Purpose(
    what="Who sees to what a meeting decided",
    why="So that others can ask how far it has come. Whoever is named took it on.",
    kept="As long as the discussion.",
    basis="Legitimate interests (Article 6(1)(f))",
)

register(
    Table(
        model="discussions.Discussion",
        about=About.NAMED,
        term=Term(words="as long as the organisation"),
        fields=not_personal("id", "organisation", "group", "slug", "status", "created_at")
        | personal(ANNOUNCING, "question", "background", export=False),
    ),
    Table(
        model="discussions.Caller",
        about=About.NOBODY,
        term=Term(words="as long as the discussion"),
        fields=not_personal("id", "organisation", "group", "discussion", "status", "created_at", "expires_at"),
    ),
    Table(
        model="discussions.Meeting",
        about=About.NOBODY,
        term=Term(words="as long as its event"),
        fields=not_personal("id", "organisation", "discussion", "event", "created_at"),
    ),
    Table(
        model="discussions.Note",
        about=About.NAMED,
        term=Term(words="as long as the meeting"),
        fields=not_personal("id", "organisation", "meeting", "position")
        | personal(ANNOUNCING, "heading", "text", export=False),
    ),
    Table(
        model="discussions.Outcome",
        about=About.NAMED,
        term=Term(words="as long as the meeting"),
        fields=not_personal("id", "organisation", "meeting", "position", "due", "state", "step")
        | personal(DECIDING, "text", "owner", export=False),
    ),
)
