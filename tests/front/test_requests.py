"""The few questions that front asks of a request."""

import pytest

from groundswell.front.requests import LARGEST_FORM, bare_headers, is_declared, is_small_form, query, via

FORM = b"application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b"", b""),
        (b"via=ada-1", b""),
        (b"page=2&via=ada-1", b"page=2"),
        (b"via=a&via=b&x=1", b"x=1"),
        (b"&&page=2&", b"page=2"),
        (b"viaduct=1", b"viaduct=1"),
        (b"%76ia=1", b"%76ia=1"),
        (b"via", b"via"),
        (b"via=\xff", b"via=\xff"),
    ],
)
def test_a_share_link_leads_to_the_same_page(raw: bytes, kept: bytes) -> None:
    assert query(raw) == kept


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"", ""),
        (b"via=ada-1", "ada-1"),
        (b"x=1&via=Ada_Lovelace-7", "Ada_Lovelace-7"),
        (b"via=a&via=b", "a"),
        (b"via=" + b"x" * 64, "x" * 64),
        (b"via=" + b"x" * 65, ""),
        (b"via=", ""),
        (b"via=-", ""),
        (b"via=a%20b", ""),
        (b"via=<script>", ""),
        (b"via=\xe9", ""),
        (b"via=a\0", ""),
    ],
)
def test_a_share_links_name_is_plain_or_nothing(raw: bytes, name: str) -> None:
    assert via(raw) == name


def test_only_declared_names_are_kept_apart() -> None:
    assert is_declared(b"", frozenset())
    assert is_declared(b"page=2&page=3", frozenset({"page"}))
    assert not is_declared(b"page=2&x", frozenset({"page"}))
    assert not is_declared(b"utm=1", frozenset())


@pytest.mark.parametrize(
    ("headers", "small"),
    [
        ({b"content-type": FORM, b"content-length": b"100"}, True),
        ({b"content-type": FORM + b"; charset=UTF-8", b"content-length": b"0"}, True),
        ({b"content-type": FORM + b"; charset=iso-8859-1", b"content-length": b"100"}, False),
        ({b"content-type": FORM, b"content-length": b"%d" % LARGEST_FORM}, True),
        ({b"content-type": FORM, b"content-length": b"%d" % (LARGEST_FORM + 1)}, False),
        ({b"content-type": FORM, b"content-length": b"-1"}, False),
        ({b"content-type": FORM, b"content-length": b""}, False),
        ({b"content-type": FORM}, False),
        ({b"content-type": FORM, b"transfer-encoding": b"chunked"}, False),
        ({b"content-type": FORM, b"content-length": b"5", b"transfer-encoding": b"chunked"}, False),
        ({b"content-type": b"multipart/form-data; boundary=x", b"content-length": b"100"}, False),
        ({b"content-type": b"application/json", b"content-length": b"100"}, False),
        ({b"content-length": b"100"}, False),
    ],
)
def test_only_a_small_ordinary_form_is_taken_at_once(headers: dict[bytes, bytes], small: bool) -> None:
    assert is_small_form(headers) is small


def test_a_page_for_everybody_is_rendered_without_anything_of_the_caller() -> None:
    given = [
        (b"host", b"rally.example.org"),
        (b"x-forwarded-proto", b"https"),
        (b"cookie", b"session=1"),
        (b"authorization", b"Bearer x"),
        (b"accept-language", b"fr"),
        (b"user-agent", b"me"),
        (b"hx-request", b"true"),
        (b"x-forwarded-for", b"192.0.2.1"),
        (b"referer", b"https://example.org/secret"),
    ]
    assert bare_headers(given, "cy") == [
        (b"host", b"rally.example.org"),
        (b"x-forwarded-proto", b"https"),
        (b"accept-language", b"cy"),
    ]
