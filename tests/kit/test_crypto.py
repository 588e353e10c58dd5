"""Keyed hashes and signed links."""

import hmac
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.kit.crypto import BadLink, keyed, keyed_hash, sign, signer, verify

ONE, TWO = UUID(int=1), UUID(int=2)


def test_a_hash_depends_on_its_key_and_on_every_part() -> None:
    hashes = {
        keyed_hash("key", "ab", "c"),
        keyed_hash("key", "a", "bc"),
        keyed_hash("key", "abc"),
        keyed_hash("key", "abc", ""),
        keyed_hash("other", "abc"),
    }
    assert len(hashes) == 5
    assert keyed_hash("key", "abc") == keyed_hash(b"key", "abc")


@given(st.binary(max_size=200), st.binary(max_size=200), st.lists(st.binary(max_size=200), max_size=3))
def test_many_hashes_of_one_beginning_are_those_of_the_library(
    key: bytes, begun: bytes, ends: list[bytes]
) -> None:
    digest = keyed(key, begun)
    assert [digest(end) for end in ends] == [hmac.digest(key, begun + end, "sha256") for end in ends]


def test_a_link_gives_back_what_was_signed() -> None:
    assert verify("key", "confirm", sign("key", "confirm", ONE, TWO)) == [ONE, TWO]


@given(st.lists(st.uuids(), min_size=1, max_size=5))
def test_a_token_fits_into_an_address(ids: list[UUID]) -> None:
    token = sign("key", "confirm", *ids)
    assert token.replace("-", "").replace("_", "").isalnum()
    assert verify("key", "confirm", token) == ids


def test_a_link_is_good_for_one_purpose_under_one_key() -> None:
    token = sign("key", "confirm", ONE)
    for key, purpose in [("key", "cancel"), ("other", "confirm"), ("key", "confirm\0"), ("key", "")]:
        with pytest.raises(BadLink):
            verify(key, purpose, token)


@pytest.mark.parametrize("position", range(43))
def test_no_letter_of_a_token_can_be_changed(position: int) -> None:
    token = sign("key", "confirm", uuid4())
    other = "A" if token[position] != "A" else "B"
    changed = token[:position] + other + token[position + 1 :]
    # The last letter carries two bits that stand for nothing.
    if position == len(token) - 1 and verify_or_none(changed) is not None:
        return
    assert verify_or_none(changed) is None


def verify_or_none(token: str) -> list[UUID] | None:
    try:
        return verify("key", "confirm", token)
    except BadLink:
        return None


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80).map(lambda raw: raw.decode("latin-1"))))
def test_what_was_never_signed_is_no_link(token: str) -> None:
    assert verify_or_none(token) is None


def test_a_signature_over_nothing_names_nobody() -> None:
    assert verify_or_none(sign("key", "confirm")) is None


@given(st.uuids(), st.uuids())
def test_many_tokens_are_made_as_one_is(first: UUID, other: UUID) -> None:
    assert signer("key", "stop", first)(other) == sign("key", "stop", first, other)
