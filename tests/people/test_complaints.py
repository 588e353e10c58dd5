"""Complaints about data: each is kept, acknowledged, answered, and gone two years later or with its person."""

from datetime import date, timedelta

import pytest
import time_machine

from groundswell.attendances.erasing import erase
from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Organisation
from groundswell.intake.kinds import Invalid
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.outbox.delivery import deliver
from groundswell.outbox.models import Effect
from groundswell.outbox.queries import kept_mail
from groundswell.people import complaint_mails, complaints
from groundswell.people.access import complaint_for, complaints_seen_by
from groundswell.people.complaints import Brought
from groundswell.people.errors import ComplaintChanged
from groundswell.people.models import Complaint, Person
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation(contact_email="office@example.org")


@pytest.fixture
def ada(organisation: Organisation) -> Person:
    return made_up.subscriber(organisation, "Ada")


def brought(organisation: Organisation, **facts: object) -> Complaint:
    said = {"text": "By letter", "way": "post", "received_on": now().date(), **facts}
    return complaints.enter_complaint(SYSTEM, organisation=organisation, brought=Brought(**said))


def mails() -> list[str]:
    """The text of every mail that was handed over, the first first."""
    while deliver():
        pass
    kept = [kept_mail(effect) for effect in Effect.objects.filter(state="done").order_by("id")]
    return [f"{mail.to}\n{mail.subject}\n{mail.text}" for mail in kept if mail]


def verbs() -> list[str]:
    return list(Entry.objects.filter(verb__contains="compl").order_by("id").values_list("verb", flat=True))


def test_whom_a_link_names_is_known_and_others_are_as_they_say(organisation: Organisation, ada: Person) -> None:
    ours = made_up.complaint(organisation, ada, name="Somebody else", email="else@example.org")
    theirs = made_up.complaint(organisation, name="", email="Cass@Example.org")
    assert (ours.person, ours.name, ours.email) == (ada, "Ada", ada.email)
    assert (theirs.person, theirs.name, theirs.email) == (None, "", "Cass@example.org")
    assert verbs() == ["people.complain", "people.complain"]


def test_a_mail_says_that_it_is_here_and_only_then_it_is_acknowledged(organisation: Organisation) -> None:
    made = made_up.complaint(organisation)
    assert complaints.note_acknowledged() == 0
    [mail] = mails()
    for words in ("cass@example.org", "has your complaint", "Hello Cass,", "I asked you to stop.", "ico.org.uk"):
        assert words in mail
    assert complaints.note_acknowledged() == 1
    made.refresh_from_db()
    assert made.acknowledged_at
    assert complaints.note_acknowledged() == 0


def test_a_mail_that_cannot_be_delivered_acknowledges_nothing(organisation: Organisation) -> None:
    """The twin: what is read is that it was handed over, not that it was owed."""
    made = made_up.complaint(organisation)
    Effect.objects.filter(subject=made.id).update(state=Effect.State.FAILED, done_at=now())
    assert complaints.note_acknowledged() == 0
    Effect.objects.filter(subject=made.id).update(state=Effect.State.DONE)
    assert complaints.note_acknowledged() == 1


def test_an_answer_goes_to_them_and_closes_it(organisation: Organisation) -> None:
    made = made_up.complaint(organisation)
    mails()
    complaints.answer_complaint(SYSTEM, complaint=made, text="It was a mistake of ours.")
    assert complaints.complaints_waiting([organisation.id]) == 0
    answered = mails()[-1]
    for words in (
        "answers your complaint",
        "It was a mistake of ours.",
        "office@example.org",
        "I asked you to stop",
    ):
        assert words in answered
    with pytest.raises(ComplaintChanged):
        complaints.answer_complaint(SYSTEM, complaint=made, text="Once more.")
    assert verbs()[-1] == "people.answer_complaint"


def test_where_the_answer_is_quicker_no_mail_says_that_it_is_here(organisation: Organisation) -> None:
    made = made_up.complaint(organisation)
    complaints.answer_complaint(SYSTEM, complaint=made, text="Done.")
    [mail] = mails()
    assert "answers your complaint" in mail


def test_mails_of_what_is_gone_are_not_written(organisation: Organisation) -> None:
    made = made_up.complaint(organisation)
    effect = Effect.objects.get(subject=made.id)
    Complaint.objects.all().delete()
    assert complaint_mails.received(effect) is None
    assert complaint_mails.answered(effect) is None


def test_what_came_by_letter_is_written_down_from_the_day_it_came(organisation: Organisation) -> None:
    day = now().date() - timedelta(days=20)
    made = brought(organisation, received_on=day)
    assert complaints.due_on(made) == day + timedelta(days=30)
    assert mails() == []
    complaints.acknowledge(SYSTEM, complaint=made)
    with pytest.raises(ComplaintChanged):
        complaints.acknowledge(SYSTEM, complaint=made)
    complaints.answer_complaint(SYSTEM, complaint=made, text="Done.")
    assert mails() == []


