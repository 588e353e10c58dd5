"""What is due goes out, once, and no mailbox gets too much."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import OperationalError
from django.utils import translation
from pytest_django import Settings

from groundswell.kit.clock import now
from groundswell.outbox import delivery
from groundswell.outbox.delivery import deliver
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect
from tests.certificates import certificate
from tests.mail_server import mail_server
from tests.outbox.conftest import ORGANISATION, Enqueue

State = Effect.State


def kept(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "outbox").rglob("*") if path.is_file())


def test_what_is_due_is_kept_where_no_server_is_named(enqueue: Enqueue, settings: Settings) -> None:
    effect = enqueue()
    assert deliver() == 1
    effect.refresh_from_db()
    assert (effect.state, effect.attempts, effect.note) == (State.DONE, 1, "")
    assert effect.done_at is not None
    file = settings.DATA / "outbox" / str(ORGANISATION) / f"{effect.id}.eml"
    assert b"Subject: Hello" in file.read_bytes()
    assert kept(settings.DATA) == [file.name]
    assert deliver() == 0


@pytest.mark.parametrize(("asked_in", "spoken"), [("fr", "fr"), ("", "en")])
def test_it_is_written_in_the_language_it_was_asked_for_in(
    enqueue: Enqueue, render: Callable[[delivery.Render], None], settings: Settings, asked_in: str, spoken: str
) -> None:
    def write(effect: Effect) -> Mail:
        return Mail(to="ada@example.org", subject=translation.get_language() or "none", text="Hello\n")

    render(write)
    effect = enqueue(language=asked_in)
    with translation.override("en-gb"):
        deliver()
        assert translation.get_language() == "en-gb"
    file = settings.DATA / "outbox" / str(ORGANISATION) / f"{effect.id}.eml"
    assert f"Subject: {spoken}".encode() in file.read_bytes()
    effect.refresh_from_db()
    assert (effect.state, effect.language) == (State.DONE, "")


def test_what_is_not_due_waits(enqueue: Enqueue) -> None:
    enqueue(due_at=now() + timedelta(minutes=5))
    assert deliver() == 0
    with time_machine.travel(now() + timedelta(minutes=6)):
        assert deliver() == 1


def test_the_oldest_goes_first_and_a_round_ends(enqueue: Enqueue, monkeypatch: pytest.MonkeyPatch) -> None:
    later, earlier = enqueue("a@example.org"), enqueue("b@example.org", due_at=now() - timedelta(minutes=1))
    monkeypatch.setattr(delivery, "AT_ONCE", 1)
    assert deliver() == 1
    assert Effect.objects.get(state=State.DONE) == earlier
    assert deliver() == 1
    later.refresh_from_db()
    assert later.state == State.DONE


def test_a_round_ends_in_time_however_slow_the_server_is(
    enqueue: Enqueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue("a@example.org")
    enqueue("b@example.org")
    monkeypatch.setattr(delivery, "LONGEST_TURN", 0.0)
    assert deliver() == 1
    assert deliver() == 1


def test_whoever_watches_hears_of_each_mail_that_a_server_took(
    enqueue: Enqueue, render: Callable[[delivery.Render], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(delivery, "_watching", [])
    delivery.on_sent(lambda: heard.append("one"))
    enqueue("a@example.org")
    enqueue("b@example.org")
    assert (deliver(), heard) == (2, ["one", "one"])
    # For this one the reason is gone, so nothing goes out.
    render(lambda _: None)
    enqueue("c@example.org")
    assert (deliver(), heard) == (1, ["one", "one"])


def test_an_address_is_stored_until_the_mail_is_dealt_with(enqueue: Enqueue) -> None:
    effect = enqueue(address="ada@example.org")
    assert effect.address == "ada@example.org"
    deliver()
    effect.refresh_from_db()
    assert effect.address == ""


def test_a_mail_without_a_reason_is_void(enqueue: Enqueue, render: Callable[[delivery.Render], None]) -> None:
    effect = enqueue()
    render(lambda _: None)
    assert deliver() == 1
    effect.refresh_from_db()
    assert effect.state == State.VOID


def test_a_mail_that_cannot_be_written_holds_up_no_other(
    enqueue: Enqueue,
    render: Callable[[delivery.Render], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, unsound, well = enqueue("a@example.org"), enqueue("b@example.org"), enqueue("c@example.org")

    def renderer(effect: Effect) -> Mail:
        if effect == broken:
            raise ZeroDivisionError("Ada Lovelace, ada@example.org")
        return Mail(to="x@example.org", subject="Hi\nBcc: eve@example.org" if effect == unsound else "Hi", text="")

    render(renderer)
    with caplog.at_level(logging.ERROR):
        assert deliver() == 3
    states = {effect.id: effect.state for effect in Effect.objects.all()}
    assert states == {broken.id: State.FAILED, unsound.id: State.FAILED, well.id: State.DONE}
    assert "ZeroDivisionError" in caplog.text
    assert "ada@example.org" not in caplog.text


def test_of_an_unknown_kind_is_no_mail(enqueue: Enqueue, monkeypatch: pytest.MonkeyPatch) -> None:
    effect = enqueue()
    monkeypatch.delitem(delivery._renderers, effect.kind)
    assert deliver() == 1
    effect.refresh_from_db()
    assert (effect.state, effect.note) == (State.FAILED, "Could not be written: KeyError")


def test_the_databases_own_trouble_gives_no_mail_up(
    enqueue: Enqueue, render: Callable[[delivery.Render], None]
) -> None:
    effect = enqueue()

    def renderer(_: Effect) -> Mail:
        raise OperationalError("the database is restarting")

    render(renderer)
    with pytest.raises(OperationalError):
        deliver()
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == (State.WAITING, 0)


@pytest.mark.parametrize("spelling", ["ada@example.org", "ADA@example.org", "ada+{}@example.org"])
def test_a_mailbox_gets_three_mails_a_day_whoever_types_it(enqueue: Enqueue, spelling: str) -> None:
    for number in range(5):
        enqueue(spelling.format(number))
    other = enqueue("bob@example.org")
    assert deliver() == 6
    states = list(Effect.objects.exclude(id=other.id).order_by("due_at").values_list("state", flat=True))
    assert states == [State.DONE] * 3 + [State.HELD] * 2
    other.refresh_from_db()
    assert other.state == State.DONE


def test_the_next_day_has_a_share_of_its_own(enqueue: Enqueue) -> None:
    for _ in range(3):
        enqueue()
    deliver()
    with time_machine.travel(now() + timedelta(hours=25)):
        effect = enqueue()
        deliver()
        effect.refresh_from_db()
        assert effect.state == State.DONE


def test_mails_that_did_not_go_out_use_up_no_share(
    enqueue: Enqueue, render: Callable[[delivery.Render], None]
) -> None:
    render(lambda _: None)
    for _ in range(3):
        enqueue()
    deliver()
    render(lambda _: Mail(to="ada@example.org", subject="Hi", text=""))
    effect = enqueue()
    deliver()
    effect.refresh_from_db()
    assert effect.state == State.DONE


def test_who_is_forgotten_while_a_mail_is_on_its_way_leaves_no_copy(
    enqueue: Enqueue, render: Callable[[delivery.Render], None], settings: Settings
) -> None:
    enqueue()

    def renderer(effect: Effect) -> Mail:
        Effect.objects.all().delete()
        return Mail(to="ada@example.org", subject="Hi", text="")

    render(renderer)
    assert deliver() == 1
    assert kept(settings.DATA) == []


def test_where_nothing_can_be_written_mail_waits(enqueue: Enqueue, settings: Settings) -> None:
    effect = enqueue()
    (settings.DATA / "outbox").write_text("a file is in the way")
    assert deliver() == 0
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == (State.WAITING, 0)
    assert effect.note.startswith("The mail could not be kept")


def test_a_server_gets_all_mails_by_one_connection(enqueue: Enqueue, use_smtp: Callable[[str], None]) -> None:
    effects = [enqueue(f"{name}@example.org") for name in "abc"]
    with mail_server() as server:
        use_smtp(server.url)
        assert deliver() == 3
    assert server.connections == 1
    assert [f"<{effect.id}@" in found for effect, found in zip(effects, server.ids, strict=True)] == [True] * 3
    assert server.to == ["ada@example.org"] * 3


def replies(*given: str) -> Callable[[], str]:
    """These replies one after another, then 250."""
    waiting = list(given)
    return lambda: waiting.pop(0) if waiting else "250 OK"


@pytest.mark.parametrize("step", ["rcpt", "data"])
@pytest.mark.parametrize("code", ["450 greylisted", "421 closing"])
def test_not_now_is_tried_again_with_the_same_message_id(
    enqueue: Enqueue, use_smtp: Callable[[str], None], step: str, code: str
) -> None:
    effect = enqueue()
    with mail_server(**{step: replies(code)}) as server:
        use_smtp(server.url)
        assert deliver() == 1
        effect.refresh_from_db()
        assert (effect.state, effect.attempts) == (State.WAITING, 1)
        assert code[:3] in effect.note
        assert deliver() == 0
        with time_machine.travel(now() + timedelta(minutes=2)):
            assert deliver() == 1
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == (State.DONE, 2)
    assert server.ids == [f"<{effect.id}@127.0.0.1>"]


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_never_is_not_tried_again_and_the_next_mail_goes_out(
    enqueue: Enqueue, use_smtp: Callable[[str], None], step: str
) -> None:
    refused, following = enqueue("a@example.org"), enqueue("b@example.org")
    with mail_server(**{step: replies("550 no such user")}) as server:
        use_smtp(server.url)
        assert deliver() == 2
    refused.refresh_from_db()
    following.refresh_from_db()
    assert (refused.state, following.state) == (State.FAILED, State.DONE)
    assert "550" in refused.note
    assert "example.org" not in refused.note


def test_a_mail_is_given_up_after_its_last_try(enqueue: Enqueue, use_smtp: Callable[[str], None]) -> None:
    effect = enqueue()
    with mail_server(data=lambda: "451 not now") as server, time_machine.travel(now()) as clock:
        use_smtp(server.url)
        for _ in delivery.RETRIES:
            assert deliver() == 1
            effect.refresh_from_db()
            assert effect.state == State.WAITING
            clock.move_to(effect.due_at)
        assert deliver() == 1
    effect.refresh_from_db()
    assert effect.state == State.FAILED


def test_a_server_that_hangs_up_in_the_middle_gets_the_same_mail_again(
    enqueue: Enqueue, use_smtp: Callable[[str], None]
) -> None:
    effect, following = enqueue("a@example.org"), enqueue("b@example.org")
    with mail_server(data=replies("")) as server:
        use_smtp(server.url)
        assert deliver() == 2
        effect.refresh_from_db()
        assert (effect.state, effect.note) == (State.WAITING, "The server went away: SMTPServerDisconnected")
        with time_machine.travel(now() + timedelta(minutes=2)):
            assert deliver() == 1
    following.refresh_from_db()
    assert following.state == State.DONE
    assert [str(each.id) in found for each, found in zip([following, effect], server.ids, strict=True)] == [
        True
    ] * 2


def test_while_a_server_is_away_mails_wait_and_none_is_given_up(
    enqueue: Enqueue, use_smtp: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    effects = [enqueue(f"{name}@example.org") for name in "ab"]
    with mail_server() as server:
        port = server.port
    use_smtp(f"smtp://127.0.0.1:{port}")
    for _ in range(20):
        assert deliver() == 0
    assert {(effect.state, effect.attempts) for effect in Effect.objects.all()} == {(State.WAITING, 0)}
    effects[0].refresh_from_db()
    assert effects[0].note == "The server cannot be reached: ConnectionRefusedError"
    with mail_server(port=port) as server:
        assert deliver() == 0, "it is not asked for a while"
        monkeypatch.setattr(delivery, "_closed_until", 0.0)
        assert deliver() == 2
    assert len(server.ids) == 2


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(
    ("address", "behaviour", "reason"),
    [
        ("smtp://ada:wrong@127.0.0.1:{}", {"password": "right"}, "SMTPAuthenticationError"),
        ("smtp://127.0.0.1:{}", {"password": "right"}, "530"),
        ("smtp://127.0.0.1:{}", {"sender": lambda: "550 not from you"}, "550"),
        ("smtp+starttls://127.0.0.1:{}", {}, "SMTPNotSupportedError"),
        ("smtps://127.0.0.1:{}", {}, "SSL"),
    ],
)
def test_what_is_ours_to_mend_costs_nobody_their_mail(
    enqueue: Enqueue, use_smtp: Callable[[str], None], address: str, behaviour: dict[str, object], reason: str
) -> None:
    effect = enqueue()
    with mail_server(**behaviour) as server:
        use_smtp(address.format(server.port))
        assert deliver() == 0
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == (State.WAITING, 0)
    assert reason in effect.note
    assert server.ids == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_with_the_right_password_it_is_let_in(enqueue: Enqueue, use_smtp: Callable[[str], None]) -> None:
    enqueue()
    with mail_server(password="p@ss word") as server:
        use_smtp(f"smtp://ada:p%40ss%20word@127.0.0.1:{server.port}")
        assert deliver() == 1
    assert len(server.ids) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_it_goes_out_encrypted_to_whom_an_authority_knows(
    enqueue: Enqueue,
    use_smtp: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    scheme: str,
) -> None:
    enqueue()
    shown = certificate(tmp_path)
    with mail_server(tls=shown.server(), implicit=scheme == "smtps", password="right") as server:
        use_smtp(f"{scheme}://ada:right@127.0.0.1:{server.port}")
        assert deliver() == 0, "nobody vouches for it"
        monkeypatch.setenv("SSL_CERT_FILE", str(shown.authority))
        monkeypatch.setattr(delivery, "_closed_until", 0.0)
        assert deliver() == 1
    assert server.encrypted == len(server.ids) == 1
