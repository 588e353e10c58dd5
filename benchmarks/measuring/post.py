"""A process that sends mailings, for ``./groundswell bench mail``: as the product does, as Django does, and raw.

``python -m measuring.post LIFELINE`` reads lines such as ``["make", 20000]`` and prints one JSON value for each;
the words are the methods of :class:`Post`.
"""

import asyncio
import json
import sys
import time
from collections import deque
from typing import cast
from urllib.parse import urlsplit
from uuid import UUID

# ruff: noqa: E402 (Django is set up before anything of it is imported)
import django
import uvloop
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings

from groundswell.ops.lifeline import leave_with_parent

django.setup()

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection
from django.template import Context, Template

from groundswell.groups.access import SYSTEM
from groundswell.groups.operations import create_organisation
from groundswell.groups.queries import root_group
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.kit.scope import everywhere
from groundswell.mailings import recovery
from groundswell.mailings.audience import freeze
from groundswell.mailings.leases import Batch, Recipient
from groundswell.mailings.letters import Writer
from groundswell.mailings.models import Mailing, Result
from groundswell.mailings.operations import audience
from groundswell.mailings.rounds import settle_in
from groundswell.mailings.sending import Sender
from groundswell.mailings.smtp import Envelope, Server, connect
from groundswell.ops.prepare import migrate
from groundswell.outbox.dkim import FILE, make_key
from groundswell.people.models import Consent, Person, Purpose

NAMES = ("Ada", "Grace", "Zoë", "Łukasz", "Noor", "Mehmet", "Siân", "Bo", "Charlotte", "Tom")
PARAGRAPH = (
    "We are many, and on Saturday we show it: {n}. Bring a friend, bring a banner, and bring what you have to say "
    "about the rent that rises, the library that closes and the bus that does not come any more. "
)
TEXT = "Dear {first_name|friend},\n\n" + "\n\n".join(PARAGRAPH.format(n=number) for number in range(13))


class Post:
    """One organisation, its people, and the ways to write to them."""

    def make(self, people: int) -> None:
        """An organisation with so many people who allow news by e-mail."""
        migrate()
        self.organisation = create_organisation(
            SYSTEM, slug="bench", name="Tenants’ Union", postal_address="1 High Street, Manchester"
        )
        persons = [_person(self.organisation.id, number) for number in range(people)]
        Person.objects.bulk_create(persons, batch_size=2000)
        Consent.objects.bulk_create([_consent(person) for person in persons], batch_size=2000)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def begin(self, most: int = 0) -> int:
        """A new mailing to all of them, or to so many; returns how many copies it has."""
        self.mailing = Mailing(
            organisation=self.organisation,
            group=root_group(self.organisation.id),
            words={"en": {"subject": "{first_name|Friend}, come on Saturday", "preheader": "", "text": TEXT}},
            audience={"steps": []},
            state=Mailing.State.SENDING,
            frozen_at=now(),
        )
        self.mailing.save()
        copies = freeze(self.mailing, audience(self.mailing))
        self.mailing.copies = min(copies, most) if most else copies
        self.mailing.save()
        return self.mailing.copies

    def send(self, port: int, connections: int) -> None:
        """Send what waits, as one of the product's processes does."""
        worker, home = uuid7(), recovery.home()
        settle_in()
        presence = recovery.Presence(worker)
        writer = Writer()
        while True:
            sender = Sender(server=_server(port), worker=worker, home=home, write=writer, connections=connections)
            if not sender.run(60):
                break
        presence.end()

    def sent(self) -> dict[str, int]:
        """How many copies of it were taken, and how long one of them is."""
        sent = Result.objects.filter(mailing_id=self.mailing.id, state="sent").count()
        return {"sent": sent, "bytes": len(self._bodies(self.mailing, 1)[0].body)}

    def write(self, people: int) -> None:
        """Write so many copies of the latest mailing beforehand, for :meth:`raw`."""
        self.written = self._bodies(Mailing.objects.latest("created_at"), people)

    def raw(self, port: int, connections: int) -> None:
        """Send them by raw pipelined SMTP."""
        asyncio.run(_raw(port, self.written, connections), loop_factory=uvloop.new_event_loop)

    def _bodies(self, mailing: Mailing, people: int) -> list[Envelope]:
        writer = Writer()
        writer.prepare(mailing)
        batch = cast(Batch, _Of(mailing))
        persons = Person.objects.filter(organisation=mailing.organisation)[:people]
        return [Envelope(number, *writer(batch, _recipient(number, each))) for number, each in enumerate(persons)]

    def django(self, port: int, people: int) -> float:
        """The same with Django's own mail and one connection: mails a second."""
        text = Template(TEXT.replace("{first_name|friend}", "{{ name }}") + "\n\n{{ stop }}")
        html = Template(
            "<p>" + TEXT.replace("{first_name|friend}", "{{ name }}").replace("\n\n", "</p><p>") + "{{ stop }}</p>"
        )
        persons = list(Person.objects.filter(organisation=self.organisation)[:people])
        began = time.perf_counter()
        with get_connection(
            "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port
        ) as open_one:
            for person in persons:
                context = Context({"name": person.name, "stop": f"https://example.org/me/stop/{person.id}"})
                mail = EmailMultiAlternatives(
                    f"{person.name}, come on Saturday",
                    text.render(context),
                    "us@example.org",
                    [person.email],
                    headers={"List-Unsubscribe": f"<https://example.org/me/stop/{person.id}>"},
                    connection=open_one,
                )
                mail.attach_alternative(html.render(context), "text/html")
                mail.send()
        return len(persons) / (time.perf_counter() - began)

    def sign(self, on: bool) -> None:
        """Let mails be signed from now on, or no more."""
        if on:
            make_key(settings.DATA, domain="example.org", selector="s1")
        else:
            (settings.DATA / FILE).unlink()

    def signed(self, seconds: float) -> float:
        """How many copies of the latest mailing are written and signed in a second."""
        mailing, writer, made = Mailing.objects.latest("created_at"), Writer(), 0
        writer.prepare(mailing)
        batch, person = cast(Batch, _Of(mailing)), Person.objects.filter(organisation=mailing.organisation)[0]
        began = time.perf_counter()
        while (took := time.perf_counter() - began) < seconds:
            writer(batch, _recipient(made, person))
            made += 1
        return made / took

    def signatures(self, seconds: float) -> float:
        """How many signatures of RSA-2048 the library alone makes in a second."""
        key, made, began = generate_private_key(65537, 2048), 0, time.perf_counter()
        while (took := time.perf_counter() - began) < seconds:
            key.sign(b"x" * 600, PKCS1v15(), SHA256())
            made += 1
        return made / took


