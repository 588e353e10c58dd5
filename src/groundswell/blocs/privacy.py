"""What blocs say in public, and the few people whom only stewards may reach."""

from groundswell.blocs.upkeep import STEWARDS_STAY
from groundswell.events.privacy import ANNOUNCING
from groundswell.kit.privacy import About, Purpose, Table, Term, not_personal, personal, register

STEWARDING = Purpose(
    what="Who looks after a section of a bloc, and their telephone number",
    why="So that the stewards of the organisations that call to the bloc reach each other on the day.",
    kept="Until a week after the event.",
    basis="Legitimate interests (Article 6(1)(f))",
)

register(
    Table(
        model="blocs.Elsewhere",
        about=About.NAMED,
        term=Term(words="as long as the event"),
        fields=not_personal("event", "organisation", "url") | personal(ANNOUNCING, "host", export=False),
    ),
    Table(
        model="blocs.Bloc",
        about=About.NAMED,
        term=Term(words="as long as the event"),
        fields=not_personal(
            "id", "organisation", "group", "event", "slug", "status", "version", "position", "place"
        )
        | not_personal("landmark", "latitude", "longitude", "gathers", "sets_off", "created_at", "published_at")
        | personal(ANNOUNCING, "name", "text", "route", "march", "bring", "dispersal", export=False)
        | personal(ANNOUNCING, "place_reason", export=False),
    ),
    Table(
        model="blocs.Caller",
        about=About.NOBODY,
        term=Term(words="as long as the bloc"),
        fields=not_personal("id", "bloc", "organisation", "group", "status", "created_at", "expires_at"),
    ),
    Table(
        model="blocs.Steward",
        about=About.STEWARDS,
        term=Term(words="a week after the event", after=STEWARDS_STAY, since="bloc.event.closes_at"),
        fields=not_personal("id", "organisation", "bloc", "position", "section")
        | personal(STEWARDING, "name", "phone", export=False),
    ),
    Table(
        model="blocs.PickUp",
        about=About.NAMED,
        term=Term(words="as long as the bloc"),
        fields=not_personal("id", "organisation", "bloc", "position", "where", "leaves", "seats", "taken")
        | personal(ANNOUNCING, "note", export=False),
    ),
)
