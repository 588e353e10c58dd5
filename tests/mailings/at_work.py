"""A process that sends, in an installation of its own: run as a program, killed by whoever started it.

``prepare PEOPLE KIND DOMAIN`` makes an organisation, its people, of whom every second one is at that domain, and
a mailing to all of them; ``test`` lets half of them test three subjects. ``send PORT CONNECTIONS`` says when it
begins and sends until nothing is left, ``forgetful PORT CONNECTIONS`` without a journal, ``long`` without a
pause in which all is given back, ``believing`` nor reading consent again; ``withdraw`` takes everybody's back.
``once PORT CONNECTIONS`` sends what can be sent now, ``blaming`` each copy for what a server says of its sender;
``expire`` lets every lease be over, ``age`` makes every doubt old; ``letters PORT`` sends each their own letter,
``subjects PORT`` with its subject as Message-ID, the last one to the rest; ``rounds`` sends as a worker does, by
the provider that is set; ``tell`` prints what became of each copy as JSON.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402

from groundswell.groups.models import Organisation  # noqa: E402
from groundswell.intake.kinds import Action  # noqa: E402
from groundswell.kit.clock import now  # noqa: E402
from groundswell.kit.ids import uuid7  # noqa: E402
from groundswell.kit.scope import everywhere  # noqa: E402
from groundswell.mailings import leases, recovery  # noqa: E402
from groundswell.mailings import rounds as workers  # noqa: E402
from groundswell.mailings.audience import freeze  # noqa: E402
from groundswell.mailings.journal import Journal  # noqa: E402
from groundswell.mailings.leases import Batch, Recipient  # noqa: E402
from groundswell.mailings.letters import Writer  # noqa: E402
from groundswell.mailings.models import Deferred, Delivery, Lease, Mailing, Result, Return  # noqa: E402
from groundswell.mailings.relay_log import SETTLED  # noqa: E402
from groundswell.mailings.sending import Sender, Write  # noqa: E402
from groundswell.mailings.smtp import Connection, NoServer, Server  # noqa: E402
from groundswell.outbox import providers  # noqa: E402
from groundswell.people.choices import stop_mail  # noqa: E402
from groundswell.people.models import Consent, Person, Purpose, Suppression  # noqa: E402
from groundswell.people.reach import allowing  # noqa: E402
from tests import made_up  # noqa: E402

BODY = b"Subject: Come\r\n\r\n" + b"We are many, and we march on Saturday.\r\n" * 150


def prepare(people: int, kind: str, domain: str) -> None:
    organisation = made_up.organisation()
    addresses = [f"p{number}@{domain if number % 2 else 'example.org'}" for number in range(people)]
    persons = [
        Person(organisation=organisation, name="Pat", email=address, email_key=address, confirmed_at=now())
        for address in addresses
    ]
    Person.objects.bulk_create(persons, batch_size=2000)
    consents = [
        Consent(
            organisation_id=organisation.id,
            person=person,
            purpose=Purpose.UPDATES,
            action="grant",
            source=uuid7(),
            asked_at=now(),
        )
        for person in persons
    ]
    Consent.objects.bulk_create(consents, batch_size=2000)
    words = {"en": {"subject": "Come", "preheader": "", "text": "We march on Saturday."}}
    mailing = Mailing(organisation=organisation, group=made_up.root(organisation), kind=kind, words=words)
    mailing.state, mailing.frozen_at = Mailing.State.SENDING, now()
    mailing.words = {"en": {"subject": "Come", "text": "Come."}}
    mailing.save()
    mailing.copies = freeze(mailing, allowing(organisation.id, Purpose.UPDATES))
    mailing.save()


class Same:
    """Writes the same to everybody."""

    def prepare(self, _mailing: Mailing) -> None:
        """There is nothing to get ready."""

    def __call__(self, _batch: Batch, recipient: Recipient) -> tuple[str, str, bytes]:
        head = f"Message-ID: <{recipient.number}@example.org>\r\nTo: <{recipient.email}>\r\n".encode()
        return "us@example.org", recipient.email, head + BODY


def test() -> None:
    mailing = Mailing.objects.get()
    mailing.words["en"]["further"] = ["2", "3"]
    mailing.words["en"]["subject"] = "1"
    mailing.tested = mailing.copies // 2
    mailing.save()


class Titled(Writer):
    """Says in the Message-ID, which a mail server notes, with which subject a copy goes."""

    def __call__(self, batch: Batch, recipient: Recipient) -> tuple[str, str, bytes]:
        sender, to, body = super().__call__(batch, recipient)
        subject = body.partition(b"\r\nSubject: ")[2].partition(b"\r\n")[0]
        return sender, to, b"Message-ID: " + subject + b"\r\n" + body


def choose_the_last() -> None:
    waiting = Mailing.objects.filter(tested__gt=0, next__gt=F("tested"), chosen=None)
    waiting.update(chosen=2, chosen_by=Mailing.Chosen.PERSON)


def send(port: int, connections: int, make: Callable[[], Write] = Same, turn: float = 5.0) -> None:
    print("It begins.", flush=True)
    worker, home = uuid7(), recovery.home()
    presence = recovery.Presence(worker)
    server = Server(urlsplit(f"smtp://127.0.0.1:{port}"), "localhost", 5.0)
    while Mailing.objects.filter(state=Mailing.State.SENDING).exists():
        recovery.recover(worker, home)
        sender = Sender(server=server, worker=worker, home=home, write=make(), connections=connections)
        try:
            done = sender.run(turn)
        except NoServer:
            done = 0
        # Nobody waits here for the minutes after which a copy is tried again, nor for a subject.
        Deferred.objects.update(due_at=now())
        choose_the_last()
        if not done:
            time.sleep(0.05)
    presence.end()


def once(port: int, connections: int) -> None:
    server = Server(urlsplit(f"smtp://127.0.0.1:{port}"), "localhost", 5.0)
    worker, home = uuid7(), recovery.home()
    while Sender(server=server, worker=worker, home=home, write=Same(), connections=connections).run(60.0):
        pass


def withdraw() -> None:
    """Everybody takes their consent back."""
    with transaction.atomic():
        for organisation_id in Organisation.objects.values_list("id", flat=True):
            people = list(Person.objects.filter(organisation_id=organisation_id).values_list("id", flat=True))
            at = now()
            clicks = [Action(uuid7(), "stop", organisation_id, person, b"{}", at) for person in people]
            assert not stop_mail(organisation_id, clicks)
    print("It is done.", flush=True)


def believe() -> None:
    """The guard taken out: what was read once about consent holds for as long as a copy is in hands."""
    leases.FRESH = 3600.0


def blame() -> None:
    """The guard taken out: what a server says of a sender is said of the copy."""
    Connection._after_sender = Connection._noted


def rounds() -> None:
    providers.TIMEOUT, workers.PAUSE = 1.0, 0.1
    worker = workers.Rounds(helped=False)
    while Mailing.objects.filter(state=Mailing.State.SENDING).exists():
        # Nobody waits here for the minutes after which a copy is tried again.
        Deferred.objects.update(due_at=now())
        if not worker.send():
            time.sleep(0.05)


def forget_the_journal() -> None:
    """The guard taken out: what was begun and answered is known when the batch is settled, and not before."""
    for name in ("begin", "answer", "flush"):
        setattr(Journal, name, lambda *_: None)


def tell() -> None:
    emails = dict(Delivery.objects.values_list("number", "person__email"))
    states = dict(Result.objects.values_list("number", "state"))
    found = {
        "copies": {email: states.get(number, "") for number, email in emails.items()},
        "numbers": {email: number for number, email in emails.items()},
        "leases": Lease.objects.count(),
        "deferred": Deferred.objects.count(),
        "states": Counter(Mailing.objects.values_list("state", flat=True)),
        "database": connection.vendor,
        "returns": sorted(Return.objects.values_list("kind", flat=True)),
        "shut": Counter(Suppression.objects.values_list("reason", flat=True)),
    }
    print(json.dumps(found))


def main(arguments: list[str]) -> None:
    with everywhere("a process that sends does so for all"):
        match arguments:
            case ["prepare", people, kind, domain]:
                prepare(int(people), kind, domain)
            case ["send", port, connections]:
                send(int(port), int(connections))
            case ["letters", port, connections]:
                send(int(port), int(connections), make=Writer)
            case ["subjects", port, connections]:
                send(int(port), int(connections), make=Titled)
            case ["test"]:
                test()
            case ["rounds", *_]:
                rounds()
            case ["forgetful", port, connections]:
                forget_the_journal()
                send(int(port), int(connections))
            case ["once", port, connections]:
                once(int(port), int(connections))
            case ["blaming", port, connections]:
                blame()
                once(int(port), int(connections))
            case ["withdraw"]:
                withdraw()
            case ["long", port, connections]:
                send(int(port), int(connections), turn=60.0)
            case ["believing", port, connections]:
                believe()
                send(int(port), int(connections), turn=60.0)
            case ["age"]:
                Result.objects.filter(state=Result.State.DOUBT).update(at=now() - SETTLED)
            case ["expire"]:
                Lease.objects.update(ends_at=now())
            case ["tell"]:
                tell()


if __name__ == "__main__":
    main(sys.argv[1:])