class _Of:
    """What a letter has to know of a batch."""

    def __init__(self, mailing: Mailing) -> None:
        self.mailing = mailing


class _Prepared:
    """Envelopes that are there already, for as many connections as ask."""

    def __init__(self, envelopes: list[Envelope]) -> None:
        self._waiting = deque(envelopes)
        self._open = len(envelopes)
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def take(self) -> Envelope | None:
        return self._waiting.popleft() if self._waiting else None

    def begins(self, _envelope: Envelope) -> bool:
        return True

    def answered(self, _envelope: Envelope, code: int, _said: bytes) -> None:
        assert code == 250
        self._open -= 1
        if not self._open:
            self.done.set_result(None)

    def heard(self) -> None:
        return None

    def lost(self, _envelope: Envelope) -> None:
        raise AssertionError("A mail was lost.")


async def _raw(port: int, envelopes: list[Envelope], connections: int) -> None:
    source = _Prepared(envelopes)
    opened = await asyncio.gather(*(connect(_server(port), source) for _ in range(connections)))
    await source.done
    for one in opened:
        one.finish()


def _server(port: int) -> Server:
    return Server(urlsplit(f"smtp://127.0.0.1:{port}"), "localhost")


def _person(organisation_id: UUID, number: int) -> Person:
    name = NAMES[number % len(NAMES)]
    email = f"person-{number}@example.org"
    return Person(organisation_id=organisation_id, name=name, email=email, email_key=email, confirmed_at=now())


def _recipient(number: int, person: Person) -> Recipient:
    return Recipient(number, person.id, person.name, person.email, person.language)


def _consent(person: Person) -> Consent:
    return Consent(
        organisation_id=person.organisation_id,
        person=person,
        purpose=Purpose.UPDATES,
        action=Consent.Action.GRANT,
        source=uuid7(),
        asked_at=now(),
    )


def main(lifeline: int) -> None:
    """Do what the lines say until there are no more."""
    leave_with_parent(lifeline)
    post = Post()
    with everywhere("a benchmark"):
        for line in sys.stdin:
            verb, *arguments = json.loads(line)
            print(json.dumps(getattr(post, verb)(*arguments)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
