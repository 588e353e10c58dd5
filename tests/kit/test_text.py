"""What people type, made safe to store."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from groundswell.kit.text import (
    NotText,
    bounded,
    inbox_key,
    mailbox,
    mailbox_key,
    one_line,
    paragraphs,
    shortened,
    whole_number,
)

anything = st.text(st.characters(), max_size=200)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Ada\tLovelace", "Ada Lovelace"),
        ("Ame\u0301lie", "Am\u00e9lie"),
        ("\u00a0Ada\u2003L", "Ada L"),
        ("محمد", "محمد"),
        ("", ""),
    ],
)
def test_words_come_on_one_line(typed: str, stored: str) -> None:
    assert one_line(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "Ada\nBcc: x@example.org",
        "Ada\r",
        "Ada\0",
        "\ud800",
        "A\u2028B",
        "A\u2029B",
        "A\x85B",
        "A\x7f",
        "Ad\ufffd",
        "\u0378",
    ],
)
def test_what_no_header_and_no_database_should_see_is_refused(typed: str) -> None:
    with pytest.raises(NotText):
        one_line(typed)
    with pytest.raises(NotText):
        paragraphs(typed.replace("\n", "\0").replace("\r", "\0"))


@given(anything)
@example("A\u0344")
def test_one_line_is_one_line_and_stays_as_it_is(typed: str) -> None:
    try:
        words = one_line(typed)
    except NotText:
        return
    assert words.splitlines() == ([words] if words else [])
    assert "\0" not in words
    assert words.encode().decode() == words
    assert unicodedata.is_normalized("NFC", words)
    assert one_line(words) == words


def test_paragraphs_keep_their_lines() -> None:
    assert paragraphs("\r\n\r\nOne \r\ntwo\rthree\n\n") == "One\ntwo\nthree"
    assert paragraphs("A\tB") == "A\tB"


@given(anything)
def test_paragraphs_can_be_stored_everywhere(typed: str) -> None:
    try:
        text = paragraphs(typed)
    except NotText:
        return
    assert "\0" not in text
    assert "\r" not in text
    assert text.encode().decode() == text
    assert paragraphs(text) == text


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Ada@Example.ORG ", "Ada@example.org"),
        ("ada+rally@example.org", "ada+rally@example.org"),
        ("o'hara@example.co.uk", "o'hara@example.co.uk"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@例え.テスト", "ada@xn--r8jz45g.xn--zckzah"),
        ("ada@example\u017f.org", "ada@examples.org"),
        ("ada@\u212aent.example", "ada@kent.example"),
    ],
)
def test_an_address_is_written_as_its_server_wants_it(typed: str, address: str) -> None:
    assert mailbox(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "ada@@example.org",
        "ada lovelace@example.org",
        "ada@exa mple.org",
        "ada@example.org, eve@example.org",
        "ada@example.org\nBcc: eve@example.org",
        "ada@example.org\0",
        "Ada <ada@example.org>",
        '"ada"@example.org',
        "ada@-example.org",
        "ada@example.org.",
        "ada@.example.org",
        ".ada@example.org",
        "a..da@example.org",
        "ada@127.0.0.1",
        "adä@example.org",
        "grace\u017f@example.org",
        f"{'a' * 65}@example.org",
        f"ada@{'a' * 64}.org",
        f"ada@{'a.' * 130}org",
        f"ada@{'ü' * 70}.org",
        "ada@\u2024.org",
    ],
)
def test_where_no_mail_can_be_sent_is_no_address(typed: str) -> None:
    with pytest.raises(NotText):
        mailbox(typed)


@given(
    st.one_of(
        anything, anything.map(lambda typed: f"ada@{typed}"), anything.map(lambda typed: f"{typed}@example.org")
    )
)
@example("a@a.Aé")
def test_an_address_is_ascii_on_one_line_and_stays_as_it_is(typed: str) -> None:
    try:
        address = mailbox(typed)
    except NotText:
        return
    assert address.isascii()
    assert len(address) <= 254
    assert not set(address) & set(' \t\r\n,;<>"')
    assert address.count("@") == 1
    assert mailbox(address) == address


def test_two_spellings_of_one_mailbox_have_the_same_key() -> None:
    assert mailbox_key("Ada@example.org") == mailbox_key("ADA@example.org")
    assert mailbox_key("ada@example.org") != mailbox_key("ada@example.net")


@pytest.mark.parametrize(
    "address",
    ["Ada@example.org", "ada+1@example.org", "ada+rally+2@EXAMPLE.org"],
)
def test_what_is_read_in_one_inbox_is_counted_together(address: str) -> None:
    assert inbox_key(address) == "ada@example.org"


def test_dots_mean_nothing_where_the_provider_ignores_them() -> None:
    assert inbox_key("a.d.a+x@googlemail.com") == inbox_key("ada@gmail.com") == "ada@gmail.com"
    assert inbox_key("a.da@example.org") != inbox_key("ada@example.org")
    assert inbox_key("+ada@example.org") == "+ada@example.org"


def test_what_is_too_long_is_noted_and_kept_and_what_is_no_text_is_not() -> None:
    errors: dict[str, str] = {}
    assert bounded("line", " a  b ", 3, one_line, errors) == "a b"
    assert errors == {}
    assert bounded("line", "abcd", 3, one_line, errors) == "abcd"
    assert bounded("other", "a\0", 3, one_line, errors) == ""
    assert errors.keys() == {"line", "other"}


@pytest.mark.parametrize(
    ("text", "longest", "cut"),
    [("All of it", 9, "All of it"), ("All of it here", 9, "All of…"), ("Everything", 4, "Eve…")],
)
def test_a_text_is_cut_between_words(text, longest, cut):
    assert shortened(text, longest) == cut


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("999", 999),
        ("1000", None),
        ("", None),
        ("-1", None),
        (" 1", None),
        ("²", None),
        ("٣", None),
    ],
)
def test_a_number_is_a_few_plain_digits(typed: str, number: int | None) -> None:
    assert whole_number(typed, 3) == number
