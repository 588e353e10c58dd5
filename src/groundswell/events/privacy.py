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
        term=Term(words="as long as the organisation; a draft until a day after somebody throws it away"),
        fields=not_personal("id", "organisation", "group", "campaign", "slug", "kind", "status", "version")
        | not_personal("day", "starts", "ends", "zone", "opens_at", "closes_at", "created_at", "published_at")
        | not_personal("venue_name", "venue_address", "venue_postcode", "access_information")
        | not_personal("series", "latitude", "longitude", "online_url", "step_free", "seats", "bsl", "quiet_space")
        | not_personal("capacity", "audience", "count_shown", "expected", "target", "checklist", "door_list")
        | not_personal("former", "changed_at", "told_nobody", "publish_at", "dropped_at", "capacity_at")
        | personal(ANNOUNCING, "title", "text", "contact_name", "contact_how", export=False),
    ),
    Table(
        model="events.Series",
        about=About.NAMED,
        term=Term(words="as long as the organisation"),
        fields=not_personal("id", "organisation", "group", "slug", "created_at")
        | personal(ANNOUNCING, "title", "text", export=False),
    ),
    Table(
        model="events.Speaker",
        about=About.NAMED,
        term=Term(words="as long as the event"),
        fields=not_personal("id", "organisation", "event", "position", "standing")
        | personal(ANNOUNCING, "name", "line", export=False),
    ),
    Table(
        model="events.Question",
        about=About.NOBODY,
        term=Term(words="as long as the event"),
        fields=not_personal(
            "id", "organisation", "event", "position", "kind", "text", "choices", "purpose", "days"
        ),
    ),
    Table(
        model="events.Picture",
        about=About.NAMED,
        term=Term(words="as long as the event"),
        fields=not_personal("id", "organisation", "event", "width", "height", "made_at", "removed_at")
        | personal(ANNOUNCING, "alt", "image", export=False),
    ),
    Table(
        model="events.Arrangement",
        about=About.NAMED,
        term=Term(words="as long as the event"),
        fields=not_personal("id", "organisation", "event", "version", "duties", "days", "made_at")
        | personal(ANNOUNCING, "contact", export=False),
    ),
    Table(
        model="events.CoHost",
        about=About.NOBODY,
        term=Term(words="as long as the event"),
        fields=not_personal("id", "organisation", "event", "group", "position", "standing", "agreed")
        | not_personal("invited_at", "expires_at", "answered_at", "ended_at"),
    ),
    Table(
        model="events.Template",
        about=About.NAMED,
        term=Term(words="until a day after somebody throws it away"),
        fields=not_personal("id", "organisation", "group", "created_at", "dropped_at")
        | personal(ANNOUNCING, "name", "details", export=False),
    ),
)
