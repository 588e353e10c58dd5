"""What an older release left behind is brought up to date: every row is there, and everything works on.

The clock stands at the moment when the older release stopped, so that no term has run out since.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from groundswell.ops.archive import DATABASE_DUMP, unpack
from groundswell.ops.postgresql import load
from groundswell.ops.testing.environment import DATABASE
from tests.ops.conftest import Installation, new_installation
from tests.ops.test_backup import in_the_house

RELEASES = sorted(each.name for each in (Path(__file__).parent / "releases").iterdir() if each.is_dir())

OTHERWISE_FILLED = {
    "auth_permission": "follows from the models",
    "django_content_type": "follows from the models",
    "ops_heartbeat": "says who lives now",
}
"""Tables of an older release whose rows need not be the same, and why."""

LOOK = """
from django.apps import apps
print(json.dumps({
    model._meta.db_table: model._default_manager.count() for model in apps.get_models(include_auto_created=True)
}))
"""

EMAILS = """
print(json.dumps(sorted(Person.objects.values_list("email", flat=True))))
"""

WORK = """
import time_machine
from datetime import datetime, timedelta
from uuid import UUID
from django.db import connections
from django.test import Client
from groundswell.attendances.queries import coming
from groundswell.groups.models import Account, Organisation
from groundswell.kit.rounds import rounds
from groundswell.intake.journal import close_journal
from groundswell.ledger.checking import check_chain
facts = json.loads({facts!r})
links = {links!r}

def settle():
    for each in rounds():
        for _ in range(100):
            if not each.run():
                break

def emails():
    return sorted(Person.objects.values_list("email", flat=True))

told = {{}}
browser = Client(SERVER_NAME="localhost")
with time_machine.travel(datetime.fromisoformat(facts["made_at"]) + timedelta(minutes=1)):
    told["people before"] = emails()
    told["coming before"] = coming(UUID(facts["event"]))
    paths = ["/", f"/e/{{facts['slug']}}", "/privacy/ours", *links]
    told["public"] = {{path: browser.get(path).status_code for path in paths}}
    bearer = {{"Authorization": f"Bearer {{facts['token']}}"}}
    told["api"] = browser.get("/api/v1/events", headers=bearer).status_code
    settle()
    told["people after"] = emails()
    form = {{"name": "Newcomer", "email": "new@people.example.org", "guests": "0", "agree": "yes"}}
    told["answered"] = browser.post(f"/e/{{facts['slug']}}", form).status_code
    settle()
    told["people at last"] = emails()
    told["broken seals"] = [check_chain(each.id).faults for each in Organisation.objects.all()]
    browser.force_login(Account.objects.get(email=facts["owner"]))
    desk = ["/desk/", f"/desk/events/{{facts['event']}}", "/desk/settings", "/desk/outbox", "/desk/events"]
    told["desk"] = {{path: browser.get(path, follow=True).status_code for path in desk}}
close_journal()
print(json.dumps(told))
"""


@dataclass
class Release:
    """What an older release left behind, and what it knew of that."""

    backup: Path
    facts: dict[str, Any]


@pytest.fixture(scope="module", params=RELEASES)
def release(request: pytest.FixtureRequest) -> Release:
    kind = "postgresql" if os.environ.get(DATABASE) else "sqlite"
    folder = Path(__file__).parent / "releases" / request.param
    return Release(folder / f"{kind}.backup", json.loads((folder / f"{kind}.json").read_text()))


@pytest.fixture(scope="module")
def upgraded(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The older release's folder and database, as they lay there when the new one started."""
    with new_installation(tmp_path_factory.mktemp("upgraded"), with_tables=False) as it:
        unpack(release.backup, it.data)
        if it.database:
            load(it.owner, it.data / DATABASE_DUMP)
        in_the_house(it, "migrate()")
        yield it


def test_every_row_is_still_there(release: Release, upgraded: Installation) -> None:
    today = json.loads(in_the_house(upgraded, LOOK))
    older = {table: rows for table, rows in release.facts["rows"].items() if table not in OTHERWISE_FILLED}
    assert {table: today.get(table) for table in older} == older


def test_no_table_of_the_older_release_was_empty(release: Release) -> None:
    """Else nothing would be shown by its rows being there; Django's groups are used by nobody."""
    empty = {table for table, rows in release.facts["rows"].items() if not rows}
    assert empty <= {"auth_group", "auth_group_permissions"}


def links_in_mails(it: Installation) -> list[str]:
    """Where the mails lead that the older release has sent to people who are still there."""
    files = [mail for mail in (it.data / "outbox").rglob("*") if mail.is_file()]
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    bodies = [mail.get_body(("plain",)) for mail in mails if "gone@" not in mail["To"]]
    texts = [body.get_content() for body in bodies if body is not None]
    return sorted({link for text in texts for link in re.findall(r"http://[^/\s]+(/a/[\w/.-]+)", text)})


def test_everything_works_on(release: Release, upgraded: Installation) -> None:
    it, facts, links = upgraded, release.facts, links_in_mails(upgraded)
    assert links
    told = json.loads(in_the_house(it, WORK.format(facts=json.dumps(facts), links=links)))
    assert told["people before"] == facts["people"]
    assert told["coming before"] == facts["coming"]
    assert set(told["public"].values()) == {200}, told["public"]
    assert set(told["desk"].values()) == {200}, told["desk"]
    assert told["api"] == 200
    assert set(told["people after"]) - set(facts["people"]) == {"waiting@people.example.org"}
    assert told["answered"] == 303
    assert set(told["people at last"]) - set(told["people after"]) == {"new@people.example.org"}
    assert told["broken seals"] == [[], []]


def test_it_starts(upgraded: Installation) -> None:
    upgraded.up()
    upgraded.wait_until_well()
    assert upgraded.get("/")[0] == 200
    assert upgraded.stop() == 0


def test_its_backup_can_be_restored(release: Release, tmp_path: Path) -> None:
    with new_installation(tmp_path, with_tables=False) as it:
        restored = it.call("restore", str(release.backup))
        assert (restored.returncode, restored.stderr) == (0, "")
        found = json.loads(in_the_house(it, EMAILS))
        assert set(found) - set(release.facts["people"]) == {"waiting@people.example.org"}


def test_what_is_not_upgraded_does_not_work(release: Release, tmp_path: Path) -> None:
    """The twin: without its migrations the same look finds something missing, as soon as a model has changed."""
    with new_installation(tmp_path, with_tables=False) as it:
        unpack(release.backup, it.data)
        if it.database:
            load(it.owner, it.data / DATABASE_DUMP)
        with pytest.raises(AssertionError, match=r"no such column|does not exist|no such table"):
            in_the_house(it, "list(Event.objects.all())")
