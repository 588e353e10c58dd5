"""Signatures, as another program reads them."""

from pathlib import Path

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.mailings.splice import compose, subject
from groundswell.outbox.dkim import FILE, SIGNED, Signer, make_key, signer

MESSAGE = compose(
    [
        ("From", "Us <us@example.org>"),
        ("To", "<ada@example.org>"),
        ("Subject", "Grüße " * 30),
        ("Message-ID", "<1@example.org>"),
        ("List-Unsubscribe", "<https://example.org/me/stop/x>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ],
    text="Come on  Saturday. \n\n\n",
    html="<p>Come</p>",
    boundary="=_b",
).fill({})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Signer, bytes]:
    """A signer, and what the DNS says of its key."""
    folder = tmp_path_factory.mktemp("dkim")
    record = make_key(folder, domain="example.org", selector="s1")
    found = signer(folder)
    assert found
    return found, record.partition("TXT ")[2].encode()


def verified(message: bytes, record: bytes) -> bool:
    return bool(dkim.verify(message, dnsfunc=lambda name, timeout=5: record))


def test_another_program_takes_the_signature(made: tuple[Signer, bytes]) -> None:
    maker, record = made
    signed = maker.sign(MESSAGE)
    assert verified(signed, record)
    assert signed.endswith(MESSAGE)
    assert max(map(len, signed.partition(b"From:")[0].split(b"\r\n"))) <= 78
    assert not verified(signed.replace(b"Saturday", b"Sunday"), record)


@pytest.mark.parametrize("header", [b"List-Unsubscribe:", b"List-Unsubscribe-Post:", b"Subject:", b"From:"])
def test_what_counts_is_covered_by_it(made: tuple[Signer, bytes], header: bytes) -> None:
    maker, record = made
    signed = maker.sign(MESSAGE)
    assert not verified(signed.replace(header + b" ", header + b" x", 1), record)
    assert {"List-Unsubscribe", "List-Unsubscribe-Post"} <= set(SIGNED)


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=150), st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_whatever_it_says(made: tuple[Signer, bytes], said: str, body: str) -> None:
    maker, record = made
    text = "\n".join(body.splitlines())
    message = b"From: us@example.org\r\nSubject: %b\r\n\r\n%b\r\n" % (
        subject(" ".join(said.split())),
        text.encode(errors="replace").replace(b"\n", b"\r\n"),
    )
    assert verified(maker.sign(message), record)


def test_a_key_is_made_once_and_read_by_nobody_else(tmp_path: Path) -> None:
    assert signer(tmp_path) is None
    assert make_key(tmp_path, domain="example.org", selector="s1").startswith(
        "s1._domainkey.example.org TXT v=DKIM1"
    )
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        make_key(tmp_path, domain="example.org", selector="s1")
