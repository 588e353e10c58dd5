"""Make a release's own database for the tests of upgrading from it: a world without empty tables, as two backups.

Run once for each release, in a checkout of that release, on both databases; ``releases/`` keeps what comes out:

    python tests/upgrade/make.py FOLDER [postgresql://user:password@host/an-empty-database]
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def main(folder: Path, database: str = "") -> None:
    """Write ``sqlite.backup`` or ``postgresql.backup``, and beside it what is known to be in it."""
    kind = "postgresql" if database else "sqlite"
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {
            "GROUNDSWELL_DATA": data,
            "GROUNDSWELL_DATABASE": database,
            "DJANGO_SETTINGS_MODULE": "groundswell.config.settings",
        }
        facts = _fill()
        from groundswell.config.environment import read
        from groundswell.ops.backup import back_up

        folder.mkdir(parents=True, exist_ok=True)
        back_up(read(), folder / f"{kind}.backup")
    (folder / f"{kind}.json").write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n")


def _fill() -> dict[str, Any]:
    import django

    django.setup()
    from django.db import connections

    from groundswell.intake.journal import close_journal
    from groundswell.kit import scope
    from groundswell.kit.clock import now
    from groundswell.kit.rounds import rounds
    from groundswell.ops import heartbeat
    from groundswell.ops.prepare import migrate
    from tests import made_up
    from tests.guards import world

    # Whoever fills an installation does it for all.
    scope._scope.set(scope.ALL)
    migrate()
    built = world.build().own
    gone = made_up.confirmed(built.event, "gone@people.example.org", "Gone")
    made_up.forget(gone)
    _post(built.event.slug, "settled@people.example.org")
    for each in rounds():
        while each.run():
            pass
    heartbeat.beat("worker")
    _post(built.event.slug, "waiting@people.example.org")
    close_journal()
    facts = {
        "made_at": now().isoformat(),
        "slug": built.event.slug,
        "organisation": built.organisation.slug,
        "event": str(built.event.id),
        "owner": built.accounts[world.Persona.OWNER].email,
        "token": built.tokens[world.Persona.TOKEN],
        **_look(built),
    }
    for connection in connections.all():
        connection.close()
    return facts


def _post(slug: str, email: str) -> None:
    """An answer as it is typed, which waits in the journal."""
    from django.test import Client

    form = {"name": "Somebody", "email": email, "guests": "1", "agree": "yes"}
    answer = Client(SERVER_NAME="localhost").post(f"/e/{slug}", form)
    assert answer.status_code == 303, answer.content


def _look(built: Any) -> dict[str, Any]:
    from django.apps import apps

    from groundswell.attendances.queries import coming
    from groundswell.people.models import Person

    return {
        "coming": coming(built.event.id),
        "people": sorted(Person.objects.values_list("email", flat=True)),
        "rows": {
            model._meta.db_table: model._default_manager.count()
            for model in apps.get_models(include_auto_created=True)
        },
    }


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    main(Path(sys.argv[1]).absolute(), *sys.argv[2:])
