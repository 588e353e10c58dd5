"""What the composition tells front and the gate about the addresses."""

from uuid import uuid4

from groundswell.config.asgi import largest_body
from groundswell.front.gate import LARGEST_BODY
from groundswell.kit.pictures import MOST_BYTES


def test_only_an_events_picture_may_be_large() -> None:
    one = uuid4()
    assert largest_body(f"/desk/events/{one}/picture") == MOST_BYTES + LARGEST_BODY
    for path in (f"/desk/events/{one}/edit", "/desk/sign-in", "/e/rally", "/api/v1/events", "/nothing/here"):
        assert largest_body(path) == LARGEST_BODY
