"""``/stand/…`` and ``/stands/<token>``: a body says that it stands with something, and takes it back."""

import gzip
import random

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from pytest_django import DjangoAssertNumQueries

from groundswell.endorsements import operations
from groundswell.endorsements.models import Endorsement
from groundswell.events.models import Event
from groundswell.front.handover import SLOT, Handover
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.intake import journal
from groundswell.intake.journal import NotKept
from groundswell.intake.settling import settle
from groundswell.kit.clock import now
from groundswell.kit.colour import Colour
from groundswell.outbox.models import Effect
from groundswell.web.fingerprints import known
from groundswell.web.public import pages, stand, stands
from groundswell.web.public.accent import style_sheet
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

FORM = {
    "body": "Teachers, Riverside",
    "kind": "union-branch",
    "decided": "motion",
    "decided_on": "2016-07-01",
    "text": "We <b>stand</b>.",
    "contact_email": "teachers@example.org",
}


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def event(group: Group) -> Event:
    return made_up.event(group, day=made_up.in_days(20))


def page(client: Client, where: str, form: dict[str, str] | None = None, status: int = 200) -> str:
    response = client.get(where) if form is None else client.post(where, form)
    assert response.status_code == status
    assert "Set-Cookie" not in response.headers
    found = Markup(response.content.decode())
    assert faults(found) == []
    return " ".join(found.text.split())


def handed_over(path: str, query: str) -> Handover:
    """What the page at an address hands over to front."""
    request = RequestFactory().get(f"{path}?{query}")
    request.scope = {SLOT: Handover()}  # type: ignore[attr-defined]
    found = resolve(path)
    found.func(request, **found.kwargs)
    return request.scope[SLOT]  # type: ignore[attr-defined, no-any-return]


def test_who_stands_with_an_event_is_listed_by_sort(client: Client, event: Event) -> None:
    where = f"/e/{event.slug}"
    assert "Our branch stands with this" in page(client, where)
    made_up.endorsement(where, text="Hear <i>us</i>.", decided_on=made_up.in_days(-9))
    made_up.endorsement(where, body="The choir", kind="community")
    made_up.asked_endorsement(where, body="Silent")
    said = page(client, where)
    for words in (
        "Union branches",
        "Rail workers, Riverside branch",
        "By a motion, ",
        "Hear <i>us</i>.",
        "The choir",
    ):
        assert words in said
    assert said.index("Union branches") < said.index("Community groups")
    assert "Silent" not in said
    assert "secretary@rail.example.org" not in said


@pytest.mark.parametrize("kind", ["b", "series", "g"])
def test_every_page_lists_its_own(client: Client, group: Group, event: Event, kind: str) -> None:
    series = made_up.series(group)
    made_up.event(group, series)
    where = {
        "b": f"/b/{made_up.bloc(group, event).slug}",
        "series": f"/series/{series.slug}",
        "g": f"/g/{group.slug}",
    }[kind]
    made_up.endorsement(where)
    assert "Rail workers, Riverside branch" in page(client, where)
    assert "Rail workers" not in page(client, f"/e/{event.slug}")


