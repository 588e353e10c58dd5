"""A page that shows many asks the database as often as one that shows one.

Every address is asked while there is one of everything and while there are three; which of them show a list is
written down, so that a new list cannot be forgotten.
"""

import html
import re
import sys
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groundswell.attendances.bloc_notices import tell_bloc
from groundswell.attendances.notices import tell
from groundswell.blocs import callers
from groundswell.blocs import operations as blocs
from groundswell.blocs.access import calling_for
from groundswell.blocs.details import Coach, Looks, details_of
from groundswell.discussions.operations import Said, write_up
from groundswell.discussions.operations import ask as ask_to_discuss
from groundswell.events.series import begin_series
from groundswell.events.templates import keep_as_template
from groundswell.groups import operations as groups
from groundswell.groups.access import OWNER, SYSTEM, actor_for
from groundswell.groups.granting import Terms
from groundswell.groups.invitations import invite
from groundswell.groups.new_owners import ask_for_owner
from groundswell.intake.models import SetAside
from groundswell.kit.ids import uuid7
from groundswell.outbox.delivery import deliver
from groundswell.people.models import Person
from groundswell.people.operations import Typed, recognise
from groundswell.people.saved import save_segment
from groundswell.people.segments import Segmentation
from tests import made_up
from tests.guards.addresses import ADDRESSES, Address, ask
from tests.guards.personas import Persona
from tests.guards.world import Tenant, World, build

LISTS = {
    "/",
    "/g/<slug:slug>",
    "/e/<slug:slug>",
    "/e/<slug:slug>/<slug:organisation>",
    "/b/<slug:slug>/<slug:organisation>",
    "/b/<slug:slug>",
    "/march/<slug:slug>",
    "/d/<slug:slug>",
    "/stand/<slug:kind>/<slug:slug>/all",
    "/desk/endorsements",
    "/desk/endorsements/new",
    "/api/v1/endorsements",
    "/desk/discussions",
    "/desk/discussions/new",
    "/desk/discussions/<uuid:discussion_id>",
    "/desk/discussions/hold/<slug:slug>",
    "/desk/meetings/<uuid:meeting_id>",
    "/desk/blocs",
    "/desk/blocs/new",
    "/desk/blocs/<uuid:bloc_id>",
    "/desk/blocs/<uuid:bloc_id>/edit",
    "/desk/blocs/<uuid:bloc_id>/sheet",
    "/desk/blocs/<uuid:bloc_id>/stewards",
    "/desk/events/<uuid:event_id>/march",
    "/desk/blocs/<uuid:bloc_id>/tell",
    "/desk/blocs/<uuid:bloc_id>/help",
    "/o/<slug:slug>.ics",
    "/g/<slug:slug>.ics",
    "/series/<slug:slug>",
    "/series/<slug:slug>.ics",
    "/sitemap.xml",
    "/desk/",
    "/desk/approvals",
    "/desk/aside",
    "/desk/complaints",
    "/desk/diary",
    "/desk/events",
    "/desk/events/new",
    "/desk/events/preview",
    "/desk/events/<uuid:event_id>",
    "/desk/events/<uuid:event_id>/edit",
    "/desk/events/<uuid:event_id>/copy",
    "/desk/events/<uuid:event_id>/preview",
    "/desk/events/<uuid:event_id>/answers",
    "/desk/events/<uuid:event_id>/export",
    "/desk/events/<uuid:event_id>/find",
    "/desk/events/<uuid:event_id>/figures",
    "/desk/events/<uuid:event_id>/assign",
    "/desk/events/<uuid:event_id>/help",
    "/desk/events/<uuid:event_id>/tell",
    "/desk/events/<uuid:event_id>/together",
    "/desk/cohosting/<uuid:cohost_id>",
    "/desk/cohosting/<uuid:cohost_id>/answers",
    "/desk/ours/<uuid:event_id>",
    "/desk/ours/<uuid:event_id>/export",
    "/desk/ours/<uuid:event_id>/help",
    "/desk/mailings",
    "/desk/mailings/new",
    "/desk/mailings/<uuid:mailing_id>/edit",
    "/desk/outbox",
    "/desk/people",
    "/desk/people/<uuid:person_id>",
    "/desk/people/duplicates",
    "/desk/people/<uuid:person_id>/same",
    "/me/<str:given>",
    "/me/<str:given>.json",
    "/desk/people/imports",
    "/desk/people/segments",
    "/desk/people/segments/<uuid:segment_id>/export",
    "/api/v1/segments",
    "/api/v1/segments/<segment_id>/people",
    "/desk/series",
    "/desk/series/<uuid:series_id>",
    "/desk/templates",
    "/desk/settings/<slug:slug>",
    "/api/v1/organisations",
    "/desk/settings/<slug:slug>/allies",
    "/desk/settings/<slug:slug>/tokens",
    "/desk/settings/<slug:slug>/groups/<uuid:group_id>",
    "/api/v1/groups",
    "/api/v1/series",
    "/api/v1/events",
    "/api/v1/events/<event_id>",
    "/api/v1/events/<event_id>/cancel",
    "/api/v1/events/<event_id>/warn",
    "/api/v1/events/<event_id>/attendances",
}
"""The addresses whose answer grows with what is there."""

