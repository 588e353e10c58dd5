"""What a provider reports: believed from it alone, of copies of ours alone, and counted once."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from anymail.webhooks.base import AnymailCoreWebhookView
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from groundswell.config.providers import PROVIDERS
from groundswell.groups.models import Group
from groundswell.mailings.links import CALLER, reports_address, reports_secret
from groundswell.mailings.models import Mailing, Return
from groundswell.mailings.traces import trace_of
from groundswell.people.models import Person, Suppression
from groundswell.web import returned
from tests import made_up

pytestmark = pytest.mark.django_db

Tell = Callable[..., HttpResponse]


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def ada(root: Group) -> Person:
    return made_up.subscriber(root.organisation, "Ada")


@pytest.fixture
def mailing(root: Group, ada: Person) -> Mailing:
    return made_up.mailing(root, [ada])


@pytest.fixture
def tell(settings: Settings) -> Tell:
    """Report something as a provider does, which is set by this."""

    def tell(body: object, *, setting: str = "postmark server_token=x", shown: str = "", **headers: str) -> Any:
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_provider=setting)
        if shown != "nothing":
            headers["Authorization"] = basic(shown or f"{CALLER}:{reports_secret()}")
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = f"/mail/returned/{setting.split()[0]}"
        # As a stranger does: whoever calls has no token against forgery.
        client = Client(enforce_csrf_checks=True)
        return client.post(address, content, content_type="application/json", headers=headers)

    return tell


def basic(shown: str) -> str:
    return "Basic " + base64.b64encode(shown.encode()).decode()


def bounced(mailing_id: UUID, *, kind: str = "HardBounce", details: str = "", **more: object) -> dict[str, object]:
    """A report of Postmark's."""
    named = {"copy": trace_of(mailing_id, 1)}
    return {"RecordType": "Bounce", "Type": kind, "ID": 7, "Details": details, "Metadata": named, **more}


COMPLAINT = {"RecordType": "SpamComplaint", "Type": "SpamComplaint"}


def kinds() -> list[tuple[str, str]]:
    return list(Return.objects.order_by("at").values_list("kind", "status"))


def test_an_address_that_takes_no_mail_is_written_to_no_more(mailing: Mailing, tell: Tell) -> None:
    answer = tell(bounced(mailing.id, details="smtp;550 5.1.1 user unknown"))
    assert (answer.status_code, answer.content, answer.cookies) == (200, b"", {})
    assert kinds() == [("hard", "5.1.1")]
    assert Suppression.objects.get().reason == "bounced"


def test_the_same_report_counts_once(mailing: Mailing, tell: Tell) -> None:
    for _ in range(2):
        assert tell(bounced(mailing.id)).status_code == 200
    assert kinds() == [("hard", "5.0.0")]


def test_who_calls_it_unwanted_gets_no_more(mailing: Mailing, tell: Tell) -> None:
    assert tell(bounced(mailing.id, **COMPLAINT)).status_code == 200
    assert kinds() == [("complaint", "")]
    assert Suppression.objects.get().reason == "complained"


def test_a_mailing_stops_by_itself_by_what_a_provider_reports(root: Group, mailing: Mailing, tell: Tell) -> None:
    Mailing.objects.filter(id=mailing.id).update(state="sending")
    for number in (1, 2, 3):
        named = {"copy": trace_of(mailing.id, number)}
        tell({**bounced(mailing.id, **COMPLAINT), "Metadata": named})
    mailing.refresh_from_db()
    assert (mailing.state, mailing.note) == ("paused", "unwanted")


@pytest.mark.parametrize("record", ["Delivery", "Open", "Click"])
def test_that_it_arrived_or_was_read_is_not_kept(mailing: Mailing, tell: Tell, record: str) -> None:
    assert tell(bounced(mailing.id, RecordType=record)).status_code == 200
    assert not Return.objects.exists()


@pytest.mark.parametrize("shown", ["nothing", "groundswell:guessed", "somebody:else"])
def test_a_forged_call_is_refused_and_changes_nothing(mailing: Mailing, tell: Tell, shown: str) -> None:
    answer = tell(bounced(mailing.id), shown=shown)
    assert (answer.status_code, answer.content) == (403, b"")
    assert not Return.objects.exists()
    assert not Suppression.objects.exists()


