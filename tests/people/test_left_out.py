"""How long the files of imports stay."""

from datetime import timedelta

import time_machine

from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.people.left_out import folder, keep, sweep, upload_file


def test_a_file_that_nobody_began_with_goes_after_a_day() -> None:
    for path in folder().glob("*.upload"):
        path.unlink()
    kept = upload_file(uuid7())
    keep(kept, b"email")
    with time_machine.travel(now() + timedelta(hours=23), tick=False):
        assert sweep() == 0
    with time_machine.travel(now() + timedelta(days=1, minutes=1), tick=False):
        assert sweep() == 1
    assert not kept.exists()
