"""What an organiser says of an event, field by field."""

from datetime import date, time

import pytest

from groundswell.events.details import checked, slug_of
from groundswell.groups.errors import InvalidFields
from tests import made_up


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 141}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"kind": "riot"}, "kind"),
        ({"zone": "Europe/Nowhere"}, "zone"),
        ({"day": date(1, 1, 1)}, "day"),
        ({"day": date(9999, 12, 31)}, "day"),
        ({"starts": None, "ends": time(20)}, "starts"),
        ({"venue_postcode": "nowhere"}, "venue_postcode"),
        ({"text": "x" * 10_001}, "text"),
        ({"audience": "friends"}, "audience"),
        ({"bsl": "perhaps"}, "bsl"),
        ({"latitude": 91.0, "longitude": 0.0}, "latitude"),
        ({"latitude": 0.0, "longitude": float("nan")}, "longitude"),
        ({"latitude": 53.5}, "longitude"),
        ({"longitude": -2.2}, "latitude"),
        ({"online_url": "javascript:alert(1)"}, "online_url"),
        ({"online_url": "http://meet.example.org/"}, "online_url"),
        ({"online_url": f"https://meet.example.org/{'x' * 500}"}, "online_url"),
        ({"capacity": 0}, "capacity"),
        ({"expected": -1}, "expected"),
        ({"target": 10_000_001}, "target"),
        ({"contact_name": "x" * 121}, "contact_name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(typed: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        checked(made_up.details(**typed))
    assert refused.value.errors.keys() == {field}


def test_what_is_right_is_made_safe_to_store() -> None:
    details = checked(made_up.details(title=" Stand  in unity ", text="A\r\nb", venue_postcode="m11ae"))
    assert (details.title, details.text, details.venue_postcode) == ("Stand in unity", "A\nb", "M1 1AE")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Stand in unity!", "stand-in-unity"),
        ("¡Únete!", "unete"),
        ("统一", "event"),
        ("x" * 59 + " y", "x" * 59),
    ],
)
def test_a_title_becomes_an_address(title: str, slug: str) -> None:
    assert slug_of(title) == slug
