"""The page of examples: each request is sent, and gets what the page says."""

import re
from pathlib import Path

from django.test import Client

PAGE = Path(__file__).parents[2] / "docs/reference/api-examples.md"
REQUEST = re.compile(r"^(GET|POST|PATCH) (\S+) → (\d+)\n(?:Idempotency-Key: (\S+)\n)?(\{.*\}\n)?", re.MULTILINE)


def test_every_example_is_answered_as_the_page_says(api: Client) -> None:
    requests, last, event = REQUEST.findall(PAGE.read_text()), "", ""
    assert len(requests) == PAGE.read_text().count(" → ") == 17
    for method, path, status, key, body in requests:
        answer = api.generic(
            method,
            path.replace("{id}", last).replace("{event}", event),
            body,
            content_type="application/json",
            headers={"Idempotency-Key": key} if key else {},
        )
        assert answer.status_code == int(status), (method, path, answer.content)
        said = answer.json()
        last = said.get("id", last)
        event = said["id"] if "opens_at" in said else event
