"""Promise 3: who is forgotten is gone from everywhere, and the totals of what is over stay.

Each personal field of a made-up person holds something of its own; afterwards every table and every byte of every
file is searched for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from django.db import connections

from groundswell.attendances.assigning import assign_next
from groundswell.attendances.models import Attendance
from groundswell.attendances.queries import tally_of
from groundswell.events import operations as events
from groundswell.events.cohosts import cohosts_of
from groundswell.events.models import Event
from groundswell.events.queries import questions_of
from groundswell.events.questions import Asking, set_questions
from groundswell.groups.access import SYSTEM
from groundswell.intake import kinds
from groundswell.intake.journal import journal
from groundswell.intake.kinds import Action
from groundswell.intake.settling import settle
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.kit.privacy import Trace
from groundswell.kit.rounds import rounds
from groundswell.ledger.checking import check_chain
from groundswell.ledger.operations import seal
from groundswell.outbox.delivery import deliver
from groundswell.people.complaints import answer_complaint
from groundswell.people.merging import merge
from groundswell.people.models import Person
from groundswell.people.sorting import put_into_group, tag_people
from tests import made_up
from tests.guards import traces

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = "canary-of-ada@nest-of-ada.example.org"
OTHER = "canary-other-of-ada@second-nest.example.org"
BOXES = {"agree": "yes", "updates": "yes", "nearby": "yes"}
TYPED = [
    "Canary-Name-of-Ada",
    "Canary-Change-of-Ada",
    "nest-of-ada",
    OTHER,
    "NEST-OF-ADA",
    "canary-via-of-ada",
    "canary-second-via",
    "canary-third-via",
    "ZE3 9",
]


@dataclass
class Known:
    """Ada in the records of an organisation, with one event behind her and one ahead."""

    person: Person
    past: Event
    ahead: Event

    @property
    def trace(self) -> Trace:
        """By what her rows are found."""
        person = self.person
        return Trace(organisation_id=person.organisation_id, person_id=person.id, email=person.email)

    def everything(self) -> list[str]:
        """All that is stored about her and all that she typed."""
        return [*traces.planted(self.trace), *TYPED]


def press(kind: str, organisation_id: UUID, subject: UUID, via: str = "", **form: str) -> None:
    """Somebody presses a button, and the loop takes it up."""
    payload = kinds.named(kind).parse(form)
    journal().append(Action(uuid7(), kind, organisation_id, subject, payload, now(), via))
    while settle():
        pass


def coming(to: Event, name: str, email: str, via: str, postcode: str = "M1 1AE") -> None:
    """Somebody answers everything that is asked, gets the mail, and confirms."""
    typed = {"name": name, "email": email, "postcode": postcode, "guests": "2", **BOXES}
    typed |= {
        "needs": f"Needs of {name}",
        "offer-drive": "yes",
        **{f"question-{question.id}": f"Answer of {name}" for question in questions_of(to.id)},
    }
    typed |= {f"ally-{ally.organisation_id}": "yes" for ally in cohosts_of(to.id)}
    press("attend", to.organisation_id, to.id, via, **typed)
    deliver()
    attendance = Attendance.objects.get(event=to, person__email=email)
    press("confirm", to.organisation_id, attendance.id, answer=str(attendance.action))


def do_the_rounds() -> None:
    """All that the worker does, until nothing is left to do."""
    for each in rounds():
        while each.run():
            pass


@pytest.fixture
def known() -> Iterator[Known]:
    """Ada came once, comes again, changed her mind and was refused once; Bo did less, and stays."""
    root = made_up.root(made_up.organisation())
    past = made_up.event(root, title="Past", day=made_up.in_days(1))
    ahead = made_up.event(root, title="Ahead", day=made_up.in_days(9))
    for event in (past, ahead):
        set_questions(SYSTEM, event=event, questions=[Asking(text="Which coach?", purpose="To book seats")])
    made_up.cohost(ahead, made_up.organisation("allies", "Allies"))
    off = events.cancel(SYSTEM, event=made_up.event(root, title="Off", day=made_up.in_days(9)))
    coming(past, "Canary-Name-of-Ada", EMAIL, "canary-via-of-ada", "ZE3 9JW")
    coming(past, "Bo", "bo@example.org", "via-of-bo")
    with time_machine.travel(now() + timedelta(days=3)):
        do_the_rounds()
        coming(ahead, "Canary-Name-of-Ada", OTHER, "canary-via-of-ada", "ZE3 9JW")
        coming(ahead, "Canary-Name-of-Ada", EMAIL, "canary-via-of-ada", "ZE3 9JW")
        coming(ahead, "Bo", "bo@example.org", "via-of-bo")
        change = {"name": "Canary-Change-of-Ada", "email": "Canary-of-Ada@NEST-OF-ADA.example.org", **BOXES}
        press("attend", root.organisation_id, ahead.id, "canary-second-via", **change)
        press("attend", root.organisation_id, off.id, "canary-third-via", **change)
        terms = {"contact": True, "ends_at": now() + timedelta(hours=72)}
        volunteer = made_up.account(root, made_up.VIEWER, "vic@example.org", **terms)
        assign_next(SYSTEM, event=ahead, account_id=volunteer.id, many=9)
        person, other = (
            Person.objects.get(organisation_id=root.organisation_id, email=email) for email in (EMAIL, OTHER)
        )
        organisation = root.organisation
        tag_people(SYSTEM, organisation=organisation, people=[person.id], name="Canary-Tag")
        put_into_group(SYSTEM, group=root, people=[person.id])
        made_up.mailing(root, [person])
        complaint = made_up.complaint(organisation, person, text="Canary-Complaint")
        answer_complaint(SYSTEM, complaint=complaint, text="Canary-Answer-of-Ours")
        made_up.complaint(organisation, name="Canary-Name-of-Ada", email=EMAIL, text="Canary-Second-Complaint")
        merge(SYSTEM, kept=person, away=other)
        # As an import writes it: nobody is asked for a number when they answer.
        Person.objects.filter(id=person.id).update(phone="+441134960771")
        yield Known(person, past, ahead)


def forget(known: Known) -> None:
    press("forget", known.person.organisation_id, known.person.id)


def test_who_is_forgotten_is_in_no_table_and_in_no_file(known: Known, caplog: pytest.LogCaptureFixture) -> None:
    needles = known.everything()
    stored = set(traces.planted(known.trace))
    assert stored <= set(traces.in_tables(needles)), "The search does not find what is there."
    assert {"Canary-Name-of-Ada", "nest-of-ada"} <= set(traces.in_files(needles))
    forget(known)
    assert traces.in_tables(needles) == {}
    assert traces.in_files(needles) == {}
    assert not [needle for needle in needles if needle in caplog.text]


def test_the_twin_finds_what_is_left(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the outbox left out of erasing, the search finds what stayed."""
    monkeypatch.setattr("groundswell.outbox.operations.forget", lambda *_, **__: [])
    needles = known.everything()
    forget(known)
    assert set(traces.in_tables(needles).values()) == {"outbox_effect"}
    assert "nest-of-ada" in traces.in_files(needles)


