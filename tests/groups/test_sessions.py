"""An owner ends all sessions of an organisation's people."""

import pytest
from django.contrib.sessions.models import Session

from groundswell.groups.access import OWNER, STEWARD, actor_for
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Account, Group, SignedIn
from groundswell.groups.sessions import end_all_sessions, note_session, open_sessions_in
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


def begun(account: Account) -> str:
    """The key of a session that begins."""
    session = made_up.browser(account).session
    note_session(account=account, key=session.session_key, device="")
    return session.session_key


def left() -> set[str]:
    return set(Session.objects.values_list("session_key", flat=True))


def test_all_end_but_the_one_that_is_named(group: Group, django_assert_num_queries) -> None:
    winnie = made_up.account(group, OWNER, "winnie@example.org")
    here, there = begun(winnie), begun(winnie)
    others = [begun(made_up.account(made_up.branch(group), STEWARD, "sam@example.org"))]
    assert open_sessions_in(group.organisation) == 3
    actor = actor_for(winnie)
    with django_assert_num_queries(7):  # and the two of its savepoint
        assert end_all_sessions(actor, organisation=group.organisation, but=here) == 2
    assert left() & {here, there, *others} == {here}
    entry = Entry.objects.get(verb="groups.end_all_sessions")
    assert (entry.actor, entry.detail) == (winnie.id, {"sessions": 2})


def test_those_of_others_go_on(group: Group) -> None:
    winnie = made_up.account(group, OWNER, "winnie@example.org")
    elsewhere = made_up.root(made_up.organisation("others", "Others"))
    max_ = begun(made_up.account(elsewhere, OWNER, "max@example.org"))
    assert end_all_sessions(actor_for(winnie), organisation=group.organisation) == 0
    assert max_ in left()


def test_one_that_is_over_is_not_counted(group: Group) -> None:
    begun(made_up.account(group, OWNER))
    Session.objects.update(expire_date=now())
    assert open_sessions_in(group.organisation) == 0


@pytest.mark.parametrize("role", ["organiser", "of a branch"])
def test_only_who_owns_the_whole_may(group: Group, role: str) -> None:
    where = made_up.branch(group) if role == "of a branch" else group
    bea = made_up.account(where, OWNER if role == "of a branch" else made_up.ORGANISER, "bea@example.org")
    key = begun(bea)
    with pytest.raises((NotAllowed, NotFound)):
        end_all_sessions(actor_for(bea), organisation=group.organisation)
    assert key in left()
    assert SignedIn.objects.exists()
