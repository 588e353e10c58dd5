"""What is pressed behind a link of a mail is carried out before the answer goes out."""

import pytest

from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.kit.scope import everywhere
from groundswell.web.public import pages


class SettledAtOnce:
    """Stands where the journal stands: what it is given are rows before the answer goes out."""

    def append(self, action: Action) -> None:
        with everywhere("the worker settles, not the request"):
            assert kinds.named(action.kind).settle(action.organisation_id, [action]) == []


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "journal", SettledAtOnce)
