"""Promise 2: who gets what, at every address, by every method, for every persona there is.

An address that is not in :mod:`.addresses` fails the build. Somebody else's thing is the same as none, to the
byte. No answer holds a string about somebody that this persona may not be shown.
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import get_resolver, include, path
from django.utils.csp import build_policy
from pytest_django.plugin import DjangoDbBlocker

from groundswell.events.access import event_for
from groundswell.events.models import Event
from groundswell.groups import freshness
from groundswell.groups.access import Actor
from groundswell.groups.models import Campaign
from groundswell.intake.models import Entry, SetAside
from groundswell.kit.clock import now
from groundswell.outbox.models import Effect
from groundswell.outbox.operations import mailbox_hash
from groundswell.outbox.transports import kept_path
from groundswell.web.desk.mailing_look import ALONE, AROUND
from tests import made_up
from tests.guards import addresses, canaries, world
from tests.guards.addresses import ADDRESSES, METHODS, Address, ask, by_route, routes
from tests.guards.canaries import Canary
from tests.guards.personas import MEMBERS, OWN_TOKENS, PARTNERS, WITHOUT_SESSION, Persona
from tests.guards.world import World

pytestmark = pytest.mark.django_db

POLICY = build_policy(settings.SECURE_CSP)

LOOK = "desk/mailings/<uuid:mailing_id>"
POLICIES = {LOOK: build_policy(AROUND), f"{LOOK}/look": build_policy(ALONE)}
"""Those of a letter in a frame, and of the page around it."""

PASSING = {"Expires", "RateLimit"}
"""Headers that change with time, or with what was asked before."""


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Both organisations, for all tests of this module: each request's changes are taken back after it."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            yield world.build()
            transaction.set_rollback(True)
        # The journal's writer has a connection of its own: what it wrote is not taken back with the rest.
        Entry.objects.all().delete()


@pytest.fixture
def _django_db_helper(everything: World) -> None:
    """In place of a transaction for each test: the world's own, and none on the journal, which is written."""


def wrong_answers(made: World, address: Address) -> list[str]:
    """What is not as it should be at an address, for every persona and method that it has, and others by some.

    On PostgreSQL those that it has are enough, since no rows are asked for by the others.
    """
    wrong = wrong_with(made, address, address.expect, Persona)
    return wrong if connection.vendor != "sqlite" else wrong + wrong_with(made, address, lacking(address), SOME)


SOME = (Persona.ANONYMOUS, Persona.STRANGER, Persona.OWNER, Persona.TOKEN)
"""One for each way in: what an address cannot do at all is refused before anybody's role is asked for."""


def lacking(address: Address) -> list[str]:
    """The methods that an address does not have."""
    return [method for method in METHODS if method not in address.expect]


def wrong_with(made: World, address: Address, methods: Iterable[str], personas: Iterable[Persona]) -> list[str]:
    """The same for these methods and personas."""
    return [
        f"{method} {address} as {persona.value}: {wrong}"
        for method in methods
        for persona in personas
        for wrong in _wrong(made, address, method, persona)
    ]


def _wrong(made: World, address: Address, method: str, persona: Persona) -> Iterator[str]:
    response = ask(made, address, address.url(made.own), method, persona)
    expected = address.expected(method, persona)
    if response.status_code != expected:
        yield f"{response.status_code} instead of {expected}"
    for canary in shown(response, persona, address, made):
        yield f"shows {canary.where}"
    headers = dict(response.items())
    policies = {POLICY, POLICIES.get(address.route, POLICY)}
    if (
        headers.get("Content-Security-Policy") not in policies
        or headers.get("X-Content-Type-Options") != "nosniff"
    ):
        yield "without the shipped policy"
    if address.route.startswith(("desk/", "api/")) and "no-store" not in headers.get("Cache-Control", ""):
        yield "may be kept on the way"
    if address.missing and response.status_code == 404:
        missing = ask(made, address, address.missing, method, persona)
        if told(response) != told(missing):
            yield "not the same as what is missing"


