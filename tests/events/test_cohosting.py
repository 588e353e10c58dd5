"""Who is written to when an event is held together, what waits at a desk, and what stays on one."""

import pytest
from pytest_django import Settings

from groundswell.events import cohosts, mails
from groundswell.events.access import asked_for, held_for
from groundswell.events.cohosting import cohostings_for, waiting_for
from groundswell.events.models import CoHost, Event
from groundswell.groups.access import SYSTEM, actor_for
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Group, Organisation
from groundswell.kit.clock import now
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect
from groundswell.outbox.operations import INSTALLATION
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    host = made_up.root(made_up.organisation("host", "Hosts"))
    made_up.account(host, made_up.ORGANISER, "olu@host.example.org")
    made_up.account(host, made_up.VIEWER, "vi@host.example.org")
    return made_up.branch(host)


@pytest.fixture
def event(group: Group) -> Event:
    return made_up.event(group)


@pytest.fixture
def ally() -> Organisation:
    made = made_up.organisation("allies", "Allies")
    made_up.account(made_up.root(made), made_up.OWNER, "max@allies.example.org")
    made_up.account(made_up.root(made), made_up.STEWARD, "st@allies.example.org")
    made_up.account(made_up.branch(made_up.root(made), "allies-hull", "Hull"), email="hull@allies.example.org")
    return made


@pytest.fixture
def invited(event: Event, ally: Organisation) -> CoHost:
    cohosts.arrange(SYSTEM, event=event, duties="All.", contact="x")
    return cohosts.invite(SYSTEM, event=event, organisation=ally)


def accept(invited: CoHost) -> CoHost:
    return cohosts.accept(SYSTEM, cohost=invited, group=made_up.root(invited.organisation), version=1)


def written() -> dict[str, Mail | None]:
    """The newest mail to each address."""
    effects = Effect.objects.filter(organisation_id=INSTALLATION, kind__startswith="events.").order_by("id")
    return {effect.address: mails.cohosting(effect) for effect in effects}


def read(address: str) -> Mail:
    mail = written()[address]
    assert mail is not None
    return mail


def test_organisers_of_the_invited_are_asked_by_mail(invited: CoHost) -> None:
    assert set(written()) == {"max@allies.example.org"}
    mail = read("max@allies.example.org")
    assert mail.subject == "Hosts asks you to hold it together: Stand in unity"
    assert f"/desk/cohosting/{invited.id}" in mail.text


def test_organisers_of_the_host_get_the_answer(invited: CoHost) -> None:
    accept(invited)
    assert read("olu@host.example.org").subject == "Allies holds it with you: Stand in unity"
    # The invitation that was not sent yet is answered by now.
    assert written()["max@allies.example.org"] is None
    cohosts.leave(SYSTEM, cohost=invited)
    assert read("olu@host.example.org").subject == "Allies holds it no longer: Stand in unity"
    assert "vi@host.example.org" not in written()


def test_whoever_works_for_both_gets_no_mail_about_what_they_did(invited: CoHost, event: Event) -> None:
    made_up.account(event.group, made_up.ORGANISER, "max@allies.example.org")
    both = actor_for(made_up.account(made_up.root(invited.organisation), made_up.OWNER, "max@allies.example.org"))
    Effect.objects.all().delete()
    cohosts.accept(both, cohost=invited, group=made_up.root(invited.organisation), version=1)
    assert set(written()) == {"olu@host.example.org"}


def test_a_no_is_told_as_well(invited: CoHost) -> None:
    cohosts.decline(SYSTEM, cohost=invited, group=made_up.root(invited.organisation))
    assert read("olu@host.example.org").subject == "Allies said no: Stand in unity"


def test_who_is_removed_is_told_where_its_people_are(invited: CoHost, event: Event) -> None:
    cohosts.remove(SYSTEM, cohost=accept(invited))
    mail = read("max@allies.example.org")
    assert mail.subject == "No longer held together: Stand in unity"
    assert f"/desk/ours/{event.id}" in mail.text


def test_an_invitation_that_is_taken_back_writes_nothing(invited: CoHost) -> None:
    cohosts.remove(SYSTEM, cohost=invited)
    assert written() == {"max@allies.example.org": None}


def test_an_invitation_too_old_or_gone_is_not_sent(invited: CoHost, event: Event) -> None:
    CoHost.objects.update(expires_at=now())
    assert written()["max@allies.example.org"] is None
    event.delete()
    assert written()["max@allies.example.org"] is None


def test_a_demonstration_says_so(invited: CoHost, settings: Settings) -> None:
    assert settings.DEMONSTRATION_NOTE not in read("max@allies.example.org").text


def test_what_waits_is_for_who_can_answer(invited: CoHost, ally: Organisation) -> None:
    root = made_up.root(ally)
    organiser, viewer = made_up.actor(root), made_up.actor(root, made_up.VIEWER, "v@example.org")
    assert [(one.cohost, one.is_invitation) for one in waiting_for(organiser)] == [(invited, True)]
    assert waiting_for(viewer) == []
    accept(invited)
    assert waiting_for(organiser) == []
    cohosts.arrange(SYSTEM, event=invited.event, duties="Else.", contact="x")
    assert [(one.cohost, one.is_invitation) for one in waiting_for(organiser)] == [(invited, False)]
    assert list(cohostings_for(viewer)) == [invited]


def test_ones_own_side_is_found_by_the_event(invited: CoHost, event: Event, ally: Organisation) -> None:
    organiser = made_up.actor(made_up.root(ally))
    with pytest.raises(NotFound):
        held_for(organiser, event.id)
    accept(invited)
    assert held_for(organiser, event.id) == held_for(organiser, event.id, "allies") == invited
    with pytest.raises(NotFound):
        held_for(organiser, event.id, "host")
    cohosts.leave(SYSTEM, cohost=invited)
    assert held_for(organiser, event.id) == invited
    viewer = made_up.actor(made_up.root(ally), made_up.VIEWER, "v@example.org")
    with pytest.raises(NotAllowed):
        held_for(viewer, event.id, what=made_up.ORGANISER)


def test_the_host_finds_who_stands_at_its_event(invited: CoHost, event: Event) -> None:
    assert asked_for(SYSTEM, event, invited.id) == invited
    with pytest.raises(NotFound):
        asked_for(made_up.actor(made_up.root(invited.organisation)), event, invited.id)
    cohosts.remove(SYSTEM, cohost=invited)
    with pytest.raises(NotFound):
        asked_for(SYSTEM, event, invited.id)
