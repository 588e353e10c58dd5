"""The mailbox into which mailings come back, as a real server has it: encrypted, with what it says of itself."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from groundswell.mailings.mailbox import Mailbox as Reader
from groundswell.mailings.models import Mailing, Return
from tests.mailings.coming_back import answer
from tests.mailings.dovecot import PASSWORD, USER, Mailbox, dovecot
from tests.mailings.test_mailbox import back, mailing, name_it

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

__all__ = ["mailing"]

LET_IN = f"Login: user=<{USER}>"
"""In the server's log."""


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with dovecot() as running:
        yield running


def name(monkeypatch: pytest.MonkeyPatch, box: Mailbox, scheme: str, password: str = PASSWORD) -> None:
    address = f"{USER}:{quote(password, safe='')}@127.0.0.1:{box.ports[scheme]}"
    name_it(monkeypatch, f"{scheme}://{address}/INBOX")


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_it_is_read_by_a_real_server(
    box: Mailbox, mailing: Mailing, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    name(monkeypatch, box, scheme)
    monkeypatch.setenv("SSL_CERT_FILE", str(box.shown.authority))
    box.put(back(mailing, 1), answer(to="x@example.org", about="y@example.org"), back(mailing, 2))
    assert Reader().read() == 3
    assert Return.objects.count() == 2
    assert box.flags() == ["F"]
    assert LET_IN in (box.folder.parent / "log").read_text()
    assert Reader().read() == 0


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_one_that_nobody_vouches_for_learns_no_password(
    box: Mailbox,
    mailing: Mailing,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    scheme: str,
) -> None:
    name(monkeypatch, box, scheme)
    box.put(back(mailing, 1))
    assert Reader().read() == 0
    assert "SSLCertVerificationError" in caplog.text
    assert LET_IN not in (box.folder.parent / "log").read_text()


def test_a_wrong_password_is_said_and_not_repeated(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    name(monkeypatch, box, "imaps", password="s3cret")
    monkeypatch.setenv("SSL_CERT_FILE", str(box.shown.authority))
    assert Reader().read() == 0
    assert "cannot be read: error" in caplog.text
    assert "s3cret" not in caplog.text
