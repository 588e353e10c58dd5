"""A mailing as it arrives at a real server, sent by a worker as it is shipped: read back, signature and all."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from itertools import chain, repeat
from pathlib import Path
from urllib.parse import urlsplit

import dkim
import pytest
from django.conf import settings as ours
from django.test import Client

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.intake.settling import settle
from groundswell.kit.clock import now
from groundswell.mailings.models import Deferred, Mailing
from groundswell.mailings.operations import Draft, compose, release
from groundswell.mailings.rounds import Rounds, begin
from groundswell.outbox.dkim import SIGNED, make_key
from tests import made_up
from tests.mail_server import OK, MailServer, mail_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]

TEXT = "Dear {name|friend},\n\n# At noon\n\n.we march\n\nCome."
WORDS = {"en": {"subject": "Come, {first_name|friend}", "text": TEXT}}


@pytest.fixture
def root() -> Group:
    organisation = made_up.organisation(postal_address="1 High Street", contact_email="hello@example.org")
    for name in ("Ada", "Bo"):
        made_up.subscriber(organisation, name)
    return made_up.root(organisation)


@pytest.fixture
def server(settings: object) -> Iterator[MailServer]:
    with mail_server() as found:
        settings.ENVIRONMENT = replace(ours.ENVIRONMENT, smtp=found.url)  # type: ignore[attr-defined]
        yield found


def send(root: Group) -> Mailing:
    """Write one, let it go, and do what a worker does until nothing is left."""
    mailing = release(SYSTEM, mailing=compose(SYSTEM, group=root, draft=Draft(words=WORDS)), fresh_until=None)
    Mailing.objects.filter(id=mailing.id).update(starts_at=now())
    assert begin() == 1
    work()
    return mailing


def work() -> None:
    worker = Rounds(helped=False)
    while worker.send():
        continue


def by_address(server: MailServer) -> dict[str, EmailMessage]:
    return dict(zip(server.to, server.taken, strict=True))


def link(mail: EmailMessage) -> str:
    """Where a mail program goes to have no more of these."""
    return urlsplit(str(mail["List-Unsubscribe"])[1:-1]).path


def test_everything_that_is_asked_of_a_mail_to_many_stands_in_it(root: Group, server: MailServer) -> None:
    send(root)
    mails = by_address(server)
    assert sorted(mails) == ["ada@example.org", "bo@example.org"]
    mail = mails["ada@example.org"]
    assert (mail["Subject"], mail["To"], mail["Reply-To"]) == ("Come, Ada", "ada@example.org", "hello@example.org")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(mail["List-Id"]).endswith(".127.0.0.1>")
    assert len(str(mail["Feedback-ID"]).split(":")) == 4
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body
        text = body.get_content()
        assert link(mail) in text
        assert "/me/" in text.replace(link(mail), "")
        assert "1 High Street" in text
        assert ".we march" in text
        # Nothing is fetched when it is opened: no picture, no style sheet, no frame.
        assert not any(found in text for found in ("<img", "<link", "<iframe", "url("))


def test_another_program_takes_the_signature_of_what_arrived(root: Group, server: MailServer) -> None:
    record = make_key(Path(ours.DATA), domain="example.org", selector="s1").partition("TXT ")[2].encode()
    send(root)
    for raw in server.raw:
        assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: record)
        assert not dkim.verify(raw.replace(b"One-Click", b"Two-Click", 1), dnsfunc=lambda name, timeout=5: record)
        covered = raw.partition(b"h=")[2].partition(b";")[0].replace(b"\r\n", b"").replace(b" ", b"").split(b":")
        assert {name.decode() for name in covered} == {name.lower() for name in SIGNED}


def test_a_retry_is_the_same_mail_to_whoever_reads_its_id(root: Group, server: MailServer) -> None:
    refused = chain(repeat("451 4.3.0 later", 2), repeat(OK))
    seen: list[str] = []
    server.data = lambda: next(refused)
    taking = server.handle_DATA

    async def noting(smtp: object, session: object, envelope: object) -> str:
        seen.extend(line for line in envelope.content.decode().splitlines() if line.startswith("Message-ID"))  # type: ignore[attr-defined]
        return await taking(smtp, session, envelope)  # type: ignore[arg-type]

    server.handle_DATA = noting  # type: ignore[method-assign]
    mailing = send(root)
    assert not server.taken
    Deferred.objects.update(due_at=now())
    work()
    assert len(server.taken) == 2
    assert sorted(seen[:2]) == sorted(seen[2:])
    assert len(set(seen)) == 2
    mailing.refresh_from_db()
    assert mailing.state == "finished"


def test_one_click_without_a_cookie_holds_at_once_and_a_scanner_changes_nothing(
    root: Group, server: MailServer
) -> None:
    send(root)
    first = by_address(server)
    client = Client(enforce_csrf_checks=True)
    assert client.get(link(first["bo@example.org"])).status_code == 200
    assert client.post(link(first["ada@example.org"]), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not client.cookies
    settle()
    server.to.clear()
    send(root)
    assert server.to == ["bo@example.org"]
