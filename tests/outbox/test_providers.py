"""Single mails by a provider: each taken once, tried again, given up or waiting as its answer says."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import time_machine
from pytest_django import Settings

from groundswell.config.providers import PROVIDERS
from groundswell.kit.clock import now
from groundswell.outbox import providers
from groundswell.outbox.delivery import deliver
from groundswell.outbox.mail import Mail, message
from groundswell.outbox.models import Effect
from groundswell.outbox.providers import Provider, Said, backend
from tests.outbox.conftest import Enqueue
from tests.provider_server import OK, ProviderServer, Reply, provider_server

State = Effect.State
pytestmark = pytest.mark.enable_socket


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "TIMEOUT", 0.5)
    monkeypatch.setattr(providers, "PAUSES", (0.01, 0.01))


@pytest.fixture
def use(settings: Settings) -> Callable[[str], None]:
    """Let mail go to a provider."""

    def use(setting: str) -> None:
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_provider=setting)

    return use


def replies(*given: Reply) -> Callable[[str], Reply]:
    """These replies one after another, then a good one."""
    waiting = list(given)
    return lambda _to: waiting.pop(0) if waiting else OK


def options(name: str) -> dict[str, str]:
    """All that a provider has to know, made up."""
    return dict.fromkeys(PROVIDERS[name].needed, "made-up") | (
        {"api_url": "http://127.0.0.1:9/"} if "api_url" in PROVIDERS[name].needed else {}
    )


MAIL = Mail(
    to="ada@example.org",
    subject="Grüße",
    text="Hello Ada\n",
    html="<p>Hello Ada</p>",
    calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    sender_name="Ash, Birch & Söhne",
    reply_to="us@example.org",
    headers={"List-Unsubscribe": "<https://rally.example.org/stop>", "Feedback-ID": "a:b:c:d"},
)


def body(mail: Mail = MAIL) -> bytes:
    return message(Effect(id=Effect().organisation_id, created_at=now()), mail)


def test_every_provider_of_anymail_is_known() -> None:
    from pathlib import Path

    import anymail.backends

    modules = {path.stem for path in Path(anymail.backends.__path__[0]).glob("*.py")}
    # Its own parts, and the old name of Brevo.
    there = modules - {"__init__", "base", "base_requests", "console", "test", "sendinblue"}
    assert {name.replace("-", "_") for name in PROVIDERS} == there


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_gets_all_of_a_mail_and_tracks_nobody(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = backend(name, options(name))
    missed: set[str] = set()
    payload = made.build_message_payload(providers.message(body(), name), {})
    monkeypatch.setattr(type(payload), "unsupported_feature", lambda _, feature: missed.add(feature))
    payload = made.build_message_payload(providers.message(body(), name), {})
    assert missed <= {"track_opens", "track_clicks"}
    said = _written(payload)
    for part in ("https://rally.example.org/stop", "a:b:c:d", "Hello Ada", "us@example.org", "event.ics"):
        assert part in said, part


def _written(payload: Any) -> str:
    """All that goes out of a request, in one text."""
    if hasattr(payload, "mime_message"):
        return str(payload.mime_message)
    asked = payload.get_request_params("http://127.0.0.1:9/")
    data = asked["data"] if isinstance(asked["data"], str) else json.dumps(asked["data"])
    return f"{data} {asked['files']} {asked['headers']}".replace("\\/", "/")


@pytest.mark.parametrize("name", PROVIDERS)
def test_which_mail_it_is_goes_along(name: str) -> None:
    made: Any = providers.message(body(), name)
    marked = made.tags[0] if name in providers.BY_TAG else made.metadata["copy"]
    assert marked == made.key == "None"
    assert made.track_opens is made.track_clicks is False
    assert ("Message-ID" in made.extra_headers) == (name not in providers.OWN_NAMES)
    assert made.from_email.startswith('"Ash, Birch & Söhne" <')


def test_a_provider_takes_the_mail_as_it_is(enqueue: Enqueue, use: Callable[[str], None]) -> None:
    effects = [enqueue(f"{name}@example.org") for name in "ab"]
    with provider_server() as server:
        use(server.setting)
        assert deliver() == 2
    assert {effect.state for effect in Effect.objects.all()} == {State.DONE}
    first = server.taken[0]
    assert (first["Subject"], first["TextBody"].strip()) == ("Hello", "Hello Ada")
    assert (first["TrackOpens"], first["TrackLinks"]) == (False, "None")
    assert first["Metadata"] == {"copy": str(effects[0].id)}
    headers = {header["Name"]: header["Value"] for header in first["Headers"]}
    assert headers["Message-ID"].startswith(f"<{effects[0].id}@")
    assert headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("reply", "state", "words"),
    [
        (Reply(500, {}), State.WAITING, "did not take the mail (500)"),
        (Reply(400, {"ErrorCode": 1, "Message": "x"}), State.WAITING, "(400)"),
        (Reply(504, {}), State.WAITING, "gave no answer (504)"),
        (Reply(200, b"<html>Log in to this Wi-Fi"), State.WAITING, "gave no answer"),
        (Reply(hangs_up=True), State.WAITING, "RemoteDisconnected"),
        (
            Reply(422, {"ErrorCode": 300, "Message": "Invalid 'To' address: 'ada@example.org'."}),
            State.FAILED,
            "5.1.3 the address was refused",
        ),
        (
            Reply(
                422,
                {
                    "ErrorCode": 406,
                    "Message": "You tried.\n Found inactive addresses: ada@example.org.\n Inactive recipients",
                },
            ),
            State.FAILED,
            "5.7.1",
        ),
        (Reply(422, {"ErrorCode": 406, "Message": "In other words."}), State.WAITING, "does not say"),
    ],
)
def test_what_is_not_taken_is_tried_again_or_given_up(
    enqueue: Enqueue, use: Callable[[str], None], reply: Reply, state: str, words: str
) -> None:
    effect = enqueue()
    with provider_server(reply=replies(reply)) as server:
        use(server.setting)
        assert deliver() == 1
        effect.refresh_from_db()
        assert (effect.state, effect.attempts) == (state, 1)
        assert words in effect.note
        assert not any(secret in effect.note for secret in ("example.org", "SECRET"))
        if state == State.WAITING:
            with time_machine.travel(now() + timedelta(minutes=2)):
                assert deliver() == 1
            effect.refresh_from_db()
            assert effect.state == State.DONE


@pytest.mark.parametrize("reply", [Reply(401, {}), Reply(403, {}), Reply(429, {}, {"Retry-After": "3"})])
def test_where_nobody_is_let_in_all_wait_and_none_is_given_up(
    enqueue: Enqueue, use: Callable[[str], None], reply: Reply
) -> None:
    effects = [enqueue(f"{name}@example.org") for name in "ab"]
    with provider_server(reply=lambda _to: reply) as server:
        use(server.setting)
        for _ in range(5):
            assert deliver() == 0
    assert server.requests == 1
    assert {(effect.state, effect.attempts) for effect in Effect.objects.all()} == {(State.WAITING, 0)}
    effects[0].refresh_from_db()
    assert str(reply.status) in effects[0].note


def test_where_nobody_listens_all_wait(enqueue: Enqueue, use: Callable[[str], None]) -> None:
    effect = enqueue()
    use("postmark server_token=x api_url=http://127.0.0.1:9/")
    assert deliver() == 0
    effect.refresh_from_db()
    assert effect.note == "The provider takes no mail: it cannot be reached (ConnectionRefusedError)."


def lost_once() -> Callable[[str], Reply]:
    """A provider that takes a mail, and whose answer is lost on the way."""
    return replies(Reply(hangs_up=True))


def test_who_knows_a_mail_by_its_key_is_asked_again_and_takes_it_once(
    enqueue: Enqueue, use: Callable[[str], None]
) -> None:
    effect = enqueue()
    with provider_server("resend", reply=lost_once()) as server:
        use(server.setting)
        assert deliver() == 1
    effect.refresh_from_db()
    assert effect.state == State.DONE
    assert (len(server.taken), server.keys) == (1, {str(effect.id): 2})


def test_without_the_key_it_would_get_two(
    enqueue: Enqueue, use: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the same request again, and nothing says that it is the same."""
    monkeypatch.setattr(providers, "_key", lambda _made: None)
    with pytest.raises(AssertionError):
        test_who_knows_a_mail_by_its_key_is_asked_again_and_takes_it_once(enqueue, use)


