"""Sections 4 and 8 of the design: what tables may point at, and what lets them grow."""

import pytest
from django.apps import apps
from django.db.models import CompositePrimaryKey, ForeignKey, Model

from tests.guards.house import NOUNS
from tests.guards.world import build

UNBOUNDED = {
    "attendances.Counted",
    "intake.Entry",
    "intake.SetAside",
    "ledger.Entry",
    "mailings.Deferred",
    "mailings.Delivery",
    "mailings.Result",
    "mailings.Return",
    "outbox.Effect",
    "people.Consent",
    "people.Erasure",
}
"""Tables that grow as long as anybody does anything: Citus distributes them, so nothing points at them."""

TOGETHER = {
    "events.CoHost.event",
    "attendances.Attendance.event",
    "attendances.Attendance.bloc",
    "attendances.BlocTally.bloc",
    "attendances.Figure.event",
    "attendances.Part.event",
    "attendances.Shared.attendance",
    "attendances.Shared.event",
    "attendances.Mark.event",
    "attendances.Snapshot.event",
}
"""What may lead to another organisation's row: they act together, each with its own people."""

BOUNDED = {
    "groups.Organisation",
    "groups.Affiliation",
    "groups.Logo",
    "groups.Group",
    "groups.Campaign",
    "groups.Account",
    "groups.Approval",
    "groups.Membership",
    "groups.SignInLink",
    "groups.Invitation",
    "groups.RecoveryAddress",
    "groups.SignInCode",
    "groups.SignedIn",
    "groups.Guesses",
    "groups.ApiToken",
    "groups.Carried",
    "people.Merge",
    "people.NameWord",
    "people.Belonging",
    "people.Complaint",
    "people.Import",
    "people.Person",
    "people.Reach",
    "people.Segment",
    "people.Suppression",
    "people.Tag",
    "people.Tagged",
    "people.Wording",
    "events.Arrangement",
    "events.CoHost",
    "events.Event",
    "events.Picture",
    "events.Question",
    "events.Series",
    "events.Speaker",
    "events.Template",
    "discussions.Caller",
    "discussions.Discussion",
    "discussions.Meeting",
    "discussions.Note",
    "discussions.Outcome",
    "endorsements.Endorsement",
    "blocs.Bloc",
    "blocs.Caller",
    "blocs.Elsewhere",
    "blocs.PickUp",
    "blocs.Steward",
    "attendances.Assignment",
    "attendances.Attendance",
    "attendances.BlocTally",
    "attendances.EventKey",
    "attendances.Figure",
    "attendances.Mark",
    "attendances.Notice",
    "attendances.Part",
    "attendances.Response",
    "attendances.Doubled",
    "attendances.Shared",
    "attendances.Snapshot",
    "attendances.Outside",
    "attendances.Tally",
    "ledger.Head",
    "mailings.DomainTally",
    "mailings.Lease",
    "mailings.Link",
    "mailings.Line",
    "mailings.Mailing",
    "mailings.WarmDay",
    "ledger.Seal",
    "intake.Position",
    "intake.Floor",
    "intake.Touch",
    "ops.Heartbeat",
}

NOBODYS = {
    "groups.Organisation": "is the tenant",
    "groups.Account": "may work for several organisations",
    "groups.SignInLink": "is an account's",
    "groups.SignedIn": "is an account's",
    "groups.SignInCode": "may be nobody's",
    "groups.Guesses": "are at an account, or at nothing",
    "intake.Floor": "says how far everybody's entries are settled",
    "intake.Touch": "is a tag, kept for an hour",
    "mailings.Line": "is a provider's, for everybody's mail",
    "mailings.WarmDay": "counts what one sender sends for all of them",
    "ops.Heartbeat": "is a process's",
}
"""Tables without an organisation, and why."""

ACROSS = {
    "discussions.Caller.discussion": "an ally puts whoever's question",
    "endorsements.Endorsement.by": "a group stands with whoever's event",
    "blocs.Bloc.event": "a bloc walks in whoever's march",
    "blocs.Caller.bloc": "an ally calls to whoever's bloc",
}
"""Foreign keys that lead from one organisation's row to another's, and why."""

COPY = ("organisation_id", "mailing_id", "number")
"""The key of a copy of a mailing: numbered without gaps, so that workers take ranges (decision 0053)."""

OURS = [model for model in apps.get_models() if model.__module__.startswith("groundswell.")]


def named(models: list[type[Model]]) -> set[str]:
    return {model._meta.label for model in models}


def foreign_keys() -> list[tuple[type[Model], ForeignKey]]:  # type: ignore[type-arg]
    """Every foreign key of ours with its model."""
    return [(model, each) for model in OURS for each in model._meta.fields if isinstance(each, ForeignKey)]


def test_of_every_table_it_is_known_whether_it_grows_without_bound() -> None:
    assert named(OURS) == UNBOUNDED | BOUNDED


def test_no_foreign_key_points_up() -> None:
    for model, key in foreign_keys():
        own, other = model._meta.app_label, key.related_model._meta.app_label
        assert NOUNS.index(other) <= NOUNS.index(own), f"{model._meta.label}.{key.name} points up to {other}"


def test_no_foreign_key_points_at_what_grows_without_bound() -> None:
    for model, key in foreign_keys():
        assert key.related_model._meta.label not in UNBOUNDED, f"{model._meta.label}.{key.name}"


def test_what_grows_without_bound_is_distributed_by_organisation() -> None:
    for label in UNBOUNDED:
        key = apps.get_model(label)._meta.pk
        assert isinstance(key, CompositePrimaryKey), label
        assert key.field_names in {("organisation_id", "id"), COPY, (*COPY, "kind")}, label


def test_every_row_says_whose_it_is() -> None:
    without = {label for label in named(OURS) if not has_organisation(apps.get_model(label))}
    assert without == set(NOBODYS)


def has_organisation(model: type[Model]) -> bool:
    return any(
        each.attname == "organisation_id"
        and not each.null
        and each.get_internal_type() in {"UUIDField", "ForeignKey"}
        for each in model._meta.concrete_fields
    )


def test_every_key_can_be_made_without_the_database() -> None:
    """No sequence must be global: keys are UUIDs, or said by whoever writes the row."""
    for model in OURS:
        names = getattr(model._meta.pk, "field_names", None) or [model._meta.pk.name]
        for name in names:
            kind = model._meta.get_field(name).get_internal_type()
            assert kind not in {"AutoField", "BigAutoField", "SmallAutoField"}, model._meta.label


@pytest.mark.django_db
def test_rows_that_belong_together_belong_to_one_organisation() -> None:
    build()
    led_across = set()
    for model, key in foreign_keys():
        other = key.related_model
        if f"{model._meta.label}.{key.name}" in TOGETHER:
            continue
        if has_organisation(model) and has_organisation(other):
            rows = model._default_manager.exclude(**{key.name: None})
            for here, there in rows.values_list("organisation_id", f"{key.name}__organisation_id"):
                if here != there:
                    led_across.add(f"{model._meta.label}.{key.name}")
    assert led_across == set(ACROSS)
