"""The record of processing (Article 30 of the UK GDPR), written from the privacy registry."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils import translation

from groundswell.kit.privacy import About, Class, Field, Purpose, Table, purposes, tables

HEAD = """\
# Record of processing

What an installation of Groundswell keeps about people, why, and for how long: each field of each table of its
databases. It is written from the privacy registry by `./groundswell manage processing`, and a test holds the two
against each other; do not edit it by hand.

- **Controller:** the organisation in whose records somebody is. Each has its own, and none sees another's. Its
  name and how to reach it stand in its privacy notice, at `/privacy/…`.
- **Processor:** whoever runs the installation, with its mail server, or the provider that is set in place of one
  (`--mail-provider`): it is handed each mail and its address, and says what came back. Nobody else receives
  anything: no page loads anything from third parties.
- **Safeguards:** roles checked at every address, an append-only ledger of what accounts do, keys kept outside of
  the database, secrets kept as hashes only, deletion that overwrites: on SQLite at once, on PostgreSQL when it
  vacuums.
- **Outside of the tables:** copies of mail that are kept in the data folder (where there is no mail server) go
  with their rows. The list of erasures, `erasures.jsonl`, holds keyed hashes: with it a backup that is put back
  forgets again who was forgotten. Logs name nobody. Backups hold everything: guard them, and delete old ones.
"""


HEADINGS = {
    About.SUPPORTERS: "Supporters",
    About.ACCOUNTS: "People who work here",
    About.NAMED: "People whom an organisation names in public",
    About.STEWARDS: "People who look after others on the day",
    About.NOBODY: "About nobody",
}


def record_of_processing() -> str:
    """The record as Markdown, in English, the same for the same registry."""
    with translation.override("en"):
        parts = [HEAD, *(_about(about) for about in About)]
        return "\n".join(parts)


def _about(about: About) -> str:
    of_these = [table for table in tables() if table.about == about]
    lines = [f"## {HEADINGS[about]}\n"]
    if why := purposes(about) if about != About.NOBODY else []:
        lines += [*_grid(("What", "Why", "How long", "Ground"), map(_purpose, why)), ""]
    for table in of_these:
        lines += [f"### `{table.model}`\n", _fate(table), "", *_fields(table), ""]
    return "\n".join(lines)


def _purpose(purpose: Purpose) -> Sequence[str]:
    return str(purpose.what), str(purpose.why), str(purpose.kept), purpose.basis


def _fate(table: Table) -> str:
    kept = f"Kept {table.term.words}."
    return f"{kept} When somebody is forgotten: {table.erasure}." if table.about == About.SUPPORTERS else kept


def _fields(table: Table) -> Iterator[str]:
    personal = {name: one for name, one in table.fields.items() if one.kind != Class.NOT_PERSONAL}
    if personal:
        yield from _grid(
            ("Field", "Class", "Given out to the person", "Kept otherwise than its row"),
            ((f"`{name}`", one.kind, "yes" if one.export else "no", _term(one)) for name, one in personal.items()),
        )
        yield ""
    rest = ", ".join(f"`{name}`" for name in table.fields if name not in personal)
    yield f"Not personal: {rest}."


def _term(one: Field) -> str:
    return str(one.term.words) if one.term else ""


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
