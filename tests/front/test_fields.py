"""Front reads a form as Python's own parser would, or leaves it to Django."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.front.requests import MOST_FIELDS, fields


def by_python(body: bytes) -> dict[str, str]:
    pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    return dict(pairs)


@given(st.dictionaries(st.text(), st.text(), max_size=MOST_FIELDS))
def test_every_form_that_a_browser_sends_is_read(typed: dict[str, str]) -> None:
    body = urlencode(typed, errors="surrogatepass").encode()
    try:
        expected = by_python(body)
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            fields(body)
    else:
        assert fields(body) == expected


@given(st.text(alphabet="a%+=&4é0gG\x00;", max_size=30))
def test_what_no_browser_sends_is_read_alike_or_refused_alike(raw: str) -> None:
    body = raw.encode()
    try:
        expected = by_python(body)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 (each parser has words of its own)
            fields(body)
    else:
        assert fields(body) == expected


def test_more_than_fifty_fields_are_left_to_django() -> None:
    assert len(fields(urlencode({f"name{n}": n for n in range(MOST_FIELDS)}).encode())) == MOST_FIELDS
    with pytest.raises(ValueError, match="many"):
        fields(urlencode({f"name{n}": n for n in range(MOST_FIELDS + 1)}).encode())
