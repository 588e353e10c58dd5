"""Promise 3: every field of every table is classified, ours and those of what we build on."""

from html import unescape

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections, models
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from groundswell.groups.models import Campaign
from groundswell.kit import privacy
from groundswell.kit.privacy import About, Class
from groundswell.people.held import IN_SHORT
from tests import made_up


def test_every_field_of_every_table_is_classified() -> None:
    assert privacy.problems(apps.get_models(include_auto_created=True)) == []


def test_a_field_added_tomorrow_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: with one more field the build fails."""
    colour = models.CharField(max_length=7)
    colour.set_attributes_from_name("colour")
    monkeypatch.setattr(Campaign._meta, "concrete_fields", (*Campaign._meta.concrete_fields, colour))
    assert privacy.problems(apps.get_models(include_auto_created=True)) == [
        "groups.Campaign.colour is not classified."
    ]


def test_whatever_somebody_may_have_out_is_told_them_in_words_too() -> None:
    told = {model for chapter in privacy.chapters() for model in chapter.models} | set(IN_SHORT)
    given_out = {
        table.model
        for table in privacy.tables()
        if table.rows and any(field.export for field in table.fields.values())
    }
    assert told == given_out


def test_check_asks_the_registry() -> None:
    call_command("check", tags=["privacy"])


@pytest.mark.django_db
def test_no_database_has_a_table_beside_those_of_the_models() -> None:
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    known.add(MigrationRecorder.Migration._meta.db_table)
    for connection in connections.all():
        assert set(connection.introspection.table_names()) <= known


def test_what_is_secret_or_a_keyed_hash_is_never_exported() -> None:
    for table in privacy.tables():
        for name, one in table.fields.items():
            assert not (one.export and one.kind in {Class.SECRET, Class.NOT_PERSONAL}), f"{table.model}.{name}"


def test_what_supporters_may_have_can_be_found_by_who_they_are() -> None:
    for table in privacy.tables():
        if table.about == About.SUPPORTERS and any(one.export for one in table.fields.values()):
            assert table.rows is not None, table.model


@pytest.mark.django_db
def test_the_privacy_notice_names_every_purpose(client: Client) -> None:
    made_up.organisation()
    notice = unescape(client.get("/privacy/tenants-union").content.decode())
    for purpose in privacy.purposes():
        for words in (purpose.what, purpose.why, purpose.kept):
            assert str(words) in notice
