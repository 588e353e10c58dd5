"""Who gets to somebody's answer, and to a notice."""

import pytest

from groundswell.attendances.access import attendance_for, notice_for
from groundswell.attendances.notices import tell
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.kit.ids import uuid7
from tests import made_up

pytestmark = pytest.mark.django_db


def test_who_may() -> None:
    group = made_up.root(made_up.organisation())
    event = made_up.event(group)
    attendance = made_up.confirmed(event)
    notice = tell(made_up.SYSTEM, event=event, kind="note", subject="x", text="y")
    steward = made_up.actor(group, made_up.STEWARD, "sam@example.org")
    stranger = made_up.actor(made_up.root(made_up.organisation("others", "Others")), email="max@example.org")
    for find, row in ((attendance_for, attendance), (notice_for, notice)):
        assert find(steward, event.id, row.id) == row  # type: ignore[operator]
        with pytest.raises(NotAllowed):
            find(steward, event.id, row.id, made_up.ORGANISER)  # type: ignore[operator]
        for actor, event_id, row_id in (
            (stranger, event.id, row.id),
            (steward, uuid7(), row.id),
            (steward, event.id, uuid7()),
        ):
            with pytest.raises(NotFound):
                find(actor, event_id, row_id)  # type: ignore[operator]
