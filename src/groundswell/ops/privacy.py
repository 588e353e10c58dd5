"""What the running of the installation itself leaves behind."""

from groundswell.kit.privacy import About, Table, Term, not_personal, register

register(
    Table(
        model="ops.Heartbeat",
        about=About.NOBODY,
        term=Term(words="until the next one"),
        fields=not_personal("name", "at", "boot", "ahead", "set_at"),
    ),
)
