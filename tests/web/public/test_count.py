"""``/e/<slug>/count`` and ``…/uncount``: counted without a name, once for each token."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from groundswell.attendances.queries import coming, tally_of
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.intake.journal import Journal, NotKept
from groundswell.intake.models import Entry
from groundswell.intake.settling import settle
from groundswell.kit.clock import now
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()))


def page(client: Client, event: Event, form: dict[str, str] | None = None, status: int = 200) -> Markup:
    where = f"/e/{event.slug}/count"
    response = client.get(where) if form is None else client.post(where, form)
    assert response.status_code == status
    assert "no-store" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers
    found = Markup(response.content.decode())
    assert faults(found) == []
    return found


def token(client: Client, event: Event) -> str:
    return next(field["value"] for field in page(client, event).all("input") if field["name"] == "token")


def code(shown: Markup) -> str:
    return re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", shown.text)[0]


def test_who_is_counted_leaves_no_name_and_gets_a_code(client: Client, event: Event) -> None:
    form = {"people": "3", "token": token(client, event)}
    first, again = page(client, event, form), page(client, event, form)
    assert code(first) == code(again)
    settle()
    assert (tally_of(event.id).counted, coming(event.id)) == (3, 0)
    client.post(f"/e/{event.slug}/uncount", {"code": code(first).lower()})
    settle()
    assert tally_of(event.id).counted == 0


def test_what_could_not_be_written_down_is_said_and_stays(
    client: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"people": "3", "token": token(client, event)}
    taken = code(page(client, event, form))

    def fail(_: object, __: object) -> None:
        raise NotKept("The journal could not be written.")

    monkeypatch.setattr(Journal, "append", fail)
    shown = page(client, event, form, 503)
    assert "Nothing was stored" in shown.text
    assert {field["value"] for field in shown.all("input")} == set(form.values())
    back = client.post(f"/e/{event.slug}/uncount", {"code": taken})
    assert (back.status_code, back.headers["Retry-After"]) == (503, "10")
    assert f'value="{taken}"' in back.content.decode()


def test_what_is_wrong_is_said_and_what_was_typed_stays(client: Client, event: Event) -> None:
    made = token(client, event)
    shown = page(client, event, {"people": "40", "token": made}, 422)
    assert {field["value"] for field in shown.all("input")} == {"40", made}
    with time_machine.travel(now() + timedelta(hours=3)):
        late = page(client, event, {"people": "4", "token": made}, 422)
    fresh = {field["name"]: field["value"] for field in late.all("input")}
    assert fresh["people"] == "4"
    assert fresh["token"] != made
    assert not Entry.objects.exists()


def test_what_is_no_code_is_refused(client: Client, event: Event) -> None:
    assert client.get(f"/e/{event.slug}/uncount").status_code == 200
    response = client.post(f"/e/{event.slug}/uncount", {"code": "ABCD"})
    assert response.status_code == 422
    assert "ABCD" in response.content.decode()
    assert not Entry.objects.exists()


def test_nobody_is_counted_at_what_is_off(client: Client, event: Event) -> None:
    events.cancel(made_up.SYSTEM, event=event)
    assert client.get(f"/e/{event.slug}/count").status_code == 409