def test_forgetting_lowers_what_lies_ahead_and_leaves_what_is_over(known: Known) -> None:
    def counted(event: Event) -> tuple[int, int]:
        tally = tally_of(event.id)
        return tally.confirmed, tally.guests

    assert (counted(known.past), counted(known.ahead)) == ((2, 4), (2, 4))
    forget(known)
    assert (counted(known.past), counted(known.ahead)) == ((2, 4), (1, 2))
    assert Person.objects.get().name == "Bo"


def test_the_ledger_stays_whole_and_names_nobody(known: Known) -> None:
    seal()
    forget(known)
    seal()
    assert check_chain(known.person.organisation_id).faults == []


def test_forgetting_concerns_one_organisation(known: Known) -> None:
    elsewhere = made_up.root(made_up.organisation("elsewhere", "Elsewhere"))
    coming(made_up.event(elsewhere, title="Other", day=made_up.in_days(9)), "Ada", EMAIL, "")
    forget(known)
    assert Person.objects.get(email=EMAIL).organisation_id == elsewhere.organisation_id
    assert set(traces.in_tables([EMAIL])) == {EMAIL}


def test_the_twin_finds_what_lies_in_free_pages(known: Known) -> None:
    """Where SQLite does not wipe what it deletes, the search finds it on the disk, in no table any more."""
    connection = connections["default"]
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's files are its own: VACUUM decides when what is dead is overwritten.")
    needles = known.everything()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=OFF")
        forget(known)
        cursor.execute("PRAGMA secure_delete=ON")
    assert traces.in_tables(needles) == {}
    left = traces.in_files(needles)
    assert set(left.values()) == {Path(connection.settings_dict["NAME"]).name}
