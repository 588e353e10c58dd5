"""No figure over hours, by no filter, shows another organisation's one answer: nobody else's page moves with it.

Five organisations are there: the host, three that hold the event too, and one that calls to a bloc of it; in two
blocs two of them each. One person of the third one's answers, changes it and takes it back, hour by hour, and all
others look at every page and every list of the interface that they can open. They must see what they would have
seen if this person had not come; where a ten is crossed that is not so, but then any other person would do, and
within the hour it is not to be seen at all.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from groundswell.attendances import coaches, snapshots, totals
from groundswell.attendances.figures import by_link
from groundswell.attendances.models import Attendance
from groundswell.attendances.queries import answers_like
from groundswell.blocs.details import Coach
from groundswell.blocs.models import Bloc, Caller, PickUp
from groundswell.events.models import CoHost, Event
from groundswell.events.questions import Asking, set_questions
from groundswell.groups import operations as groups
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.kit.scope import everywhere
from groundswell.web.desk import cohosting
from tests import made_up
from tests.guards.onlookers import WRITTEN, Onlooker, Seen, all_paths, differing, noting, tables_of, taken_back

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WHO = "zoe@example.org"
"""One of the host's own."""

STRANGER = "yan@example.org"
LINK = "leaflet-7"
EACH, IN_GREEN = 14, 10
"""How many each brings, and to the bloc that one alone calls to: no ten is near, but a coach is nearly full."""


class March:
    """The event, those who hold it, and who looks on."""

    def __init__(self) -> None:
        names = ("host", "builders", "carers", "dockers", "elders")
        self.of: Mapping[str, Organisation] = {name: made_up.organisation(name, name.title()) for name in names}
        root = made_up.root(self.of["host"])
        self.event = made_up.event(root, made_up.series(root), title="March", target=90)
        [self.asked] = set_questions(
            SYSTEM, event=self.event, questions=[Asking(text="Why?", kind="yes-no", purpose="So")]
        )
        for name in names[1:4]:
            made_up.cohost(self.event, self.of[name])
        seats = (Coach(where="Riverside", seats=20),)
        self.red, self.blue, self.green = (
            made_up.bloc(made_up.root(self.of[by]), self.event, name=name, pick_ups=seats)
            for name, by in (("Red", "carers"), ("Blue", "builders"), ("Green", "carers"))
        )
        made_up.call_together(self.red, self.of["dockers"])
        made_up.call_together(self.blue, self.of["elders"])
        made_up.allied(self.of["elders"], self.of["carers"])
        totals.open_held()

    def bring(self) -> None:
        """Each brings fourteen, some of them in blocs; one of the host's is who answers the carers as well.

        Four of the carers' come by the link by which the person will be the fifth.
        """
        blocs = {"builders": self.blue, "carers": self.green, "dockers": self.red, "elders": self.blue}
        for name in self.of:
            for number in range(EACH):
                email = WHO if (name, number) == ("host", 0) else f"{name}-{number}@example.org"
                bloc = blocs[name] if name == "elders" or (name != "host" and number < IN_GREEN) else None
                via = LINK if name == "carers" and number >= IN_GREEN else ""
                self.come(self.of[name], email, bloc, via=via)
        made_up.snapshot()

    def come(self, by: Organisation, email: str, bloc: Bloc | None = None, **typed: str) -> Attendance:
        """Somebody answers, and confirms it."""
        if bloc is None:
            return made_up.confirmed(self.event, email, by=by, **typed)
        coach = str(bloc.pick_ups.get().id)
        return made_up.confirm(made_up.joined(bloc, email, by=by, coach=coach, **typed))

    def onlookers(self) -> list[Onlooker]:
        """Somebody who goes by, the host's owner and its program, another holder's owner, and a caller's."""
        found = [Onlooker("somebody who goes by", Client(), has_key=False)]
        for name in ("host", "builders", "elders"):
            organisation = self.of[name]
            account = made_up.account(made_up.root(organisation), made_up.OWNER, f"owner@{name}.example.org")
            found.append(Onlooker(name, made_up.browser(account)))
            if name != "host":
                continue
            token = groups.make_api_token(SYSTEM, organisation=organisation, label="one", contact_data=True)
            found.append(Onlooker("a program", Client(headers={"Authorization": f"Bearer {token}"})))
        return found

    def known(self, answer: Attendance) -> dict[str, list[str]]:
        """What can stand in an address, by the name of the part."""
        event = self.event
        return {
            "slug": [event.slug, event.series.slug, self.red.slug, self.green.slug, "carers"],
            "organisation": ["carers"],
            "event_id": [str(event.id)],
            "bloc_id": [str(self.blue.id), str(self.green.id)],
            "cohost_id": [str(one) for one in CoHost.objects.values_list("id", flat=True)],
            "caller_id": [str(one) for one in Caller.objects.values_list("id", flat=True)],
            "series_id": [str(event.series_id)],
            "attendance_id": [str(answer.id)],
            "person_id": [str(answer.person_id)],
            "group_id": [str(event.group_id)],
        }

    def values(self, answer: Attendance) -> list[str]:
        """What a filter could be given that might find one answer alone."""
        return [WHO, LINK, str(answer.id)]


