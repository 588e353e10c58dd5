"""The OpenAPI document: public, and the same as the snapshot that is under review."""

import json
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.test import Client

SNAPSHOT = Path(__file__).parents[2] / "docs/reference/openapi-v1.json"
RENEW = "./groundswell manage openapi > docs/reference/openapi-v1.json"


def test_the_document_is_the_one_that_was_reviewed(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.content.decode() == SNAPSHOT.read_text(), f"If the change is meant: {RENEW}"


def test_the_command_writes_the_snapshot() -> None:
    written = StringIO()
    call_command("openapi", stdout=written)
    assert written.getvalue() == SNAPSHOT.read_text()


def test_every_operation_asks_for_a_token_and_says_how_it_fails() -> None:
    document = json.loads(SNAPSHOT.read_text())
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) == 23
    for operation in operations:
        assert operation["security"] == [{"Token": []}]
        assert {"401", "422"} <= operation["responses"].keys()
        for status, response in operation["responses"].items():
            (media_type,) = response["content"]
            assert media_type == ("application/problem+json" if status >= "400" else "application/json")


def test_every_post_takes_a_key_under_which_it_can_be_repeated() -> None:
    paths = json.loads(SNAPSHOT.read_text())["paths"]
    posts = {path: operations["post"] for path, operations in paths.items() if "post" in operations}
    assert len(posts) >= 6
    for path, post in posts.items():
        assert "Idempotency-Key" in {parameter["name"] for parameter in post.get("parameters", ())}, path


def test_there_are_no_pages_that_load_from_elsewhere(client: Client, db: None) -> None:
    assert client.get("/api/v1/docs").status_code == 404