def test_with_an_address_a_mail_acknowledges_it(organisation: Organisation) -> None:
    brought(organisation, name="", email="dee@example.org", way="phone")
    [mail] = mails()
    assert "dee@example.org" in mail
    assert "Hello,\r\n" in mail


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", " "),
        ("text", "x" * 4001),
        ("way", "pigeon"),
        ("received_on", None),
        ("received_on", date(2017, 1, 1)),
        ("received_on", date(2999, 1, 1)),
        ("email", "nobody"),
        ("name", "x" * 121),
    ],
)
def test_what_is_wrong_is_said_of_its_field(organisation: Organisation, field: str, value: object) -> None:
    with pytest.raises(InvalidFields) as refused:
        brought(organisation, **{field: value})
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("text", ["", "x" * 4001])
def test_an_answer_needs_words(organisation: Organisation, text: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        complaints.answer_complaint(SYSTEM, complaint=brought(organisation), text=text)
    assert list(refused.value.errors) == ["answer"]


def test_a_form_says_what_is_wrong_with_it() -> None:
    with pytest.raises(Invalid) as refused:
        complaints.parse_by_page({"email": "x"})
    assert set(refused.value.errors) == {"text", "email"}
    with pytest.raises(Invalid):
        complaints.parse_by_link({"text": "\x00"})


def test_of_who_is_not_known_any_more_nothing_is_kept(organisation: Organisation) -> None:
    [refused] = made_up.act("complain-by-link", organisation.id, uuid7(), {"text": "Hello"})
    assert (refused.code, Complaint.objects.count()) == ("not-found", 0)


def test_a_person_of_another_organisation_is_nobody_here(organisation: Organisation, ada: Person) -> None:
    others = made_up.organisation("others", "Others")
    [refused] = made_up.act("complain-by-link", others.id, ada.id, {"text": "Hello"})
    assert (refused.code, Complaint.objects.count()) == ("not-found", 0)


def test_only_who_sees_everybodys_address_deals_with_it(organisation: Organisation) -> None:
    root = made_up.root(organisation)
    made = made_up.complaint(organisation)
    treasurer = made_up.actor(root, made_up.TREASURER, "tess@example.org")
    assert complaint_for(treasurer, made.id) == made
    assert list(complaints_seen_by(treasurer, organisation)) == [made]
    mailer = made_up.actor(root, made_up.MAILER, "mo@example.org")
    others = made_up.actor(
        made_up.root(made_up.organisation("others", "Others")), made_up.OWNER, "max@example.org"
    )
    for nobody, why in ((mailer, NotAllowed), (others, NotFound)):
        with pytest.raises(why):
            complaint_for(nobody, made.id)
        with pytest.raises(why):
            complaints_seen_by(nobody, organisation)
        with pytest.raises(why):
            complaints.acknowledge(nobody, complaint=made)
        with pytest.raises(why):
            complaints.answer_complaint(nobody, complaint=made, text="Done.")
        said = Brought(text="x", way="post", received_on=now().date())
        with pytest.raises(why):
            complaints.enter_complaint(nobody, organisation=organisation, brought=said)
    with pytest.raises(NotFound):
        complaint_for(SYSTEM, uuid7())


def test_the_oldest_without_an_answer_comes_first(organisation: Organisation) -> None:
    days = [now().date() - timedelta(days=ago) for ago in (3, 9, 5)]
    late, oldest, middle = (brought(organisation, received_on=day) for day in days)
    complaints.answer_complaint(SYSTEM, complaint=oldest, text="Done.")
    assert list(complaints_seen_by(SYSTEM, organisation)) == [middle, late, oldest]
    assert complaints.complaints_waiting([organisation.id]) == 2


def test_it_goes_with_whoever_asks_to_be_forgotten_and_stays_when_a_record_ends(
    organisation: Organisation, ada: Person
) -> None:
    made_up.complaint(organisation, ada)
    erase(organisation.id, {ada.id})
    assert Complaint.objects.get().person is None
    again = made_up.person(organisation, "Ada")
    assert again.email == ada.email
    made_up.complaint(organisation, email=ada.email.upper())
    made_up.complaint(organisation)
    erase(organisation.id, {again.id}, {again.id: now()})
    assert [one.email for one in Complaint.objects.all()] == ["cass@example.org"]


def test_two_years_after_the_answer_it_is_deleted(organisation: Organisation) -> None:
    complaints.answer_complaint(SYSTEM, complaint=brought(organisation), text="Done.")
    brought(organisation)
    with time_machine.travel(now() + complaints.KEPT - timedelta(minutes=1)):
        assert complaints.forget_old_complaints() == 0
    with time_machine.travel(now() + complaints.KEPT + timedelta(minutes=1)):
        assert complaints.forget_old_complaints() == 1
    assert Complaint.objects.get().answered_at is None
