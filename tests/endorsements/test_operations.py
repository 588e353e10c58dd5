"""A body stands with something once both sides have said so, and no longer once either takes it back."""

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from groundswell.blocs.operations import cancel
from groundswell.endorsements import errors, operations, queries
from groundswell.endorsements.access import endorsement_for
from groundswell.endorsements.models import Endorsement
from groundswell.endorsements.subjects import Subject, subject_at, subject_named
from groundswell.endorsements.upkeep import forget_contacts
from groundswell.events.models import Event
from groundswell.groups.access import SYSTEM, Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Group, Membership, Organisation
from groundswell.groups.tree import retire_group
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from tests import made_up

pytestmark = pytest.mark.django_db


@dataclass
class Two:
    """An organisation with an event, and another one whose group may stand with it."""

    group: Group
    ours: Actor
    allies: Group
    theirs: Actor
    event: Event

    @property
    def subject(self) -> Subject:
        return subject_at(f"/e/{self.event.slug}")

    def enter(self, **facts: object) -> Endorsement:
        details = made_up.endorsement_details(**facts)
        return operations.enter(self.ours, subject=self.subject, details=details)

    def stand(self, actor: Actor | None = None) -> Endorsement:
        details = made_up.endorsement_details(body="")
        return operations.stand(actor or self.theirs, group=self.allies, subject=self.subject, details=details)

    def shown(self) -> list[str]:
        return [one.body for one in queries.shown_with(self.subject)]


@pytest.fixture
def two() -> Two:
    group = made_up.root(made_up.organisation())
    allies = made_up.root(made_up.organisation("allies", "Allies"))
    event = made_up.event(group, day=made_up.in_days(20))
    return Two(group, made_up.actor(group), allies, made_up.actor(allies, email="max@example.org"), event)


def saying_yes(two: Two, email: str) -> Endorsement:
    """What came in by the public form, which asks no database, and the button behind the mail's link."""
    form = {"body": "Teachers", "kind": "union-branch", "decided": "meeting", "contact_email": email}
    assert made_up.act("endorse", two.group.organisation_id, two.event.id, form) == []
    return operations.confirm(token=operations.token_of(Endorsement.objects.get().id))


def verbs() -> list[str]:
    return list(
        Entry.objects.filter(verb__startswith="endorsements.").order_by("id").values_list("verb", flat=True)
    )


def test_it_is_shown_once_its_contact_confirms(two: Two) -> None:
    made = two.enter()
    assert two.shown() == []
    assert Effect.objects.filter(subject=made.id).count() == 1
    operations.confirm(token=operations.token_of(made.id))
    assert two.shown() == ["Rail workers, Riverside branch"]
    assert verbs() == ["endorsements.enter", "endorsements.confirm"]


def test_a_link_confirms_once(two: Two) -> None:
    token = operations.token_of(two.enter().id)
    operations.confirm(token=token)
    with pytest.raises(errors.ConfirmedAlready):
        operations.confirm(token=token)


