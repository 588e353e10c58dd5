"""The mailbox into which mailings come back: what it says is written down before it is deleted there."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import OperationalError

from groundswell.mailings import mailbox
from groundswell.mailings.mailbox import Mailbox
from groundswell.mailings.models import Mailing, Return
from groundswell.mailings.traces import trace_of
from tests import made_up
from tests.imap_server import PASSWORD, USER, ImapServer, imap_server
from tests.mailings.coming_back import answer, bounce

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

MakeBox = Callable[..., ImapServer]


def name_it(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, bounces_mailbox=url))


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeBox]:
    """Starts a server and names its mailbox in the settings."""
    with ExitStack() as stack:

        def start(*, word: str = PASSWORD, **more: object) -> ImapServer:
            made = stack.enter_context(imap_server(ImapServer(**more)))  # type: ignore[arg-type]
            name_it(monkeypatch, f"imap://{USER}:{quote(word, safe='')}@127.0.0.1:{made.port}/INBOX/Back")
            return made

        yield start


@pytest.fixture
def mailing() -> Mailing:
    root = made_up.root(made_up.organisation())
    return made_up.mailing(root, [made_up.subscriber(root.organisation, name) for name in ("Ada", "Bo")])


def back(mailing: Mailing, number: int) -> bytes:
    return bounce(to=f"bounces+{trace_of(mailing.id, number)}@example.org")


def test_what_counts_is_taken_in_and_deleted_and_the_rest_is_flagged(box: MakeBox, mailing: Mailing) -> None:
    server = box()
    server.put(
        back(mailing, 1), answer(to="x@example.org", about="y@example.org"), back(mailing, 2), back(mailing, 1)
    )
    reader = Mailbox()
    assert reader.read() == 4
    assert server.left == [{r"\Flagged"}]
    assert Return.objects.count() == 2
    assert reader.read() == 0


def test_a_server_of_few_words_is_read_as_well(box: MakeBox, mailing: Mailing) -> None:
    server = box(plain=False, uidplus=False, word="plain word")
    server.put(back(mailing, 1))
    assert Mailbox().read() == 1
    assert server.left == []


def test_what_is_not_written_down_stays_there(
    box: MakeBox, mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = box()
    server.put(back(mailing, 1))

    def full(_raw: bytes) -> None:
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(mailbox, "take_back", full)
        with pytest.raises(OperationalError):
            Mailbox().read()
    assert server.left == [set()]
    assert Mailbox().read() == 1


@pytest.mark.parametrize("refused", ["AUTHENTICATE", "SELECT", "SEARCH", "STORE"])
def test_a_mailbox_that_cannot_be_read_is_left_alone_for_a_while(
    box: MakeBox, mailing: Mailing, refused: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = box(refused=refused)
    server.put(back(mailing, 1))
    reader = Mailbox()
    with caplog.at_level(logging.ERROR):
        assert reader.read() == 0
    assert "cannot be read: error" in caplog.text
    assert PASSWORD not in caplog.text
    server.refused = ""
    assert reader.read() == 0
    # What was written down before the server failed counts once.
    assert Mailbox().read() == 1
    assert Return.objects.count() == 1


def test_without_a_mailbox_or_a_server_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Mailbox().read() == 0
    name_it(monkeypatch, "imap://me:word@127.0.0.1:9")
    assert Mailbox().read() == 0


def test_what_another_worker_took_in_the_meantime_is_passed_over(
    box: MakeBox, mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = box()
    server.put(back(mailing, 1))
    monkeypatch.setattr(mailbox, "_waiting", lambda _: ["100", "999"])
    assert Mailbox().read() == 1