def test_without_the_secret_anybody_shuts_anybody(
    mailing: Mailing, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(AnymailCoreWebhookView, "run_validators", lambda *_: None)
    with pytest.raises(AssertionError):
        test_a_forged_call_is_refused_and_changes_nothing(mailing, tell, "groundswell:guessed")


def test_a_report_of_a_copy_that_was_made_up_changes_nothing(mailing: Mailing, tell: Tell) -> None:
    said = bounced(mailing.id, Metadata={"copy": "0" * 44}, Email="ada@example.org", Tag=str(mailing.id))
    assert tell(said).status_code == 200
    assert not Return.objects.exists()


def signed(mailing_id: UUID, key: str) -> dict[str, object]:
    """A report of Mailgun's."""
    signature = hmac.new(key.encode(), b"1790000000token", hashlib.sha256).hexdigest()
    return {
        "signature": {"token": "token", "timestamp": "1790000000", "signature": signature},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "timestamp": 1790000000.5,
            "delivery-status": {"code": 605, "message": "", "description": "Not delivering to previously bounced"},
            "user-variables": {"copy": trace_of(mailing_id, 1)},
        },
    }


@pytest.mark.parametrize(("key", "status"), [("right", 200), ("wrong", 403)])
def test_who_signs_has_to_sign_with_its_key(mailing: Mailing, tell: Tell, key: str, status: int) -> None:
    setting = "mailgun api_key=x webhook_signing_key=right"
    assert tell(signed(mailing.id, key), setting=setting).status_code == status
    assert kinds() == ([("hard", "5.0.0")] if status == 200 else [])


def test_without_the_key_of_who_signs_nothing_is_believed(
    mailing: Mailing, tell: Tell, caplog: pytest.LogCaptureFixture
) -> None:
    assert tell(bounced(mailing.id), setting="mailersend api_token=x").status_code == 403
    assert "what it signs them with is not in --mail-provider" in caplog.text


@pytest.mark.parametrize("body", [b"not JSON", b"[]", b'"word"', b"\xff", b""])
def test_what_cannot_be_read_is_said_to_be_so(tell: Tell, body: bytes) -> None:
    assert tell(body).status_code == 400


def test_many_reports_at_once_are_taken(mailing: Mailing, tell: Tell) -> None:
    """More than Django takes of a form: SendGrid hands over hundreds at once."""
    about = {
        "event": "bounce",
        "type": "bounce",
        "reason": "550 5.1.1 no",
        "timestamp": 1790000000,
        "sg_event_id": "e",
    }
    said = [{**about, "smtp-id": "x" * 500} for _ in range(300)] + [{**about, "copy": trace_of(mailing.id, 1)}]
    assert tell(said, setting="sendgrid api_key=x").status_code == 200
    assert kinds() == [("hard", "5.1.1")]
    assert returned.returned.largest_body > len(json.dumps(said)) > 64 * 1024  # type: ignore[attr-defined]


def test_amazon_is_asked_for_the_secret_first(mailing: Mailing, tell: Tell) -> None:
    setting = "amazon-ses region_name=eu-west-2 aws_access_key_id=x aws_secret_access_key=y"
    answer = tell({}, setting=setting, shown="nothing")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Basic realm="reports"')
    headers = {"X-Amz-Sns-Message-Type": "Notification", "X-Amz-Sns-Message-Id": "m"}
    data = json.dumps({"copy": trace_of(mailing.id, 1)})
    ses = {
        "eventType": "Bounce",
        "mail": {"messageId": "m", "headers": [{"name": "X-Metadata", "value": data}], "tags": {}},
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "timestamp": "2026-11-01T12:00:00Z",
            "bouncedRecipients": [{"emailAddress": "ada@example.org"}],
        },
    }
    said = {"Type": "Notification", "MessageId": "m", "Message": json.dumps(ses)}
    assert tell(said, setting=setting, **headers).status_code == 200
    assert kinds() == [("hard", "5.0.0")]
    assert tell(said, setting=setting, shown="groundswell:guessed", **headers).status_code == 403


def test_only_the_provider_that_is_set_is_heard(mailing: Mailing, tell: Tell, settings: Settings) -> None:
    assert Client().post("/mail/returned/postmark").status_code == 404
    assert tell(bounced(mailing.id)).status_code == 200
    client = Client()
    assert client.head("/mail/returned/postmark").status_code == 200
    assert client.get("/mail/returned/postmark").status_code == 405
    assert client.post("/mail/returned/resend").status_code == 404


@pytest.mark.parametrize("name", sorted(set(PROVIDERS) - returned.SILENT))
def test_every_provider_can_report(name: str, settings: Settings) -> None:
    options = dict.fromkeys(PROVIDERS[name].needed + PROVIDERS[name].reports, "bWFkZS11cA==")
    if name == "sendgrid":
        del options["tracking_webhook_verification_key"]
    view = returned._view(name, options)
    assert view.esp_name.lower().replace(" ", "-") == name
    assert bool(view.basic_auth) == (name not in returned.SIGNED_ALONE)


def test_where_it_is_told_to_call(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="No provider is set"):
        call_command("reports_address")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_provider="postmark server_token=x")
    call_command("reports_address")
    said = capsys.readouterr().out.strip()
    assert said == reports_address("postmark")
    assert said.startswith(f"http://groundswell:{reports_secret()}@")
    assert said.endswith("/mail/returned/postmark")
