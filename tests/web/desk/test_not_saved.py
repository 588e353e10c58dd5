"""What could not be saved is said, and waits in the page to be sent again."""

from typing import NoReturn

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from groundswell.groups import operations
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

HERE = "/desk/settings/tenants-union"


@pytest.fixture
def form() -> dict[str, str]:
    return {
        "form": "organisation",
        "organisation_name": 'Renters "and" Union <b>',
        "organisation_contact_email": "hello@example.org",
        "organisation_postal_address": "Two\nlines",
        "organisation_imprint": "Printed by\nAda",
        "organisation_accent": "#004488",
        "csrfmiddlewaretoken": "secret",
    }


@pytest.fixture(autouse=True)
def _full(monkeypatch: pytest.MonkeyPatch) -> None:
    def describe(*_: object, **__: object) -> NoReturn:
        raise OperationalError("database or disk is full: hello@example.org")

    monkeypatch.setattr(operations, "describe_organisation", describe)


def test_what_was_typed_comes_back_in_a_form_that_sends_it_again(owner: Client, form: dict[str, str]) -> None:
    answer = owner.post(f"{HERE}?from=here", form)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    shown = Markup(answer.content.decode())
    assert faults(shown) == []
    assert "nothing was changed" in shown.text
    assert [each["action"] for each in shown.all("form")] == [f"{HERE}?from=here"]
    hidden = {each["name"]: each["value"] for each in shown.all("input")}
    token = hidden.pop("csrfmiddlewaretoken")
    assert hidden == {name: value for name, value in form.items() if name != "csrfmiddlewaretoken"}
    assert token != "secret"
    assert "chosen again" not in shown.text


def test_a_file_has_to_be_chosen_again(owner: Client, form: dict[str, str]) -> None:
    file = SimpleUploadedFile("x.png", b"x")
    assert "chosen again" in owner.post(HERE, {**form, "file": file}).content.decode()


def test_the_log_says_so_and_names_nothing(
    owner: Client, form: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    owner.post(HERE, form)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("groundswell.web")]
    assert ours == ["Not saved"]


def test_a_page_that_cannot_be_shown_for_it_is_no_mistake_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def save(*_: object, **__: object) -> NoReturn:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(SessionStore, "save", save)
    answer = Client(raise_request_exception=False).get("/desk/sign-in")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Nothing was changed" in answer.content.decode()
