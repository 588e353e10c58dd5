"""What providers call things: what comes back for good, for now, unwanted, or is nobody's business."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from groundswell.mailings.reported import understood


@dataclass
class Event:
    """A report as django-anymail understands it."""

    event_type: str = "bounced"
    reject_reason: str | None = "bounced"
    description: str | None = None
    mta_response: str | None = None
    message_id: str | None = None
    metadata: dict[str, str] | None = None
    tags: list[str] | None = None
    esp_event: Any = field(default_factory=dict)


@pytest.mark.parametrize(
    ("event", "kind", "status"),
    [
        (Event(mta_response="550-5.1.1 no such user"), "hard", "5.1.1"),
        (Event(description="552 5.2.2 over quota", esp_event={"type": "HardBounce"}), "soft", "5.2.2"),
        (Event(mta_response="550 5.7.1 blocked", esp_event={"severity": "permanent"}), "soft", "5.7.1"),
        (Event(mta_response="4.2.2 full"), "soft", "4.2.2"),
        (Event(esp_event={"event": "hard_bounce"}), "hard", "5.0.0"),
        (Event(esp_event={"event": "soft_bounce"}), "soft", "4.0.0"),
        (Event(esp_event={"Type": "HardBounce"}), "hard", "5.0.0"),
        (Event(esp_event={"event": "bounce", "hard_bounce": True}), "hard", "5.0.0"),
        (Event(esp_event={"event": "bounce", "hard_bounce": False}), "soft", "4.0.0"),
        (Event(esp_event={"bounce": {"bounceType": "Permanent"}}), "hard", "5.0.0"),
        (Event(esp_event={"type": "email.bounced", "data": {"bounce": {"type": "Transient"}}}), "soft", "4.0.0"),
        (Event(esp_event={"subject": "Hard times"}), "soft", "4.0.0"),
        (Event(esp_event=None), "soft", "4.0.0"),
        (Event(reject_reason="invalid"), "hard", "5.0.0"),
        (Event(event_type="rejected"), "hard", "5.0.0"),
        (Event(event_type="rejected", reject_reason="blocked"), "soft", "4.0.0"),
        (Event(event_type="rejected", reject_reason=None), "soft", "4.0.0"),
        (Event(event_type="rejected", reject_reason="spam"), "complaint", ""),
        (Event(event_type="bounced", reject_reason="unsubscribed"), "complaint", ""),
        (Event(event_type="complained", reject_reason="spam"), "complaint", ""),
        (Event(event_type="unsubscribed"), "complaint", ""),
    ],
)
def test_what_it_says(event: Event, kind: str, status: str) -> None:
    said = understood(event)
    assert said
    assert (said.kind, said.status) == (kind, status)


@pytest.mark.parametrize(
    "kind", ["queued", "sent", "failed", "deferred", "delivered", "autoresponded", "opened", "clicked", "unknown"]
)
def test_what_is_nobodys_business(kind: str) -> None:
    assert understood(Event(event_type=kind, esp_event={"type": "hard"})) is None


@pytest.mark.parametrize(
    "event",
    [
        Event(metadata={"copy": "abc"}),
        Event(tags=["abc"]),
        Event(message_id="<abc@rally.example.org>"),
        Event(esp_event={"mail": {"headers": [{"name": "Message-ID", "value": "<abc@x>"}]}}),
    ],
)
def test_where_a_copy_is_named(event: Event) -> None:
    said = understood(event)
    assert said
    assert "abc" in said.named