@pytest.mark.parametrize(("reply", "said"), [(Reply(409, {}), Said.UNKNOWN), (Reply(422, {}), Said.LATER)])
def test_a_key_that_was_there_before_is_a_doubt(reply: Reply, said: Said) -> None:
    with provider_server("resend", reply=lambda _to: reply) as server:
        assert Provider("resend", _options(server)).hand_over(body()).said == said
    assert server.requests == (3 if said == Said.UNKNOWN else 1)


def _options(server: ProviderServer) -> dict[str, str]:
    return {"api_key": "x", "server_token": "x", "api_url": server.url}


def test_an_answer_that_does_not_come_is_a_doubt() -> None:
    with provider_server(reply=lambda _to: Reply(delay=1.5)) as server:
        answer = Provider("postmark", {"server_token": "x", "api_url": server.url}).hand_over(body())
    assert (answer.said, len(server.taken)) == (Said.UNKNOWN, 1)
    assert "Timeout" in answer.words


@pytest.mark.parametrize(("status", "code"), [(304, 451), (400, 400), (422, 422), (500, 451), (503, 451)])
def test_whatever_is_no_good_answer_is_for_later_in_the_way_of_a_mail_server(status: int, code: int) -> None:
    with provider_server("mailgun", reply=lambda _to: Reply(status, {}, takes=False)) as server:
        answer = Provider("mailgun", {"api_key": "x", "api_url": server.url}).hand_over(body())
    assert (answer.said, answer.code) == (Said.LATER, code)