Step = Callable[[], object]
Pages = Callable[[Onlooker], Sequence[str]]


def story(march: March, who: str = WHO) -> Iterator[Step]:
    """What one person of the carers' does, an hour each."""
    carers = march.of["carers"]

    def own() -> Attendance:
        return Attendance.objects.get(organisation=carers, person__email=who)

    answered = {f"question-{march.asked.id}": "yes", f"ally-{march.of['dockers'].id}": "yes"}
    yield lambda: made_up.answer(march.event, who, by=carers, via=LINK, language="en", **answered)
    yield lambda: march.come(carers, who, march.green)
    yield lambda: made_up.change(own(), guests="1", needs="A seat")
    yield lambda: made_up.cancel(own())


BEGUN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@dataclass
class Scene:
    """The march, who looks on with all that they can open, and a clock that stands still until it is moved."""

    march: March
    on: Sequence[Onlooker]
    clock: time_machine.Traveller

    def hours(self, steps: Sequence[Step], look: Callable[[], Seen]) -> list[Seen]:
        """What is seen five minutes after each step, and when the last hour is over; all of it is taken back."""
        seen = []
        with taken_back():
            for number, step in enumerate(steps):
                self.clock.move_to(BEGUN + number * HOUR + timedelta(minutes=5))
                step()
                seen.append(look())
                self.clock.move_to(BEGUN + (number + 1) * HOUR)
                snapshots.take_snapshots()
            seen.append(look())
        return seen

    def looked(self, pages: Pages) -> Seen:
        """What all of them see at this moment."""
        return {path: seen for one in self.on for path, seen in one.look(pages(one)).items()}

    def moving(self, steps: Sequence[Step], pages: Pages) -> list[str]:
        """What looks otherwise at some hour than without these steps."""
        assert any(pages(one) for one in self.on)
        with_them, still = (
            self.hours(each, lambda: self.looked(pages)) for each in (steps, [lambda: None] * len(steps))
        )
        hourly = zip(with_them, still, strict=True)
        return sorted({path for each, other in hourly for path in differing(each, other)})


