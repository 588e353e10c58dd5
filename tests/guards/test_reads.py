"""Who is shown people leaves an entry in the ledger: at every address, for everybody who may see them.

Which addresses show people is found by asking all of them: a new one that writes nothing down fails here.
"""

from collections.abc import Iterable, Iterator

import pytest
from django.db import transaction
from django.test import Client

from groundswell.events.models import Event
from groundswell.groups.models import ApiToken
from groundswell.groups.operations import digest
from groundswell.ledger import operations as ledger
from groundswell.ledger.models import Entry
from tests.guards import canaries
from tests.guards.addresses import ADDRESSES, Address, by_route
from tests.guards.personas import MEMBERS, PARTNERS, TOKENS, Persona
from tests.guards.world import World, build

pytestmark = pytest.mark.django_db

READERS = (*sorted(MEMBERS | PARTNERS), Persona.BRANCH, Persona.AT_EVENT, Persona.TOKEN, Persona.BARE_TOKEN)

SHOW_PEOPLE = {
    "desk/events/<uuid:event_id>",
    "desk/events/<uuid:event_id>/answers",
    "desk/events/<uuid:event_id>/export",
    "desk/events/<uuid:event_id>/assigned",
    "desk/events/<uuid:event_id>/find",
    "desk/events/<uuid:event_id>/help",
    "desk/cohosting/<uuid:cohost_id>",
    "desk/cohosting/<uuid:cohost_id>/answers",
    "desk/ours/<uuid:event_id>",
    "desk/ours/<uuid:event_id>/export",
    "desk/ours/<uuid:event_id>/help",
    "desk/blocs/<uuid:bloc_id>/help",
    "desk/complaints",
    "desk/complaints/<uuid:complaint_id>",
    "desk/people",
    "desk/people/<uuid:person_id>",
    "desk/people/<uuid:person_id>/same",
    "desk/people/<uuid:person_id>/merge/<uuid:other_id>",
    "desk/people/segments/<uuid:segment_id>/export",
    "api/v1/segments/<segment_id>/people",
    "desk/outbox",
    "desk/outbox/<uuid:mail_id>",
    "desk/outbox/mailings/<uuid:mailing_id>/<int:number>",
    "api/v1/events/<event_id>/attendances",
    "api/v1/events/<event_id>/attendances/<attendance_id>",
}
"""Those that the world's people are shown at; the list at the door is off there."""


@pytest.fixture
def world() -> World:
    return build()


def shown_and_written(
    world: World, addresses: Iterable[Address] = ADDRESSES
) -> Iterator[tuple[str, str, str, bool]]:
    """Each address and persona who is shown somebody, by which method, and whether an entry says so."""
    for address in addresses:
        if address.route.startswith(("desk/", "api/")):
            for persona in READERS:
                for method in ("GET", "POST"):
                    if address.expected(method, persona) == 200:
                        yield from _asked(world, address, method, persona)


def _asked(world: World, address: Address, method: str, persona: Persona) -> Iterator[tuple[str, str, str, bool]]:
    own = world.own
    partner = own.partners.get(persona)
    theirs = [(partner.name, partner.who)] if partner else [(own.name, who) for who in (*own.HERE, *own.IN_BRANCH)]
    people = [text(*each) for each in theirs for text in (canaries.name_of, canaries.email_of)]
    whose = partner.organisation if partner else own.organisation
    with transaction.atomic():
        before = set(Entry.objects.values_list("id", flat=True))
        sent = {"data": address.form(own)} if method == "POST" else {}
        if method == "POST" and address.json:
            sent = {"data": address.json(own), "content_type": "application/json"}
        response = getattr(world.client(persona), method.lower())(address.url(own), **sent)
        said = response.getvalue().decode(errors="replace")
        new = Entry.objects.filter(actor=reader(world, persona), detail__people__gt=0).exclude(id__in=before)
        written = new.filter(organisation_id=whose.id).exists()
        transaction.set_rollback(True)
    if any(text in said for text in people):
        yield address.route, method, persona.value, written


def reader(world: World, persona: Persona) -> object:
    """What the ledger calls this persona."""
    if persona in TOKENS:
        return ApiToken.objects.get(digest=digest(world.own.tokens[persona])).id
    if persona in PARTNERS:
        return world.own.partners[persona].account.id
    return world.own.accounts[persona].id


@pytest.mark.slow
def test_whoever_is_shown_people_is_written_down(world: World) -> None:
    found = list(shown_and_written(world))
    assert {route for route, *_ in found} == SHOW_PEOPLE
    assert [each for each in found if not each[-1]] == []


def test_without_the_entry_the_search_finds_every_reader(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: nothing is written down about who reads."""
    monkeypatch.setattr(ledger, "_stands", lambda *_: True)
    showing = [address for address in ADDRESSES if address.route in SHOW_PEOPLE]
    silent = {route for route, *_, written in shown_and_written(world, showing) if not written}
    assert silent == {route for route in SHOW_PEOPLE if not route.endswith("/export")}


def ask_twice(world: World, route: str, persona: Persona) -> Client:
    client, url = world.client(persona), by_route(route).url(world.own)
    for _ in range(2):
        assert client.get(url).status_code == 200
    return client


@pytest.mark.parametrize(
    ("route", "verb", "people"),
    [
        ("desk/events/<uuid:event_id>", "attendances.see_answers", 2),
        ("desk/events/<uuid:event_id>/answers", "attendances.see_answers", 2),
        ("desk/events/<uuid:event_id>/find", "attendances.see_found", 1),
        ("desk/events/<uuid:event_id>/help", "attendances.see_help", 1),
        ("desk/blocs/<uuid:bloc_id>/help", "attendances.see_help", 1),
    ],
)
def test_it_says_who_read_which_list_of_how_many_and_once(
    world: World, route: str, verb: str, people: int
) -> None:
    for persona in (Persona.STEWARD, Persona.OWNER):
        ask_twice(world, route, persona)
    entries = Entry.objects.filter(verb=verb).order_by("at")
    assert [entry.actor for entry in entries] == [
        world.own.accounts[Persona.STEWARD].id,
        world.own.accounts[Persona.OWNER].id,
    ]
    assert {(entry.object_id, entry.detail["people"]) for entry in entries} == {(world.own.event.id, people)}


def test_the_list_at_the_door_leaves_an_entry_too(world: World) -> None:
    event = world.own.event
    Event.objects.filter(id=event.id).update(capacity=50, door_list=True)
    ask_twice(world, "desk/events/<uuid:event_id>/door", Persona.STEWARD)
    entry = Entry.objects.get(verb="attendances.see_door_list")
    assert (entry.actor, entry.object_id) == (world.own.accounts[Persona.STEWARD].id, event.id)
    assert entry.detail == {"people": 1}