@pytest.mark.parametrize(("said", "wait"), [("7", 7.0), ("9000", 30.0), ("Fri, 31 Dec 1999", 1.0), ("", 1.0)])
def test_who_had_too_many_says_how_long_to_wait(said: str, wait: float) -> None:
    with provider_server(reply=lambda _to: Reply(429, {}, {"Retry-After": said} if said else {})) as server:
        answer = Provider("postmark", {"server_token": "x", "api_url": server.url}).hand_over(body())
    assert (answer.said, answer.wait) == (Said.TOO_MANY, wait)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError(), Said.UNKNOWN),
        (requests.ConnectTimeout(), Said.SHUT),
        (requests.ReadTimeout(), Said.UNKNOWN),
    ],
)
def test_an_error_of_another_kind_is_a_doubt_unless_no_request_went_out(
    error: Exception, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Provider("postmark", {"server_token": "x"})

    def fail(_mails: object) -> None:
        raise error

    monkeypatch.setattr(one._backend, "send_messages", fail)
    assert one.hand_over(body()).said == said
    one.close()


def test_a_mail_that_cannot_be_put_into_a_request_is_given_up() -> None:
    one = Provider("postmark", {"server_token": "x", "api_url": "http://127.0.0.1:9/"})
    answer = one.hand_over(body().replace(b"To: ada@example.org", b"To: ada@[broken"))
    assert (answer.said, answer.code) == (Said.NEVER, 554)
    mail: Any = providers.message(body(), "postmark")
    mail.to = ["ada@exam ple.org"]
    assert one._ask(mail).said == Said.SHUT


@pytest.mark.parametrize(
    ("status", "said"),
    [("sent", Said.TAKEN), ("failed", Said.LATER), ("unknown", Said.UNKNOWN), ("", Said.UNKNOWN)],
)
def test_what_is_said_of_the_recipient_counts(status: str, said: Said) -> None:
    class Mail:
        class anymail_status:
            pass

    Mail.anymail_status.status = {status} if status else set()  # type: ignore[attr-defined]
    assert providers._told(Mail).said == said


class _Amazon(Exception):
    """An error as boto makes it."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__("An error occurred")
        self.response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("TooManyRequestsException", 429, Said.TOO_MANY),
        ("ThrottlingException", 400, Said.TOO_MANY),
        ("MessageRejected", 400, Said.LATER),
        ("InvalidClientTokenId", 403, Said.SHUT),
    ],
)
def test_amazon_says_it_in_its_own_way(
    code: str, status: int, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError

    given = {"region_name": "eu-west-2", "aws_access_key_id": "x", "aws_secret_access_key": "y"}
    one = Provider("amazon-ses", given)
    one._backend.open()

    def fail(**_more: object) -> None:
        raise ClientError(_Amazon(code, status).response, "SendEmail")  # type: ignore[arg-type]

    monkeypatch.setattr(one._backend.client, "send_email", fail)
    assert one.hand_over(body()).said == said


def test_amazon_is_asked_by_nobody_but_us() -> None:
    given = {"region_name": "eu-west-2", "aws_access_key_id": "x", "aws_secret_access_key": "y"}
    with provider_server(reply=lambda _to: Reply(500, {})) as server:
        one = Provider("amazon-ses", given | {"endpoint_url": server.url})
        answer = one.hand_over(body())
    assert (answer.said, server.requests) == (Said.LATER, 1)


def test_nobody_listens_at_amazon() -> None:
    given = {"region_name": "eu-west-2", "aws_access_key_id": "x", "aws_secret_access_key": "y"}
    one = Provider("amazon-ses", given | {"endpoint_url": "http://127.0.0.1:9/"})
    assert one.hand_over(body()).said == Said.SHUT
    assert urlsplit("http://127.0.0.1:9/").port == 9