@pytest.fixture(scope="module")
def whole(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """The one scene of all tests of this module: what each does is taken back after it."""
    with django_db_blocker.unblock(), time_machine.travel(BEGUN, tick=False) as clock, taken_back():
        march = March()
        march.bring()
        yield Scene(march, watched(march), clock)


@pytest.fixture
def _django_db_helper(whole: Scene) -> None:
    """In place of a transaction for each test: the scene's own."""


@pytest.fixture
def scene(whole: Scene) -> Iterator[Scene]:
    """The scene as it was at first."""
    whole.clock.move_to(BEGUN)
    with taken_back():
        yield whole


def watched(march: March) -> list[Onlooker]:
    """All who look on, with the pages that tell of anything that the story moves."""
    with taken_back():
        with CaptureQueriesContext(connection) as queries:
            for step in story(march):
                step()
        moved = tables_of(queries, WRITTEN)
        answer = Attendance.objects.get(organisation=march.of["carers"], person__email=WHO)
        paths, values = all_paths(march.known(answer)), march.values(answer)
    found = march.onlookers()
    named = names_in(found[-1].client.get("/api/v1/openapi.json").json())
    with noting(), taken_back():
        for one in found:
            one.find(paths, moved, values, named)
    return found


def names_in(document: Mapping[str, Any]) -> set[str]:
    """The filters that the interface describes."""
    ways = [way for path in document["paths"].values() for way in path.values()]
    found = {each["name"] for way in ways for each in way.get("parameters", ()) if each["in"] == "query"}
    assert {"cursor", "limit"} <= found
    return found


def every_page(one: Onlooker) -> Sequence[str]:
    """Each as it is without a filter."""
    return one.pages


def every_filter(one: Onlooker) -> Sequence[str]:
    """Each under all of its filters."""
    return one.filtered


def only(*wanted: str) -> Pages:
    """The pages whose addresses begin so, without a filter: for what need not look at all."""
    return lambda one: [path for path in one.pages if path.startswith(wanted)]


def searches(one: Onlooker) -> Sequence[str]:
    """All that filter by words."""
    return [path for path in one.filtered if "?q=" in path]


def test_what_one_person_does_hour_by_hour_moves_no_page_of_others(scene: Scene) -> None:
    assert scene.moving(list(story(scene.march)), every_page) == []


def test_nor_under_any_filter(scene: Scene) -> None:
    def seen_after(steps: Sequence[Step]) -> Seen:
        with taken_back():
            for step in steps:
                step()
            made_up.snapshot()
            return scene.looked(every_filter)

    *until_cancelled, _cancels = story(scene.march)
    assert differing(seen_after(until_cancelled), seen_after([])) == []


def fill_up(scene: Scene) -> None:
    """Let the carers bring nineteen."""
    for number in range(EACH, 19):
        scene.march.come(scene.march.of["carers"], f"carers-{number}@example.org")
    made_up.snapshot()


def test_who_fills_a_ten_could_be_anybody_and_shows_when_the_hour_is_over(scene: Scene) -> None:
    march, carers = scene.march, scene.march.of["carers"]
    fill_up(scene)
    one, other, nobody = (
        scene.hours([step], lambda: scene.looked(every_page))
        for step in (
            lambda: made_up.confirmed(march.event, WHO, by=carers, via=LINK, postcode="M1 1AE"),
            lambda: march.come(carers, "yan@example.org", march.red),
            lambda: None,
        )
    )
    assert differing(one[0], nobody[0]) == []
    assert differing(one[1], nobody[1]) != []
    assert differing(one[1], other[1]) == []


def of_the_first(march: March, *, opened: bool) -> tuple[Sequence[Onlooker], Sequence[Step]]:
    """Another event to which only the host's people come so far, and one of the carers' who comes first."""
    event = made_up.event(march.event.group, title="Vigil")
    cohost = made_up.cohost(event, march.of["builders"])
    made_up.cohost(event, march.of["carers"])
    if opened:
        totals.open_held()
    for number in range(3):
        made_up.confirmed(event, f"host-{number}@example.org")
    made_up.snapshot()
    passing, host, program, builders, _elders = march.onlookers()
    passing.pages = ["/e/vigil", "/"]
    host.pages = ["/desk/", f"/desk/events/{event.id}", "/desk/events"]
    program.pages = [f"/api/v1/events/{event.id}"]
    builders.pages = [f"/desk/cohosting/{cohost.id}", "/desk/"]
    comes = partial(made_up.answer, event, by=march.of["carers"])
    return [passing, host, program, builders], [comes, lambda: made_up.confirm(comes())]


def test_that_the_first_one_comes_shows_nowhere(scene: Scene) -> None:
    on, steps = of_the_first(scene.march, opened=True)
    assert replace(scene, on=on).moving(steps, every_page) == []


# The twins: each takes one thing away that keeps the person hidden.


def test_the_first_one_shows_where_figures_turn_into_tens_by_them(scene: Scene) -> None:
    on, steps = of_the_first(scene.march, opened=False)
    moved = replace(scene, on=on).moving(steps, every_page)
    assert {"/e/vigil as somebody who goes by", f"{on[1].pages[1]} as host"} <= set(moved)


def test_exact_figures_show_the_person(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "rounded", lambda people: people)
    made_up.snapshot()
    host = f"/desk/events/{scene.march.event.id}"
    moved = scene.moving(list(story(scene.march, STRANGER))[:2], only(host, "/e/march"))
    assert {f"{host} as host", "/e/march as somebody who goes by"} <= set(moved)


def test_links_of_others_show_the_fifth_who_comes_by_one(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    carers = scene.march.of["carers"].id

    def of_others(event: Event, _viewer: UUID) -> Mapping[str, int]:
        with everywhere("the twin"):
            return by_link(event, carers)

    monkeypatch.setattr(snapshots, "by_link", of_others)
    moved = scene.moving(list(story(scene.march))[:2], only("/desk/cohosting/"))
    assert any(path.endswith(" as builders") for path in moved)


def test_the_seat_after_which_few_are_left_shows_who_took_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it would be where one alone calls to a bloc, and others bring people to the event."""

    def exact(pick_ups: Collection[PickUp]) -> Mapping[UUID, int]:
        with everywhere("the twin"):
            return {one.id: one.passengers.count() for one in pick_ups}

    monkeypatch.setattr(coaches, "_taken_as_shown", exact)
    moved = scene.moving(list(story(scene.march))[:2], only("/b/green"))
    assert "/b/green as somebody who goes by" in moved


def test_a_search_in_others_answers_is_tried(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    carers = scene.march.of["carers"]

    def anybody(event: Event, part: str, *, by_address: bool, organisation_id: UUID) -> object:
        assert organisation_id != carers.id
        with everywhere("the twin"):
            return answers_like(event, part, by_address=by_address, organisation_id=carers.id)

    monkeypatch.setattr(cohosting, "answers_like", anybody)
    moved = scene.moving([lambda: scene.march.come(carers, WHO)], searches)
    assert any(f"?q={WHO}" in path for path in moved)


def test_without_waiting_for_the_hour_the_moment_shows(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_up(scene)
    monkeypatch.setattr(snapshots, "EVERY", timedelta(minutes=1))

    def come() -> None:
        scene.march.come(scene.march.of["carers"], STRANGER)
        snapshots.take_snapshots()

    page = f"/desk/events/{scene.march.event.id}"
    at_once, still = (scene.hours([step], lambda: scene.looked(only(page)))[0] for step in (come, lambda: None))
    assert f"{page} as host" in differing(at_once, still)
