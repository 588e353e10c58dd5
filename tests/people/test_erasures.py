"""The list of erasures: rows, and a file beside the database."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction

from groundswell.kit.ids import uuid7
from groundswell.people import erasures
from groundswell.people.erasures import Erased
from groundswell.people.models import Erasure
from tests import made_up

ORGANISATION = UUID(int=7)
AT = datetime(2026, 11, 5, 20, 15, 30, 123456, tzinfo=UTC)


def erased(digest: str = "d" * 64) -> Erased:
    return Erased(ORGANISATION, uuid7(), digest, AT)


def test_what_is_appended_is_read_again(tmp_path: Path) -> None:
    file, first, second = tmp_path / "list.jsonl", erased(), erased("e" * 64)
    erasures.append(file, [first])
    erasures.append(file, [second, first])
    assert erasures.read(file) == [first, second]
    assert file.stat().st_mode & 0o077 == 0


def test_there_is_nothing_to_read_where_nobody_was_forgotten(tmp_path: Path) -> None:
    assert erasures.read(tmp_path / "list.jsonl") == []


def test_a_torn_line_is_left_out_and_the_next_one_is_not_glued_to_it(tmp_path: Path) -> None:
    file, first, second = tmp_path / "list.jsonl", erased(), erased("e" * 64)
    erasures.append(file, [first])
    file.write_bytes(file.read_bytes() + first.to_line().encode()[:40])
    erasures.append(file, [second])
    assert erasures.read(file) == [first, second]


@pytest.mark.parametrize("line", ["[]", "7", '{"organisation": 7}', "\udcff", '{"at": null}'])
def test_a_line_that_says_nothing_is_left_out(tmp_path: Path, line: str) -> None:
    file = tmp_path / "list.jsonl"
    file.write_bytes(f"{line}\n".encode(errors="surrogateescape"))
    assert erasures.read(file) == []


@pytest.mark.django_db(transaction=True)
def test_the_file_is_written_after_the_commit_and_not_without_it() -> None:
    file, kept, lost = settings.DATA / erasures.FILE, erased(), erased()
    with transaction.atomic():
        erasures.remember([kept])
        assert kept not in erasures.read(file)
    with transaction.atomic():
        erasures.remember([lost])
        transaction.set_rollback(True)
    assert kept in erasures.read(file)
    assert lost not in erasures.read(file)
    assert [row.id for row in Erasure.objects.all()] == [kept.id]


@pytest.mark.django_db(transaction=True)
def test_what_only_the_rows_have_is_written_by_the_round() -> None:
    file, kept = settings.DATA / erasures.FILE, erased()
    file.unlink(missing_ok=True)
    Erasure.objects.create(organisation_id=kept.organisation_id, id=kept.id, digest=kept.digest, at=kept.at)
    assert erasures.write_missing() == 1
    assert erasures.read(file) == [kept]
    assert erasures.write_missing() == 0


@pytest.mark.django_db(transaction=True)
def test_a_line_names_nobody() -> None:
    event = made_up.event(made_up.root(made_up.organisation()))
    attendance = made_up.confirmed(event, "ada@example.org")
    made_up.act("forget", event.organisation_id, attendance.person_id, {})
    last = json.loads((settings.DATA / erasures.FILE).read_text().splitlines()[-1])
    assert set(last) == {"organisation", "id", "digest", "at"}
    assert last["digest"] == erasures.erasure_digest(event.organisation_id, "ada@example.org")