MORE_DIGITS = 10
"""Bytes by which a page may grow because a figure on it did."""

NEVER_THE_SAME = {
    "desk/sign-out": "ends what the others need",
    "desk/account/app": "draws another secret each time",
}

SINGLE = [address for address in ADDRESSES if not address.note and address.route not in NEVER_THE_SAME]


@dataclass
class Asked:
    """How often the database was asked, and how long the answer was."""

    queries: list[str]
    length: int


def asked(world: World, address: Address) -> Asked:
    """What an address costs whoever may see most of it."""
    method = "GET" if "GET" in address.expect else "POST"
    persona = address.asker(method)
    with CaptureQueriesContext(connection) as captured:
        response = ask(world, address, address.url(world.own), method, persona)
    return Asked([query["sql"] for query in captured], len(response.getvalue()))


HELPING = {"needs": "A seat", "offer-drive": "yes"}
"""What somebody needs and can do."""


def twice_more(own: Tenant) -> None:
    """Two more of everything that a list could show."""
    for number in (1, 2):
        groups.create_campaign(SYSTEM, organisation=own.organisation, name=f"Campaign {number}")
        branch = made_up.branch(own.root, f"branch-{number}", f"Branch {number}")
        draft = made_up.draft(own.root, own.series, title=f"Draft {number}", day=made_up.in_days(21))
        keep_as_template(SYSTEM, event=draft, name=f"Template {number}")
        begin_series(SYSTEM, group=own.root, title=f"Series {number}")
        made_up.event(branch, title=f"Branch event {number}", day=made_up.in_days(21))
        another = made_up.event(own.root, own.series, title=f"Event {number}", day=made_up.in_days(21))
        for event in (own.event, another):
            made_up.answer(event, f"unconfirmed-{number}@example.org", via=f"link-{number}")
            name = f"Ourscanary {number}"
            made_up.confirmed(event, f"confirmed-{number}@example.org", name, via=f"link-{number}", **HELPING)
            made_up.confirmed(event, f"maybe-{number}@example.org", answer="tentative")
            tell(SYSTEM, event=event, kind="note", subject=f"News {number}", text="Dear friends")
        made_up.brought(own.organisation, f"nobody {number}")
        made_up.complaint(own.organisation, text=f"Once more {number}")
        save_segment(SYSTEM, organisation=own.organisation, name=f"All {number}", segmentation=Segmentation())
        made_up.mailing(own.root, [own.attendance.person])
        made_up.confirm(made_up.joined(own.bloc, f"marching-{number}@example.org", **HELPING))
        own_side = calling_for(SYSTEM, own.bloc.id)
        tell_bloc(SYSTEM, caller=own_side, kind="note", subject=f"News {number}", text="Dear friends")
        made_up.allied(own.organisation, made_up.organisation(f"ally-{number}", f"Ally {number}"))
        made_up.account(branch, email=f"organiser-{number}@example.org")
        SetAside.objects.create(
            organisation_id=own.organisation.id,
            id=uuid7(),
            kind="attend",
            subject=another.id,
            code="x",
            sentence="Why.",
        )
    for number in (1, 2):
        _alike(own, number)
        _of_partner(own, number)
        made_up.cohost(own.event, made_up.organisation(f"more-partners-{number}", f"More partners {number}"))
        groups.make_api_token(SYSTEM, organisation=own.organisation, label=f"Map {number}", contact_data=False)
        terms = made_up.Terms(role=OWNER)
        owner = actor_for(own.accounts[Persona.OWNER])
        ask_for_owner(owner, group=own.root, email=f"new-{number}@example.org", terms=terms)
    _more_blocs(own)
    _more_discussions(own)
    _more_endorsements(own)
    made_up.programme(own.event, *((f"Speaker {number}", "from here") for number in (1, 2, 3)))
    deliver()


def _alike(own: Tenant, number: int) -> None:
    """One more who has the telephone number of her who answered."""
    phone = "+441134960000"
    Person.objects.filter(id=own.attendance.person_id).update(phone=phone)
    typed = Typed(name=f"Alike {number}", email=f"alike-{number}@example.org")
    known = recognise(own.organisation.id, [typed])
    Person.objects.filter(id__in=known.values()).update(phone=phone)


