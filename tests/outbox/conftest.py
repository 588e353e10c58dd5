"""The outbox with one kind of mail in it, and a clock for its pauses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from pytest_django import Settings

from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.outbox import delivery, operations
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect

KIND = "tests.hello"
ORGANISATION = uuid7()
Enqueue = Callable[..., Effect]


def hello(effect: Effect) -> Mail | None:
    return Mail(to="ada@example.org", subject="Hello", text="Hello Ada\n")


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: object) -> None:
    monkeypatch.setitem(delivery._renderers, KIND, hello)
    monkeypatch.setattr(delivery, "_closed_until", 0.0)
    settings.DATA = tmp_path


@pytest.fixture
def render(monkeypatch: pytest.MonkeyPatch) -> Callable[[delivery.Render], None]:
    """Say how the mail is written."""
    return lambda renderer: monkeypatch.setitem(delivery._renderers, KIND, renderer)


@pytest.fixture
def enqueue(db: None) -> Enqueue:
    """Put one mail into the outbox."""

    def put(
        email: str = "ada@example.org",
        *,
        organisation_id: UUID = ORGANISATION,
        subject: UUID | None = None,
        due_at: datetime | None = None,
        address: str = "",
        language: str = "",
    ) -> Effect:
        about = subject or uuid7()
        draft = operations.Draft(
            kind=KIND,
            organisation_id=organisation_id,
            subject=about,
            email=email,
            due_at=due_at or now(),
            address=address,
            language=language,
        )
        operations.enqueue([draft])
        return Effect.objects.get(organisation_id=organisation_id, subject=about)

    return put


@pytest.fixture
def use_smtp(settings: Settings) -> Callable[[str], None]:
    """Let mail go to a server."""

    def use(url: str) -> None:
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, smtp=url)

    return use