def shown(response: HttpResponse, persona: Persona, address: Address, made: World) -> Iterator[Canary]:
    """The canaries in an answer, its headers included, that this persona may not be shown."""
    headers = "".join(f"{name}: {value}\n" for name, value in response.items())
    said = f"{headers}\n{response.getvalue().decode(errors='replace')}"
    revealed = address.reveals(made.own)
    for canary in made.canaries:
        if canary.text in said and persona not in canary.shown_to and canary.text not in revealed:
            yield canary


def told(response: HttpResponse) -> tuple[int, dict[str, str], bytes]:
    """All that an answer tells, but for what time it is."""
    headers = {name: value for name, value in response.items() if name not in PASSING}
    return response.status_code, headers, response.getvalue()


def test_every_address_is_classified() -> None:
    assert set(routes()) == {address.route for address in ADDRESSES}


def test_a_new_address_is_found() -> None:
    """The twin: one more, deep inside, of which nobody has said who may."""
    more = [*get_resolver().url_patterns, path("desk/", include([path("people/<uuid:id>", lambda _: None)]))]
    assert set(routes(more)) - {address.route for address in ADDRESSES} == {"desk/people/<uuid:id>"}


@pytest.mark.drawn
@pytest.mark.parametrize("address", ADDRESSES, ids=str)
def test_everybody_gets_at_every_address_what_is_theirs(
    everything: World, address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    own = everything.own
    assert wrong_answers(everything, address) == []
    secret = [*own.tokens.values(), own.sign_in_secret, addresses.behind("confirm", own)]
    assert not [text for text in secret if text in caplog.text]
    assert not [canary.where for canary in everything.canaries if canary.text in caplog.text]


@pytest.mark.again
@pytest.mark.slow
@pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("postgresql"), reason="No rows are asked for."
)
@pytest.mark.parametrize("address", ADDRESSES, ids=str)
def test_nobody_gets_anything_by_a_method_that_an_address_does_not_have(
    everything: World, address: Address
) -> None:
    assert wrong_with(everything, address, lacking(address), set(Persona) - set(SOME)) == []


TOLD_FIRST = ("desk/settings", "desk/mailings")
"""Where whoever may not even know of it hears that before a sign-in is asked for."""


def of_an_old_sign_in(address: Address, method: str, persona: Persona) -> int:
    """What somebody gets who signed in an hour ago."""
    if method not in address.fresh or persona in WITHOUT_SESSION:
        return address.expected(method, persona)
    return 404 if address.expected("GET", persona) == 404 and address.route.startswith(TOLD_FIRST) else 403


@pytest.mark.drawn
@pytest.mark.parametrize("address", [one for one in ADDRESSES if one.route.startswith("desk/")], ids=str)
def test_an_old_sign_in_is_asked_again_where_that_is_said_and_nowhere_else(
    everything: World, address: Address
) -> None:
    wrong = []
    for method in ("GET", "POST"):
        for persona in Persona:
            answer = ask(everything, address, address.url(everything.own), method, persona, fresh=False)
            expected = of_an_old_sign_in(address, method, persona)
            asked = 'name="again"' in answer.getvalue().decode(errors="replace")
            if answer.status_code != expected or (asked and method not in address.fresh):
                wrong.append((method, persona, answer.status_code, expected))
    assert wrong == []


def test_the_twin_that_never_ages_hands_the_file_out(everything: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "FRESH", timedelta(days=1))
    address = by_route("desk/events/<uuid:event_id>/export")
    answer = ask(everything, address, address.url(everything.own), "POST", Persona.ORGANISER, fresh=False)
    assert answer.status_code == 200


@pytest.mark.slow
def test_every_canary_is_seen_by_somebody_who_may(everything: World) -> None:
    """Otherwise nobody would notice that the search finds nothing."""
    pages = [address for address in ADDRESSES if "GET" in address.expect]
    seen = set()
    for persona in MEMBERS | OWN_TOKENS | PARTNERS | {Persona.BRANCH, Persona.AT_EVENT}:
        for address in pages:
            # Taken back at once: each list that is looked at would push what is older off the diary's page.
            response = ask(everything, address, address.url(everything.own), "GET", persona)
            said = response.getvalue().decode(errors="replace")
            seen |= {one.text for one in everything.canaries if one.text in said and persona in one.shown_to}
    former = frozenset({Persona.EX_MEMBER})
    assert {one.text for one in everything.own.canaries() if one.shown_to - former} - seen == set()