def _more_endorsements(own: Tenant) -> None:
    for number in (1, 2):
        for page in (f"/e/{own.event.slug}", f"/b/{own.bloc.slug}", f"/g/{own.root.slug}"):
            made_up.endorsement(page, body=f"Body {number}")


def _more_discussions(own: Tenant) -> None:
    said = [Said(heading=f"Heading {number}") for number in (1, 2, 3)]
    decided = [made_up.decided(f"Outcome {number}") for number in (1, 2)]
    decided.append(made_up.decided("Outcome 3", id=own.outcome.id))
    write_up(SYSTEM, meeting=own.meeting, said=said, decided=decided)
    for number in (1, 2):
        made_up.meeting(own.discussion, own.root, title=f"Evening {number}")
        ally = made_up.root(made_up.organisation(f"asking-{number}", f"Asking {number}"))
        ask_to_discuss(SYSTEM, discussion=own.discussion, group=ally)
        ask_to_discuss(SYSTEM, discussion=made_up.discussion(ally, f"Question {number}?"), group=own.root)
        made_up.discussion(own.root, f"Own question {number}?")


def _more_blocs(own: Tenant) -> None:
    three: dict[str, Any] = {
        "stewards": tuple(Looks(name=f"Steward {number}", section=f"Part {number}") for number in (1, 2, 3)),
        "pick_ups": tuple(Coach(where=f"Stop {number}", seats=number) for number in (1, 2, 3)),
    }
    blocs.change(SYSTEM, bloc=own.bloc, details=replace(details_of(own.bloc), **three))
    for number in (1, 2):
        ally = made_up.root(made_up.organisation(f"calling-{number}", f"Calling {number}"))
        callers.accept(SYSTEM, caller=callers.invite(SYSTEM, bloc=own.bloc, group=ally))
        made_up.bloc_in_march(own.root, own.event, name=f"Bloc {number}")
        there = made_up.bloc(ally, made_up.event(ally, title=f"March {number}"), name=f"There {number}")
        callers.invite(SYSTEM, bloc=there, group=own.root)


def _of_partner(own: Tenant, number: int) -> None:
    """One more of a co-host's own people in each list."""
    ally = own.partners[Persona.PARTNER].organisation
    made_up.answer(own.event, f"unconfirmed-{number}@partners.example.org", by=ally)
    made_up.confirmed(own.event, f"confirmed-{number}@partners.example.org", by=ally, **HELPING)
    made_up.confirmed(own.event, f"maybe-{number}@partners.example.org", answer="tentative", by=ally)


@pytest.mark.slow
@pytest.mark.django_db(databases=["default"])
def test_every_list_asks_as_often_for_three_as_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of what is written down, one of everything fills a page already.
    monkeypatch.setattr("groundswell.web.desk.diary.AT_ONCE", 500)
    world = build()
    # Of those who are coming to its event, one is assigned to somebody already.
    made_up.confirmed(world.own.event, "free@people.example.org", "Free")
    _alike(world.own, 0)
    made_up.mailing(world.own.root, [world.own.attendance.person])
    one = {str(address): asked(world, address) for address in SINGLE}
    twice_more(world.own)
    three = {str(address): asked(world, address) for address in SINGLE}
    grown = {name for name in one if three[name].length > one[name].length + MORE_DIGITS}
    assert grown == LISTS
    for name in one:
        assert len(three[name].queries) == len(one[name].queries), f"{name}:\n" + "\n".join(three[name].queries)


AT_ONCE = 2
"""How many rows a page shows in this test: there are three of everything, one more than that."""

NEXT = re.compile(r'<a href="(\?[^"]+)">(?:More[^<]*|Older|Earlier|Later|Later events)</a>')