class TestWhoseMailbox:
    """Nobody says for others that they stand with what one calls to oneself."""

    OWN = ("olive@example.org", "OLIVE+union@Example.org", "other@tenants.example.org")
    """Of somebody who works there, the same inbox under another spelling, and at the organisation's own domain."""

    @pytest.fixture(autouse=True)
    def own(self, two: Two) -> None:
        made_up.actor(two.group, made_up.VIEWER, "olive@example.org")
        Organisation.objects.filter(slug="tenants-union").update(contact_email="office@tenants.example.org")

    @pytest.mark.parametrize("email", OWN)
    def test_an_own_address_is_not_asked(self, two: Two, email: str) -> None:
        with pytest.raises(InvalidFields) as refused:
            two.enter(contact_email=email)
        assert list(refused.value.errors) == ["contact_email"]
        assert (Endorsement.objects.count(), Effect.objects.count()) == (0, 0)

    @pytest.mark.parametrize("email", OWN)
    def test_nor_does_it_confirm_what_was_asked_for_in_public(self, two: Two, email: str) -> None:
        with pytest.raises(errors.OwnMailbox):
            saying_yes(two, email)
        assert Endorsement.objects.filter(confirmed_at=None).count() == 1

    @pytest.mark.parametrize("email", OWN)
    @pytest.mark.parametrize("public", [False, True])
    def test_without_looking_each_would(
        self, two: Two, email: str, public: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The twin."""
        monkeypatch.setattr(operations, "require_of_body", lambda *_: None)
        monkeypatch.setattr(operations, "require_not_own", lambda *_: None)
        if public:
            saying_yes(two, email)
        else:
            operations.confirm(token=operations.token_of(two.enter(contact_email=email).id))
        assert Endorsement.objects.exclude(confirmed_at=None).count() == 1

    def test_whoever_works_elsewhere_or_not_any_more_or_shares_a_provider_is_asked(self, two: Two) -> None:
        Organisation.objects.filter(slug="tenants-union").update(contact_email="tenants@gmail.com")
        made_up.actor(two.group, made_up.VIEWER, "gone@example.org")
        Membership.objects.filter(account__email="gone@example.org").update(ends_at=now())
        for email in ("max@example.org", "gone@example.org", "rail@gmail.com"):
            operations.confirm(token=operations.token_of(two.enter(contact_email=email).id))
        assert len(two.shown()) == 3


@pytest.mark.parametrize("token", ["", "none", "AAAA", "x" * 200])
def test_a_link_that_was_not_made_here_opens_nothing(two: Two, token: str) -> None:
    two.enter()
    with pytest.raises(NotFound):
        operations.confirm(token=token)
    with pytest.raises(NotFound):
        operations.withdraw(token=operations.token_of(uuid7()))


def test_by_the_same_link_it_is_taken_back_and_leaves_nothing(two: Two) -> None:
    made = made_up.endorsement(f"/e/{two.event.slug}")
    operations.withdraw(token=operations.token_of(made.id))
    assert (two.shown(), Endorsement.objects.count(), Effect.objects.filter(subject=made.id).count()) == ([], 0, 0)


def test_who_organises_neither_side_does_nothing(two: Two) -> None:
    details = made_up.endorsement_details()
    with pytest.raises(NotFound):
        operations.enter(two.theirs, subject=two.subject, details=details)
    viewer = made_up.actor(two.group, made_up.VIEWER, "vi@example.org")
    with pytest.raises(NotAllowed):
        operations.enter(viewer, subject=two.subject, details=details)
    with pytest.raises(NotFound):
        operations.stand(two.ours, group=two.allies, subject=two.subject, details=details)
    made = two.enter()
    for nobody, why in ((two.theirs, NotFound), (viewer, NotAllowed)):
        with pytest.raises(why):
            operations.remove(nobody, endorsement=made)
        with pytest.raises(why):
            operations.accept(nobody, endorsement=made)
    with pytest.raises(NotFound):
        endorsement_for(two.ours, uuid7())


def test_a_group_that_works_here_speaks_for_itself_and_the_other_side_lets_it(two: Two) -> None:
    made = two.stand()
    assert (made.body, made.contact_email, made.by) == ("Allies", "", two.allies)
    assert (two.shown(), queries.waiting_for(two.ours).count(), queries.waiting_for(two.theirs).count()) == (
        [],
        1,
        0,
    )
    operations.accept(two.ours, endorsement=made)
    assert two.shown() == ["Allies"]
    with pytest.raises(errors.ShownAlready):
        operations.accept(two.ours, endorsement=made)
    assert [one.id for one in queries.stands_of(two.theirs)] == [made.id]
    operations.remove(two.theirs, endorsement=made)
    assert two.shown() == []


def test_who_organises_both_sides_needs_nobody(two: Two) -> None:
    assert two.stand(SYSTEM).accepted_at is not None
    assert two.shown() == ["Allies"]
    assert queries.waiting_for(SYSTEM).count() == 0


def test_a_group_stands_with_something_once(two: Two) -> None:
    two.stand()
    with pytest.raises(errors.StandsAlready):
        two.stand()


def test_that_a_group_stands_with_an_event_says_nothing_of_the_organisation(two: Two) -> None:
    two.stand()
    of_group = subject_at(f"/g/{two.group.slug}")
    assert list(queries.shown_with(of_group)) == []
    details = made_up.endorsement_details()
    made = operations.stand(two.theirs, group=two.allies, subject=of_group, details=details)
    operations.accept(two.ours, endorsement=made)
    assert [one.body for one in queries.shown_with(of_group)] == ["Allies"]
    assert two.shown() == []


@pytest.mark.parametrize("kind", ["event", "bloc", "series", "group"])
def test_everything_that_has_a_page_can_be_stood_with(two: Two, kind: str) -> None:
    series = made_up.series(two.group)
    made_up.event(two.group, series)
    slugs = {
        "event": two.event.slug,
        "bloc": made_up.bloc(two.group, two.event).slug,
        "series": series.slug,
        "group": two.group.slug,
    }
    subject = subject_named(kind, slugs[kind])
    operations.enter(two.ours, subject=subject, details=made_up.endorsement_details())
    found = Endorsement.objects.get()
    operations.confirm(token=operations.token_of(found.id))
    assert [one.id for one in queries.shown_with(subject)] == [found.id]
    again = queries.subject_of(queries.endorsement_of(found.id))  # type: ignore[arg-type]
    assert (again.kind, again.about, again.name) == (kind, subject.about, str(subject.about))


@pytest.mark.parametrize(
    "address", ["", "/", "/e/none", "/x/none", "https://other.example.org/e/none", "/privacy/x"]
)
def test_what_has_no_page_cannot(address: str) -> None:
    with pytest.raises(NotFound):
        subject_at(address)
    with pytest.raises(NotFound):
        subject_named("person", "x")


def test_addresses_are_read_as_they_are_copied(two: Two) -> None:
    for address in (f"http://127.0.0.1:8000/e/{two.event.slug}?via=x", f"e/{two.event.slug}#coming"):
        assert subject_at(address).about == two.event


def test_what_is_past_or_off_is_not_stood_with_any_more(two: Two) -> None:
    bloc = made_up.bloc(two.group, two.event)
    cancel(SYSTEM, bloc=bloc)
    branch = made_up.branch(two.group)
    retire_group(SYSTEM, group=branch)
    subjects = [subject_at(f"/b/{bloc.slug}"), subject_at(f"/g/{branch.slug}")]
    with time_machine.travel(two.event.closes_at + timedelta(minutes=1)):
        for subject in (*subjects, two.subject):
            with pytest.raises(errors.Closed):
                operations.enter(SYSTEM, subject=subject, details=made_up.endorsement_details())


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"body": " "}, "body"),
        ({"body": "x" * 141}, "body"),
        ({"kind": "army"}, "kind"),
        ({"decided": "by decree"}, "decided"),
        ({"decided_on": made_up.in_days(2)}, "decided_on"),
        ({"text": "x" * 601}, "text"),
        ({"contact_email": "nobody"}, "contact_email"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(two: Two, facts: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        two.enter(**facts)
    assert list(refused.value.errors) == [field]
    assert Endorsement.objects.count() == 0


def test_bodies_are_listed_by_sort_and_name(two: Two) -> None:
    for body, kind in (("B", "other"), ("A", "other"), ("Z", "union"), ("Y", "community")):
        made_up.endorsement(f"/e/{two.event.slug}", body=body, kind=kind)
    assert two.shown() == ["Z", "Y", "A", "B"]


def test_a_fixed_number_of_queries(two: Two, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for body in ("A", "B", "C"):
        made_up.endorsement(f"/e/{two.event.slug}", body=body)
    subject = two.subject
    with django_assert_num_queries(1):
        assert [one.by for one in queries.shown_with(subject)] == [None] * 3


class TestTime:
    """What a fortnight does."""

    def test_what_nobody_confirmed_is_gone_and_the_rest_stays_without_its_contact(self, two: Two) -> None:
        two.enter(body="Silent")
        made_up.endorsement(f"/e/{two.event.slug}", body="Said so")
        with time_machine.travel(now() + timedelta(days=15)):
            assert forget_contacts() == 2
            assert forget_contacts() == 0
        assert list(Endorsement.objects.values_list("body", "contact_email")) == [("Said so", "")]

    def test_a_group_that_waits_to_be_let_stays(self, two: Two) -> None:
        two.stand()
        with time_machine.travel(now() + timedelta(days=15)):
            assert forget_contacts() == 0
        assert Endorsement.objects.count() == 1


class TestProposals:
    """The public form."""

    def form(self, **fields: str) -> dict[str, str]:
        ordinary = {
            "body": "Teachers, Riverside",
            "kind": "union-branch",
            "decided": "meeting",
            "decided_on": "2016-07-01",
            "contact_email": "teachers@example.org",
            "language": "fr",
        }
        return {**ordinary, **fields}

    def send(self, two: Two, **fields: str) -> list[str]:
        refused = made_up.act("endorse", two.group.organisation_id, two.event.id, self.form(**fields))
        return [one.code for one in refused]

    def test_it_is_shown_after_its_contact_and_an_organiser_said_yes(self, two: Two) -> None:
        assert self.send(two) == []
        made = Endorsement.objects.get()
        assert (made.language, Effect.objects.get(subject=made.id).language) == ("fr", "fr")
        operations.confirm(token=operations.token_of(made.id))
        assert two.shown() == []
        operations.accept(two.ours, endorsement=made)
        assert two.shown() == ["Teachers, Riverside"]

    def test_without_the_organiser_anybody_with_a_mailbox_would_write_on_the_page(self, two: Two) -> None:
        """The twin."""
        self.send(two)
        Endorsement.objects.update(accepted_at=now())
        operations.confirm(token=operations.token_of(Endorsement.objects.get().id))
        assert two.shown() == ["Teachers, Riverside"]

    @pytest.mark.parametrize("kind", ["bloc", "series", "group"])
    def test_with_everything_that_has_a_page(self, two: Two, kind: str) -> None:
        abouts = {
            "bloc": made_up.bloc(two.group, two.event),
            "series": made_up.series(two.group),
            "group": two.group,
        }
        assert made_up.act("endorse", two.group.organisation_id, abouts[kind].id, self.form()) == []
        assert queries.subject_of(Endorsement.objects.get()).about == abouts[kind]

    def test_of_nothing_or_of_somebody_else_or_too_late(self, two: Two) -> None:
        form = self.form()
        other = two.allies.organisation_id
        refused = [
            *made_up.act("endorse", two.group.organisation_id, uuid7(), form),
            *made_up.act("endorse", other, two.event.id, form),
        ]
        assert [one.code for one in refused] == ["not-found", "not-found"]
        with time_machine.travel(two.event.closes_at + timedelta(minutes=1)):
            assert self.send(two) == ["endorsement-closed"]
        assert Endorsement.objects.count() == 0

    def test_more_than_an_organiser_can_look_through_are_not_taken(
        self, two: Two, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("groundswell.endorsements.proposing.MOST_WAITING", 2)
        assert [self.send(two), self.send(two), self.send(two)] == [[], [], ["endorsement-too-many"]]
        made_up.endorsement(f"/e/{two.event.slug}")
        assert self.send(two) == ["endorsement-too-many"]


class TestAtOnce:
    """Two who press at the same moment."""

    @pytest.mark.django_db(transaction=True)
    def test_one_link_confirms_once(self, two: Two) -> None:
        token = operations.token_of(two.enter().id)
        said: list[str] = []

        def press() -> None:
            try:
                operations.confirm(token=token)
                said.append("confirmed")
            except errors.ConfirmedAlready:
                said.append("again")
            finally:
                connection.close()

        threads = [threading.Thread(target=press) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(said) == ["again", "again", "again", "confirmed"]
