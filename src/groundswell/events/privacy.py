"""What events say: public on purpose, and it may name those who speak."""

from groundswell.kit.privacy import About, Purpose, Table, Term, not_personal, personal, register

ANNOUNCING = Purpose(
    what="What an event's page says, and whom it names",
    why="To tell people where to come and why. Those who are named agreed to speak.",
    kept="As long as the organisation shows what it did.",
    basis="Legitimate interests (Article 6(1)(f)); made public by those concerned (Article 9(2)(e))",
)

register(
    Table(
        model="events.Event",
        about=About.NAMED,
        term=Term(words="as long as the organisation"),
        fields=not_personal("id", "organisation", "group", "campaign", "slug", "kind", "status", "version")
        | not_personal("day", "starts", "ends", "zone", "opens_at", "closes_at", "created_at", "published_at")
        | not_personal("venue_name", "venue_address", "venue_postcode", "access_information")
        | personal(ANNOUNCING, "title", "text", export=False),
    ),
)