OPTIONS = "only the choices of a form grow"
BY_LIMIT = "as many as fit the event: what is on it is bounded where it is entered"
WHOLE = {
    "/e/<slug:slug>": BY_LIMIT,
    "/e/<slug:slug>/<slug:organisation>": BY_LIMIT,
    "/b/<slug:slug>": BY_LIMIT,
    "/b/<slug:slug>/<slug:organisation>": BY_LIMIT,
    "/march/<slug:slug>": "an order of march is read as a whole",
    "/o/<slug:slug>.ics": "a file of 500 events, those ahead first",
    "/g/<slug:slug>.ics": "a file of 500 events, those ahead first",
    "/series/<slug:slug>.ics": "a file of 500 events, those ahead first",
    "/sitemap.xml": "a file, bounded by its format",
    "/desk/": "the first of each, with a line that counts the others and leads to them",
    "/desk/events/new": OPTIONS,
    "/desk/mailings/new": OPTIONS,
    "/desk/mailings/<uuid:mailing_id>/edit": OPTIONS,
    "/me/<str:given>": "the latest 200 of each, and the file holds all",
    "/me/<str:given>.json": "a file of all that is held about somebody",
    "/desk/people/duplicates": "those of 500 people; tests/web/desk/test_duplicates.py goes on to the next",
    "/desk/people/<uuid:person_id>/same": "the first who are alike; who looks for one types more",
    "/desk/events/<uuid:event_id>/edit": BY_LIMIT,
    "/desk/events/<uuid:event_id>/preview": BY_LIMIT,
    "/desk/events/preview": BY_LIMIT,
    "/desk/events/<uuid:event_id>/copy": OPTIONS,
    "/desk/events/<uuid:event_id>/find": "the first that match; who looks for one types more",
    "/desk/events/<uuid:event_id>/figures": "totals and charts of the 30 next sisters",
    "/desk/events/<uuid:event_id>/march": "an order of march is arranged as a whole",
    "/desk/events/<uuid:event_id>/together": "those who hold one event",
    "/desk/events/<uuid:event_id>/assign": "the first whom nobody has; the next come once these are assigned",
    "/desk/settings/<slug:slug>/tokens": "the tokens of one organisation",
    "/desk/blocs/new": OPTIONS,
    "/desk/blocs/<uuid:bloc_id>": BY_LIMIT,
    "/desk/blocs/<uuid:bloc_id>/edit": BY_LIMIT,
    "/desk/blocs/<uuid:bloc_id>/sheet": BY_LIMIT,
    "/desk/blocs/<uuid:bloc_id>/stewards": BY_LIMIT,
    "/desk/discussions/new": OPTIONS,
    "/desk/discussions/hold/<slug:slug>": OPTIONS,
    "/desk/meetings/<uuid:meeting_id>": BY_LIMIT,
    "/desk/endorsements/new": OPTIONS,
    "/desk/settings/<slug:slug>/groups/<uuid:group_id>": OPTIONS,
    "/desk/settings/<slug:slug>/allies": "the organisations that stand by one organisation",
}
"""The addresses whose list has no further pages, and what keeps it short."""

FILES = {address for address in LISTS if address.endswith("/export") or address.startswith("/api/")}
"""Files to take out as a whole, and the API, whose pages its own tests turn."""


def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page show two rows of each of its lists."""
    for name, module in sorted(sys.modules.items()):
        if name.startswith("groundswell.web."):
            for constant in ("AT_ONCE", "PAGE", "PAGE_OF_SERIES", "PAGE_OF_NOTES", "QUESTIONS"):
                if isinstance(getattr(module, constant, None), int):
                    monkeypatch.setattr(module, constant, AT_ONCE)


def next_pages(world: World, address: Address, query: str = "") -> set[str]:
    """Where a page leads on to."""
    url = address.url(world.own).partition("?")[0] + query
    response = ask(world, address, url, "GET", address.asker("GET"))
    assert response.status_code == 200, url
    return {html.unescape(link) for link in NEXT.findall(response.content.decode())}


@pytest.mark.slow
@pytest.mark.django_db(databases=["default"])
def test_every_list_leads_on_to_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    world = build()
    made_up.mailing(world.own.root, [world.own.attendance.person])
    twice_more(world.own)
    owner, invited = (
        made_up.actor(world.own.root, made_up.OWNER, "inviting@example.org"),
        Terms(role=made_up.VIEWER),
    )
    for number in range(3):
        invite(owner, group=world.own.root, email=f"invited-{number}@example.org", terms=invited)
    small_pages(monkeypatch)
    lists = [address for address in SINGLE if str(address) in LISTS - FILES and "GET" in address.expect]
    first = {str(address): next_pages(world, address) for address in lists}
    assert {name for name, links in first.items() if not links} == set(WHOLE)
    for address in lists:
        for link in first[str(address)]:
            steps = 1
            while link and steps < 200:
                name = link[1:].partition("=")[0]
                link = next((each for each in next_pages(world, address, link) if f"{name}=" in each), "")
                steps += 1
            assert steps < 200, f"{address} never ends"
    settings = {link.partition("=")[0] for link in first["/desk/settings/<slug:slug>"]}
    assert settings == {"?groups", "?roles", "?invited"}


@pytest.mark.django_db(databases=["default"])
def test_the_waiting_list_leads_on_to_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    world = build()
    small_pages(monkeypatch)
    full = made_up.event(world.own.root, title="Full", capacity=1)
    for number in range(AT_ONCE + 2):
        made_up.confirmed(full, f"waits-{number}@example.org", f"Waits {number}")
    (address,) = [each for each in SINGLE if str(each) == "/desk/events/<uuid:event_id>/answers"]
    there = replace(address, url=lambda _: f"/desk/events/{full.id}/answers")
    assert next_pages(world, there) == {"?waiting=1"}
    assert next_pages(world, there, "?waiting=1") == set()