def test_a_mail_tells_its_reader_of_nobody_else(everything: World) -> None:
    for own in (everything.own, everything.other):
        for who in (*own.HERE, *own.IN_BRANCH):
            theirs = {
                canaries.name_of(own.name, who),
                canaries.email_of(own.name, who),
                canaries.complaint(own.name),
            }
            for mail in Effect.objects.filter(mailbox=mailbox_hash(canaries.email_of(own.name, who))):
                text = kept_path(mail.organisation_id, mail.id).read_text()
                assert canaries.email_of(own.name, who) in text
                assert not [
                    one.where for one in everything.canaries if one.text in text and one.text not in theirs
                ]


def supporters(world: World) -> dict[str, set[str]]:
    """By the mailbox of each supporter of either organisation, what only mails to them may say."""
    return {
        canaries.email_of(own.name, who): {canaries.name_of(own.name, who), canaries.email_of(own.name, who)}
        for own in (world.own, world.other)
        for who in (*own.HERE, *own.IN_BRANCH)
    }


def test_no_mail_to_anybody_names_a_supporter_but_to_themselves(everything: World) -> None:
    everybody, kinds = supporters(everything), set()
    for mail in Effect.objects.filter(state="done"):
        text = kept_path(mail.organisation_id, mail.id).read_text()
        kinds.add(mail.kind)
        for email, theirs in everybody.items():
            if mail.mailbox != mailbox_hash(email):
                assert not [each for each in theirs if each in text], mail.kind
    assert len(kinds) >= 6


def test_an_event_takes_no_campaign_of_another_organisation(everything: World) -> None:
    theirs = Campaign.objects.get(organisation=everything.other.organisation)
    form = {**addresses.new_event(everything.own), "campaign": str(theirs.id)}
    assert everything.client(Persona.OWNER).post("/desk/events/new", form).status_code == 422


def test_the_api_announces_nothing_for_a_group_of_another_organisation(everything: World) -> None:
    event = {"title": "Another", "day": made_up.in_days(9).isoformat(), "group": everything.other.root.slug}
    answer = everything.client(Persona.TOKEN).post("/api/v1/events", event, content_type="application/json")
    assert answer.status_code == 422


def test_putting_away_touches_no_other_organisation(everything: World) -> None:
    with transaction.atomic():
        everything.client(Persona.OWNER).post("/desk/aside", {"until": now().isoformat()})
        left = list(SetAside.objects.values_list("organisation_id", flat=True))
        transaction.set_rollback(True)
    assert left == [everything.other.organisation.id]


def test_without_the_check_the_matrix_finds_the_leak(everything: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: an event is handed to whoever asks for it."""

    def unguarded(actor: object, event_id: UUID, role: object = None) -> Event:
        return Event.objects.select_related("organisation", "group", "campaign").get(id=event_id)

    replace_everywhere(monkeypatch, event_for, unguarded)
    # Names are asked for by themselves, once more.
    monkeypatch.setattr(Actor, "may", lambda *_: True)
    address = by_route("desk/events/<uuid:event_id>")
    found = wrong_answers(everything, address)
    assert f"GET {address} as a viewer of another organisation: 200 instead of 404" in found
    shown = f"GET {address} as a viewer of another organisation: shows the name of ada" in found
    # On PostgreSQL the rules for rows stand below, and keep the name.
    assert shown == (connection.vendor == "sqlite")


def replace_everywhere(monkeypatch: pytest.MonkeyPatch, old: object, new: object) -> None:
    """Put something else wherever a module of ours has imported a function by its name."""
    for module in [module for name, module in sys.modules.items() if name.startswith("groundswell.")]:
        for name, value in list(vars(module).items()):
            if value is old:
                monkeypatch.setattr(module, name, new)
