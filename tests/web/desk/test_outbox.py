"""The mails of an organisation at the desk."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.codes import ask_to_sign_in
from groundswell.groups.models import Group
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from groundswell.outbox.operations import INSTALLATION
from groundswell.outbox.transports import delete_kept, kept_path
from groundswell.web.desk import outbox
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db


def send(group: Group, *people: str) -> None:
    """Let these answer, and the mails go out."""
    event = made_up.event(group)
    for name in people:
        made_up.answer(event, f"{name.lower()}@example.org", name)
    made_up.send_mails()


def text(client: Client, path: str = "/desk/outbox") -> str:
    return " ".join(Markup(client.get(path).content.decode()).text.split())


def links(client: Client, path: str = "/desk/outbox") -> list[str]:
    return [link["href"] for link in Markup(client.get(path).content.decode()).all("a")]


def mails(client: Client, path: str = "/desk/outbox") -> list[str]:
    return [href for href in links(client, path) if href.startswith("/desk/outbox/")]


def test_kept_mail_can_be_read_and_its_links_pressed(organiser: Client, group: Group) -> None:
    send(group, "Ada")
    listed = text(organiser)
    assert "mail is kept here instead of being sent" in listed
    assert "Please confirm: Stand in unity" in listed
    assert "ada@example.org" in listed
    [mail] = mails(organiser)
    page = organiser.get(mail).content.decode()
    assert faults(Markup(page)) == []
    assert "Hello Ada," in page
    assert "event.ics" in page
    assert [href for href in links(organiser, mail) if "/a/confirm/" in href]


def test_what_is_written_in_a_mail_does_not_run(organiser: Client, group: Group) -> None:
    send(group, "Ada")
    effect = Effect.objects.get()
    kept_path(effect.organisation_id, effect.id).write_bytes(
        b"To: ada@example.org\r\nFrom: x@example.org\r\nSubject: <b>x</b>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\n<script>1</script> javascript:alert(1)\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<img src=x onerror=alert(1)>only in HTML\r\n--b--\r\n"
    )
    [mail] = mails(organiser)
    page = organiser.get(mail).content.decode()
    assert "&lt;script&gt;1&lt;/script&gt;" in page
    assert "only in HTML" not in page
    assert "<b>x" not in page
    assert not [href for href in links(organiser, mail) if "javascript" in href]


def test_a_mail_without_plain_text_shows_none_of_its_html(organiser: Client, group: Group) -> None:
    send(group, "Ada")
    effect = Effect.objects.get()
    kept_path(effect.organisation_id, effect.id).write_bytes(
        b"To: ada@example.org\r\nContent-Type: text/html\r\n\r\n<p>only in HTML</p>"
    )
    [mail] = mails(organiser)
    assert "only in HTML" not in organiser.get(mail).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_many_mails_there_are(
    organiser: Client, group: Group, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    send(group, *["Ada", "Bo", "Cem"][:rows])
    with django_assert_num_queries(11):  # two of them a savepoint
        assert len(mails(organiser)) == rows
    [mail, *_] = mails(organiser)
    with django_assert_num_queries(11):
        organiser.get(mail)


def test_a_long_list_goes_on_elsewhere(organiser: Client, group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "AT_ONCE", 2)
    send(group, "Ada", "Bo", "Cem")
    [older] = [href for href in links(organiser) if href.startswith("?before=")]
    first, rest = mails(organiser), mails(organiser, f"/desk/outbox{older}")
    assert (len(first), len(rest), len({*first, *rest})) == (2, 1, 3)
    assert not [href for href in links(organiser, f"/desk/outbox{older}") if href.startswith("?before=")]


@pytest.mark.parametrize(
    ("state", "label"),
    [
        ("waiting", "Waiting"),
        ("held", "Held back"),
        ("void", "Not needed any more"),
        ("failed", "Not delivered"),
        ("done", "Sent"),
    ],
)
def test_what_became_of_a_mail_without_a_copy(organiser: Client, group: Group, state: str, label: str) -> None:
    made_up.answer(made_up.event(group))
    Effect.objects.update(state=state, note="A note.")
    shown = text(organiser)
    assert f"Please confirm {label}".replace(" ", "") in shown.replace(" ", "")
    assert "A note." in shown
    assert mails(organiser) == []
    assert organiser.get(f"/desk/outbox/{Effect.objects.get().id}").status_code == 404


def test_a_kind_without_a_name_of_its_own_is_shown_all_the_same(organiser: Client, group: Group) -> None:
    made_up.answer(made_up.event(group))
    Effect.objects.update(kind="later.kind")
    assert "Another mail" in text(organiser)


def test_mail_that_goes_by_a_server_is_listed_without_its_reader(
    organiser: Client, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(group, "Ada")
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, smtp="smtp://localhost:2525"))
    shown = text(organiser)
    assert "Sent" in shown
    assert "ada@example.org" not in shown
    assert mails(organiser) == []


def test_mails_of_another_organisation_are_missing(stranger: Client, organiser: Client, group: Group) -> None:
    send(group, "Ada")
    [mail] = mails(organiser)
    assert mails(stranger) == []
    theirs, missing = stranger.get(mail), stranger.get(f"/desk/outbox/{uuid7()}")
    assert (theirs.status_code, theirs.content) == (404, missing.content)


def test_a_way_in_is_in_nobodys_outbox(owner: Client) -> None:
    ask_to_sign_in(email="winnie@example.org")
    made_up.send_mails()
    effect = Effect.objects.get(organisation_id=INSTALLATION)
    assert kept_path(INSTALLATION, effect.id).exists()
    assert mails(owner) == []
    assert owner.get(f"/desk/outbox/{effect.id}").status_code == 404


def test_a_copy_that_was_deleted_is_missing(organiser: Client, group: Group) -> None:
    send(group, "Ada")
    [mail] = mails(organiser)
    delete_kept(group.organisation_id, Effect.objects.get().id)
    assert organiser.get(mail).status_code == 404


def test_the_copies_of_a_mailing_are_read_one_after_the_other(organiser: Client, group: Group) -> None:
    mailing = made_up.mailing(group, [])
    for number, name in ((1, "ada"), (3, "bo")):
        made_up.kept_copy(mailing, f"{name}@example.org", number)
    assert "2 of 0 copies are kept" in text(organiser)
    [first] = mails(organiser)
    assert faults(Markup(organiser.get(first).content.decode())) == []
    assert "ada@example.org" in text(organiser, first)
    assert "http://127.0.0.1/e/rally" in links(organiser, first)
    [after] = mails(organiser, first)
    assert after == first.replace("/1", "/3")
    assert "bo@example.org" in text(organiser, after)
    assert mails(organiser, after) == []


def test_whose_copy_is_looked_at_is_written_down(organiser: Client, group: Group) -> None:
    mailing = made_up.kept_copy(made_up.mailing(group, []), "ada@example.org")
    organiser.get(mails(organiser)[0])
    assert Entry.objects.get(verb="outbox.see_mail").object_id == mailing.id


def test_a_copy_of_which_there_is_none_is_nobody_s(organiser: Client, group: Group) -> None:
    mailing = made_up.mailing(group, [])
    assert organiser.get(f"/desk/outbox/mailings/{mailing.id}/1").status_code == 404
    assert mails(organiser) == []


def test_a_copy_of_another_organisation_is_missing(stranger: Client, organiser: Client, group: Group) -> None:
    made_up.kept_copy(made_up.mailing(group, []), "ada@example.org")
    [copy] = mails(organiser)
    theirs, missing = stranger.get(copy), stranger.get(f"/desk/outbox/mailings/{uuid7()}/1")
    assert organiser.get(copy).status_code == 200
    assert (theirs.status_code, theirs.content) == (404, missing.content)