class TestAll:
    """``/stand/<kind>/<slug>/all``: where more stand with something than its own page shows."""

    @pytest.fixture(autouse=True)
    def two_on_a_page(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stand, "PAGE", 2)
        monkeypatch.setattr(stands, "PAGE", 2)

    @pytest.mark.parametrize("kind", ["event", "bloc", "series", "group"])
    def test_every_page_leads_on_to_all(self, client: Client, group: Group, event: Event, kind: str) -> None:
        series = made_up.series(group)
        made_up.event(group, series)
        bloc = made_up.bloc(group, event)
        slug = {"event": event, "bloc": bloc, "series": series, "group": group}[kind].slug
        where, every = reverse(kind, args=[slug]), f"/stand/{kind}/{slug}/all"
        for number in (1, 2):
            made_up.endorsement(where, body=f"Choir {number}", kind="community")
        assert "All who stand with this" not in page(client, where)
        made_up.endorsement(where, body="Dockers", kind="union")
        said = page(client, where)
        assert ("Dockers" in said, "Choir 1" in said, "Choir 2" in said) == (True, True, False)
        assert f'href="{every}"' in client.get(where).content.decode()
        assert "More who stand with this" in page(client, every)
        assert "Choir 2" in page(client, f"{every}?page=2")

    def test_each_part_has_one_address_and_leads_to_the_next(self, client: Client, event: Event) -> None:
        every = f"/stand/event/{event.slug}/all"
        for number in range(5):
            made_up.endorsement(f"/e/{event.slug}", body=f"Choir {number}", kind="community")
        parts = [client.get(f"{every}{query}") for query in ("", "?page=2", "?page=3")]
        bodies = [[one["name"] for one in part.context["stands"]["kinds"][0]["bodies"]] for part in parts]
        assert bodies == [["Choir 0", "Choir 1"], ["Choir 2", "Choir 3"], ["Choir 4"]]
        assert [part.context["stands"]["more"] for part in parts] == ["page=2", "page=3", ""]
        addresses = [part.context["canonical"].removeprefix(settings.PUBLIC_URL) for part in parts]
        assert addresses == [every, f"{every}?page=2", f"{every}?page=3"]
        for nowhere in ("4", "0", "x", ""):
            page(client, f"{every}?page={nowhere}", None, 404)

    def test_asks_as_often_for_three_as_for_one(
        self, client: Client, event: Event, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(3):
            made_up.endorsement(f"/e/{event.slug}", body=f"Choir {number}")
            with django_assert_num_queries(2):
                page(client, f"/stand/event/{event.slug}/all")

    def test_front_keeps_each_part_under_its_one_address(self, client: Client, event: Event) -> None:
        for number in range(3):
            made_up.endorsement(f"/e/{event.slug}", body=f"Choir {number}")
        every = f"/stand/event/{event.slug}/all"
        kept = {query: handed_over(every, query) for query in ("", "page=2", "page=02", "page=2&x=1")}
        assert [query for query, found in kept.items() if found.filled] == ["", "page=2"]
        assert f"event:{event.id}:stands" in kept["page=2"].tags
        assert (kept["page=2"].queries, kept["page=2"].door) == ({"page"}, None)

    def test_search_engines_leave_out_what_is_for_members(self, client: Client, group: Group) -> None:
        for audience, left_out in (("everybody", False), ("members", True)):
            event = made_up.event(group, title=f"For {audience}", audience=audience)
            for where in (f"event/{event.slug}", f"bloc/{made_up.bloc(group, event).slug}"):
                assert client.get(f"/stand/{where}/all").context["noindex"] is left_out

    def test_who_stands_with_nothing_yet(self, client: Client, event: Event) -> None:
        every = f"/stand/event/{event.slug}/all"
        said = page(client, every)
        assert "Nobody stands with this yet." in said
        assert "Our branch stands with this" in said
        Event.objects.update(status="over")
        assert "Our branch stands with this" not in page(client, every)


def heaviest(client: Client, event: Event, bodies: int) -> int:
    """What the heavier of the two pages weighs on a first visit, if bodies say all they may: so many and one."""
    chance = random.Random(1)
    syllables = ["".join(chance.choices("aeioulnrst", k=4)) for _ in range(400)]
    for number in range(bodies + 1):
        words = " ".join(chance.choices(syllables, k=120))
        made_up.endorsement(f"/e/{event.slug}", body=f"{words[:130]} {number}", text=words)
    common = [known()[name].read_bytes() for name in ("public/public.css", "public/swell.svg")]
    common.append(style_sheet(Colour.from_hex(event.organisation.accent)).encode())
    shown = [client.get(where).content for where in (f"/e/{event.slug}", f"/stand/event/{event.slug}/all")]
    assert all(b"who stand with this" in each for each in shown)
    return max(map(len, map(gzip.compress, shown))) + sum(map(len, map(gzip.compress, common)))


def test_pages_are_small_however_much_bodies_say(client: Client, event: Event) -> None:
    assert heaviest(client, event, stands.PAGE) < 60_000


@pytest.mark.slow
def test_the_twin_with_more_on_a_page_is_heavy(
    client: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand, "PAGE", 500)
    assert heaviest(client, event, 500) > 60_000


def test_a_group_that_works_here_is_linked(client: Client, event: Event) -> None:
    allies = made_up.root(made_up.organisation("allies", "Allies"))
    subject = operations.subject_of(made_up.asked_endorsement(f"/e/{event.slug}"))
    operations.stand(SYSTEM, group=allies, subject=subject, details=made_up.endorsement_details())
    assert 'href="/g/allies"' in client.get(f"/e/{event.slug}").content.decode()


def test_a_form_with_faults_is_shown_again(client: Client, event: Event) -> None:
    where = f"/stand/event/{event.slug}"
    assert event.title in page(client, where)
    said = page(client, where, {**FORM, "body": "", "kind": "", "decided_on": "soon", "contact_email": "x"}, 422)
    for words in ("Write what the body is called", "Choose what sort", "Enter a day", "does not look like"):
        assert words in said
    assert "We <b>stand</b>." in said
    page(client, where, {**FORM, "decided_on": "soon"}, 422)


@pytest.mark.django_db(transaction=True)
def test_what_was_typed_is_kept_and_its_contact_is_asked(client: Client, event: Event) -> None:
    where = f"/stand/event/{event.slug}"
    sent = client.post(where, FORM)
    assert (sent.status_code, sent["Location"]) == (303, f"{where}/thanks")
    assert "We have written it down" in page(client, sent["Location"])
    settle()
    made = Endorsement.objects.get()
    assert (made.body, made.confirmed_at, made.accepted_at) == ("Teachers, Riverside", None, None)
    assert Effect.objects.filter(subject=made.id).count() == 1


def test_what_could_not_be_kept_is_said(client: Client, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise NotKept

    monkeypatch.setattr(journal.Journal, "append", full)
    assert "could not be kept" in page(client, f"/stand/event/{event.slug}", FORM, 503)
    assert pages.act is not full


def test_with_what_is_past_nobody_comes_to_stand(client: Client, group: Group, event: Event) -> None:
    bloc = made_up.bloc(group, event)
    Event.objects.update(status="over")
    for where in (f"/stand/event/{event.slug}", f"/stand/bloc/{bloc.slug}", "/stand/event/none", "/stand/x/y"):
        page(client, where, None, 404)
    assert "Our branch stands with this" not in page(client, f"/e/{event.slug}")


class TestLink:
    """What the mail's link opens."""

    def where(self, event: Event) -> str:
        return f"/stands/{operations.token_of(made_up.asked_endorsement(f'/e/{event.slug}').id)}"

    def test_looking_at_it_changes_nothing(self, client: Client, event: Event) -> None:
        said = page(client, self.where(event))
        for words in ("Do you stand with this?", "Rail workers, Riverside branch", event.title, "We march."):
            assert words in said
        assert Endorsement.objects.get().confirmed_at is None

    def test_the_button_confirms_it_once(self, client: Client, event: Event) -> None:
        where = self.where(event)
        assert "It stands on the page from now on." in page(client, where, {"then": "confirm"})
        assert "was confirmed already" in page(client, where, {"then": "confirm"}, 409)
        assert "You stand with this" in page(client, where)
        page(client, where, {"then": "something"}, 404)

    def test_the_button_is_not_for_those_whom_it_stands_with(
        self, client: Client, group: Group, event: Event
    ) -> None:
        where = self.where(event)
        made_up.account(group, made_up.VIEWER, "secretary@rail.example.org")
        assert "nobody says for others" in page(client, where, {"then": "confirm"}, 403)
        assert Endorsement.objects.get().confirmed_at is None
        page(client, where, {"then": "withdraw"})

    def test_it_waits_for_those_who_call_to_it(self, client: Client, event: Event) -> None:
        where = self.where(event)
        Endorsement.objects.update(accepted_at=None, text="")
        assert "In your words" not in page(client, where)
        assert "Whoever calls to it looks at it" in page(client, where, {"then": "confirm"})

    def test_by_the_same_link_it_is_taken_back(self, client: Client, event: Event) -> None:
        where = self.where(event)
        page(client, where, {"then": "confirm"})
        assert "we have erased" in page(client, where, {"then": "withdraw"})
        page(client, where, None, 404)
        page(client, "/stands/none", None, 404)

    def test_the_mail_has_the_link_and_is_not_sent_for_what_is_gone(self, client: Client, event: Event) -> None:
        where = self.where(event)
        effect = Effect.objects.get(kind="endorsements.confirm")
        from groundswell.endorsements.mails import confirm

        mail = confirm(effect)
        assert mail is not None
        assert (mail.to, where in mail.text, "We march." in mail.text) == (
            "secretary@rail.example.org",
            True,
            True,
        )
        Endorsement.objects.update(confirmed_at=now())
        assert confirm(effect) is None
        page(client, where, {"then": "withdraw"})
        assert confirm(effect) is None
