"""Made-up organisations, accounts, events and people, all made by the operations that the doors call.

Names end in ``example.org``. Every function takes what a test is about and fills in the rest.
"""

import io
from collections.abc import Iterable
from datetime import date, time, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import transaction
from django.test import Client
from PIL import Image

from groundswell.attendances.marks import mark_those_there
from groundswell.attendances.models import Attendance, Tally
from groundswell.attendances.snapshots import take_snapshots
from groundswell.blocs import operations as blocs
from groundswell.blocs.callers import accept as accept_call
from groundswell.blocs.callers import invite as invite_caller
from groundswell.blocs.details import Coach, Looks
from groundswell.blocs.details import Details as BlocDetails
from groundswell.blocs.march import ask_for_place
from groundswell.blocs.models import Bloc, Caller
from groundswell.discussions import operations as discussions
from groundswell.discussions.models import Discussion, Meeting
from groundswell.discussions.operations import Decided, Said
from groundswell.endorsements import operations as endorsements
from groundswell.endorsements.details import Details as EndorsementDetails
from groundswell.endorsements.models import Endorsement
from groundswell.endorsements.subjects import subject_at
from groundswell.events import operations as events
from groundswell.events.cohosts import accept, arrange, arrangement_of
from groundswell.events.cohosts import invite as invite_cohost
from groundswell.events.details import Details, details_of
from groundswell.events.models import CoHost, Event, Picture, Series
from groundswell.events.pictures import set_picture
from groundswell.events.programme import Speaking, set_programme
from groundswell.events.questions import Asking, set_questions
from groundswell.events.series import begin_series
from groundswell.groups import operations as groups
from groundswell.groups.access import (
    MAILER,
    ORGANISER,
    OWNER,
    PRESS,
    STEWARD,
    SYSTEM,
    TREASURER,
    VIEWER,
    Actor,
    actor_for,
)
from groundswell.groups.affiliations import Kind, accept_affiliation, offer_affiliation
from groundswell.groups.approvals import HELD
from groundswell.groups.granting import Terms, grant
from groundswell.groups.logos import set_logo
from groundswell.groups.models import Account, Affiliation, Group, Membership, Organisation
from groundswell.groups.queries import root_group
from groundswell.groups.repeats import once
from groundswell.groups.roles import Role
from groundswell.intake import kinds
from groundswell.intake.kinds import Action, Refused
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.kit.text import mailbox_key
from groundswell.mailings import operations as mailings
from groundswell.mailings.kept import kept_path
from groundswell.mailings.models import Deferred, Delivery, Mailing, Result
from groundswell.ops.testing.pseudo import pseudo
from groundswell.outbox.delivery import deliver
from groundswell.outbox.transports import keep_file
from groundswell.people.imports import import_people, open_table
from groundswell.people.languages import offer_languages
from groundswell.people.models import Complaint, Import, Person, Purpose
from groundswell.people.operations import Granted, Typed, publish_wording, recognise
from groundswell.people.operations import grant as grant_consent
from groundswell.people.standard import publish_standard_wordings
from groundswell.people.taking_in import take_in

__all__ = [
    "MAILER",
    "ORGANISER",
    "OWNER",
    "PRESS",
    "STEWARD",
    "SYSTEM",
    "TREASURER",
    "VIEWER",
    "Kind",
    "offer_affiliation",
]


def organisation(slug: str = "tenants-union", name: str = "Tenants’ Union", **facts: str) -> Organisation:
    """An organisation with its root group and the standard wordings in force."""
    made = groups.create_organisation(SYSTEM, slug=slug, name=name, **facts)
    publish_standard_wordings(SYSTEM, organisation=made)
    return made


def person(organisation: Organisation, name: str) -> Person:
    """Somebody in an organisation's records, who allows nothing."""
    email = f"{name.split()[0].casefold()}@example.org".encode("ascii", "ignore").decode()
    known = recognise(organisation.id, [Typed(name=name, email=email)])
    return Person.objects.get(id=known[mailbox_key(email)])


def subscriber(organisation: Organisation, name: str, *purposes: str) -> Person:
    """Somebody who allows news by e-mail, or these purposes, and has confirmed it."""
    made = person(organisation, name)
    boxes = [
        Granted(person=made.id, purpose=purpose, wording=None, asked_at=now(), source=uuid7())
        for purpose in purposes or (Purpose.UPDATES,)
    ]
    grant_consent(organisation.id, boxes)
    return made


def brought(organisation: Organisation, *addresses: str) -> Import:
    """A file with these addresses, taken in; what is no address was left out."""
    with NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("\n".join(("email", *addresses, "")))
        file.flush()
        table = open_table(organisation.id, Path(file.name), "people.csv")
        begun = import_people(SYSTEM, organisation=organisation, table=table, keep_file=True)
    for taken in take_in(begun):
        begun = taken
    return begun


def complaint(organisation: Organisation, person: Person | None = None, **typed: str) -> Complaint:
    """One about how data is handled, by whom a link names, or else by whoever says so on our page."""
    form = {"text": "I asked you to stop.", "name": "Cass", "email": "cass@example.org", **typed}
    kind = "complain-by-link" if person else "complain"
    act(kind, organisation.id, person.id if person else organisation.id, form)
    return Complaint.objects.latest("received_at")


def mailing(group: Group, people: Iterable[Person]) -> Mailing:
    """One that was sent to these people: a copy reached each but the first, for whom it is tried again."""
    made = mailings.compose(
        SYSTEM, group=group, draft=mailings.Draft(words={"en": {"subject": "Come", "text": "Come."}})
    )
    for number, person in enumerate(people, start=1):
        own = {"organisation_id": group.organisation_id, "mailing_id": made.id, "number": number}
        Delivery.objects.create(**own, person=person)
        if number > 1:
            Result.objects.create(**own, state=Result.State.SENT)
        else:
            Deferred.objects.create(**own, due_at=now())
    return made


def kept_copy(mailing: Mailing, email: str, number: int = 1) -> Mailing:
    """A mailing of which a copy to this address is kept in a file, as where no mail server is set."""
    body = f"To: {email}\r\nFrom: us@example.org\r\nSubject: Come\r\n\r\nCome to http://127.0.0.1/e/rally\r\n"
    keep_file(kept_path(mailing.organisation_id, mailing.id, number), body.encode())
    return mailing


def speak(organisation: Organisation, language: str) -> None:
    """Offer an organisation's pages in one more language, with words for every box."""
    for purpose in (Purpose.EVENT, Purpose.UPDATES, Purpose.NEARBY):
        words = f"{pseudo(str(purpose.label))} ({language})"
        publish_wording(SYSTEM, organisation=organisation, purpose=purpose, text=words, language=language)
    offer_languages(SYSTEM, organisation=organisation, languages=[*organisation.offered, language])


def allied(one: Organisation, other: Organisation, kind: Kind = Kind.ALLY) -> Affiliation:
    """What the one is to the other, offered by the one and accepted by the other."""
    made = offer_affiliation(SYSTEM, organisation=one, address=other.slug, kind=kind)
    return accept_affiliation(SYSTEM, organisation=other, affiliation_id=made.id)


def root(of: Organisation) -> Group:
    """The organisation's root group."""
    return root_group(of.id)


def branch(parent: Group, slug: str = "riverside", name: str = "Riverside branch") -> Group:
    """A group below another one."""
    return groups.create_group(SYSTEM, parent=parent, slug=slug, name=name)


def account(
    group: Group, role: Role = ORGANISER, email: str = "olu@example.org", name: str = "Olu", **terms: Any
) -> Account:
    """Somebody with a role in a group, or at one event of its, until a moment."""
    return grant(SYSTEM, group=group, email=email, terms=Terms(role=role, **terms), name=name).account


def actor(group: Group, role: Role = ORGANISER, email: str = "olu@example.org", **terms: Any) -> Actor:
    """The same as an actor, as a door hands it to an operation."""
    return actor_for(account(group, role, email, **terms))


def browser(account: Account, ago: timedelta = timedelta(0)) -> Client:
    """A browser in which somebody has signed in, just now or some time ago."""
    made = Client()
    made.force_login(account)
    session = made.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "link", "at": (now() - ago).timestamp()}]
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()
    return made


def details(**facts: object) -> Details:
    """What an organiser says of an event: in a week, at half past six, in a hall."""
    ordinary: dict[str, object] = {
        "title": "Stand in unity",
        "text": "Bring a friend.",
        "day": in_days(7),
        "starts": time(18, 30),
        "venue_name": "Riverside Hall",
    }
    return Details(**{**ordinary, **facts})  # type: ignore[arg-type]


def in_days(days: int) -> date:
    """The day that lies so many days ahead."""
    return now().date() + timedelta(days=days)


def draft(group: Group, series: Series | None = None, **facts: object) -> Event:
    """An event that nobody sees yet."""
    return events.announce(SYSTEM, group=group, details=details(**facts), series=series)


def carried(event: Event) -> None:
    """A request about an event that a program may send again."""
    organisation = event.organisation
    groups.make_api_token(SYSTEM, organisation=organisation, label="one", contact_data=False)
    token = organisation.api_tokens.get(label="one")
    once(organisation_id=organisation.id, token_id=token.id, key="k", sent="s", deed=lambda: event.id)


def in_full(group: Group) -> Event:
    """A draft with something in every part of the form, changed once."""
    facts = {"online_url": "https://meet.example.org/unity", "step_free": "yes", "capacity": 40, "target": 60}
    made = draft(group, title="All of it", contact_name="Olu", contact_how="office@example.org", **facts)
    set_programme(SYSTEM, event=made, speakers=[Speaking(name="Bea", line="Nurse")] * 2)
    coach = Asking(text="Which coach?", kind="choice", choices=("North", "South"), purpose="To book seats")
    set_questions(SYSTEM, event=made, questions=[coach])
    picture(made)
    return events.change(SYSTEM, event=made, details=details_of(made))


def event(group: Group, series: Series | None = None, **facts: object) -> Event:
    """A published event."""
    return events.publish(SYSTEM, event=draft(group, series, **facts))


def bloc_details(**facts: object) -> BlocDetails:
    """What the callers say of a bloc: it gathers at half past eleven, and has a steward and a coach."""
    ordinary: dict[str, object] = {
        "name": "Red bloc",
        "text": "Behind one banner.",
        "landmark": "The steps of the library",
        "gathers": time(11, 30),
        "sets_off": time(12, 15),
        "stewards": (Looks(name="Chris", phone="07700 900001"),),
        "pick_ups": (Coach(where="Riverside station", leaves=time(7), seats=49),),
    }
    return BlocDetails(**{**ordinary, **facts})  # type: ignore[arg-type]


def bloc_draft(group: Group, of: Event, **facts: object) -> Bloc:
    """A bloc of a group's, in an event of anybody's, that nobody sees yet."""
    return blocs.call(SYSTEM, group=group, event=of, details=bloc_details(**facts))


def bloc(group: Group, of: Event, **facts: object) -> Bloc:
    """A published bloc."""
    return blocs.publish(SYSTEM, bloc=bloc_draft(group, of, **facts))


def bloc_in_march(group: Group, of: Event, **facts: object) -> Bloc:
    """A published bloc with a place in the order of march."""
    return ask_for_place(SYSTEM, bloc=bloc(group, of, **facts))


def series(group: Group, title: str = "Homes for all", text: str = "The same everywhere.") -> Series:
    """Events that belong together, none of them yet."""
    return begin_series(SYSTEM, group=group, title=title, text=text)


def cohost(to: Event, organisation: Organisation) -> CoHost:
    """An organisation that holds an event together with its host, asked and accepted."""
    arranged = arrangement_of(to.id) or arrange(
        SYSTEM, event=to, duties="The host books the hall.", contact="data@example.org"
    )
    invited = invite_cohost(SYSTEM, event=to, organisation=organisation)
    return accept(SYSTEM, cohost=invited, group=root(organisation), version=arranged.version)


def question(group: Group, words: str = "How do we assemble mass support?") -> Discussion:
    """A question that nobody sees yet."""
    return discussions.begin(SYSTEM, group=group, question=words, background="It is time.")


def discussion(group: Group, words: str = "How do we assemble mass support?") -> Discussion:
    """A question that is open to meetings."""
    return discussions.open_it(SYSTEM, discussion=question(group, words))


def decided(text: str, **more: Any) -> Decided:
    """What a meeting decided: the branch sees to it, within a month."""
    return Decided(**{"text": text, "owner": "The branch", "due": in_days(30), **more})


def meeting(on: Discussion, group: Group, title: str = "An evening", days: int = 20) -> Meeting:
    """A meeting on a question, so many days from now, written up."""
    held = event(group, title=title, kind="discussion", day=in_days(days))
    made = discussions.hold(SYSTEM, discussion=on, event=held)
    said = [Said(heading="Rents", text="They rose by a third.")]
    stall = decided(f"A stall after {title}")
    discussions.write_up(SYSTEM, meeting=made, said=said, decided=[stall])
    return made


def endorsement_details(**facts: object) -> EndorsementDetails:
    """What is said of a union's branch that stands with something, by a motion."""
    ordinary: dict[str, object] = {
        "body": "Rail workers, Riverside branch",
        "kind": "union-branch",
        "decided": "motion",
        "text": "We march.",
        "contact_email": "secretary@rail.example.org",
    }
    return EndorsementDetails(**{**ordinary, **facts})  # type: ignore[arg-type]


def asked_endorsement(page: str, **facts: object) -> Endorsement:
    """A body that an organiser says stands with what has this page; its contact is asked."""
    return endorsements.enter(SYSTEM, subject=subject_at(page), details=endorsement_details(**facts))


def endorsement(page: str, **facts: object) -> Endorsement:
    """The same, confirmed: it is shown."""
    return endorsements.confirm(token=endorsements.token_of(asked_endorsement(page, **facts).id))


def picture(of: Event, alt: str = "A crowd before a hall", size: tuple[int, int] = (1200, 675)) -> Picture:
    """An event's picture: a grey that gets lighter."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).save(file, "JPEG")
    return set_picture(SYSTEM, event=of, upload=file.getvalue(), alt=alt)


def logo(of: Organisation, alt: str = "A fist") -> Organisation:
    """An organisation with a logo: a grey that gets lighter."""
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, "PNG")
    return set_logo(SYSTEM, organisation=of, upload=file.getvalue(), alt=alt)


def programme(of: Event, *speakers: tuple[str, str]) -> None:
    """Who speaks, each announced: a name, and a line about them."""
    lines = [Speaking(name=name, line=line, standing="announced") for name, line in speakers]
    set_programme(SYSTEM, event=of, speakers=lines)


def answer(
    to: Event,
    email: str = "ada@example.org",
    name: str = "Ada",
    *,
    guests: int = 0,
    postcode: str = "",
    via: str = "",
    boxes: Iterable[str] = ("agree",),
    by: Organisation | None = None,
    **more: str,
) -> Attendance:
    """Somebody's answer, not confirmed yet: the form as it is typed, read and settled as in the loop.

    ``by`` is the organisation on whose page it is given, where that is not the host.
    """
    side = by.id if by else to.organisation_id
    form = {"name": name, "email": email, "guests": str(guests), "postcode": postcode, **more}
    refused = act("attend", side, to.id, {**form, **dict.fromkeys(boxes, "yes")}, via=via)
    assert not refused, refused
    answers = Attendance.objects.select_related("person").filter(event=to, organisation_id=side)
    return answers.get(person__email_key=mailbox_key(email))


def joined(
    to: Bloc,
    email: str = "ada@example.org",
    name: str = "Ada",
    *,
    guests: int = 0,
    via: str = "",
    by: Organisation | None = None,
    **more: str,
) -> Attendance:
    """Somebody's answer on the page of a bloc, not confirmed yet; ``by`` is the caller whose page it is."""
    side = by.id if by else to.organisation_id
    form = {"name": name, "email": email, "guests": str(guests), "agree": "yes", **more}
    refused = act("join", side, to.id, form, via=via)
    assert not refused, refused
    answers = Attendance.objects.select_related("person").filter(event=to.event_id, organisation_id=side)
    return answers.get(person__email_key=mailbox_key(email))


def call_together(of: Bloc, organisation: Organisation) -> Caller:
    """Another organisation calls to the bloc as well."""
    return accept_call(SYSTEM, caller=invite_caller(SYSTEM, bloc=of, group=root(organisation)))


def confirmed(to: Event, email: str = "ada@example.org", name: str = "Ada", **typed: object) -> Attendance:
    """Somebody's answer, confirmed by the button in the mail."""
    return confirm(answer(to, email, name, **typed))  # type: ignore[arg-type]


def confirm(attendance: Attendance) -> Attendance:
    """The press on "Yes, I'm coming" under what the attendance says now."""
    return _chosen("confirm", attendance, {"answer": str(attendance.action)})


def crowd(of: Attendance, people: int) -> list[Attendance]:
    """So many more who answered as this one did."""

    def copy[M: (Attendance, Person)](one: M, **facts: object) -> M:
        own = {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}
        return type(one)(**{**own, "id": uuid7(), **facts})

    who = [f"crowd-{uuid7()}@example.org" for _ in range(people)]
    persons = [copy(of.person, email=email, email_key=email) for email in who]
    Person.objects.bulk_create(persons)
    return Attendance.objects.bulk_create(copy(of, person_id=one.id, action=uuid7()) for one in persons)


def held_for_long(group: Group) -> None:
    """Let everybody have had their roles in an organisation for long enough to be a second person."""
    Membership.objects.filter(organisation_id=group.organisation_id).update(since=now() - 2 * HELD)


def cancel(attendance: Attendance) -> Attendance:
    """The press on "I'm not coming"."""
    return _chosen("cancel", attendance, {})


def change(attendance: Attendance, **form: str) -> Attendance:
    """The form behind "Change your answer"."""
    return _chosen("change", attendance, {"answer": "accepted", **form})


def _chosen(kind: str, attendance: Attendance, form: dict[str, str]) -> Attendance:
    refused = act(kind, attendance.organisation_id, attendance.id, form)
    assert not refused, refused
    attendance.refresh_from_db()
    return attendance


def forget(attendance: Attendance) -> None:
    """The press on "Delete everything about me"."""
    refused = act("forget", attendance.organisation_id, attendance.person_id, {})
    assert not refused, refused


def act(kind: str, organisation_id: UUID, subject: UUID, form: dict[str, str], *, via: str = "") -> list[Refused]:
    """Read a form and hand the action to its noun's operation, as settling does; returns what was refused."""
    known = kinds.named(kind)
    action = Action(
        id=uuid7(),
        kind=kind,
        organisation_id=organisation_id,
        subject=subject,
        payload=known.parse(form),
        received_at=now(),
        via=via,
    )
    with transaction.atomic():
        return list(known.settle(organisation_id, [action]))


def send_mails() -> None:
    """The worker's rounds, until nothing is due any more."""
    while deliver():
        pass


def snapshot() -> None:
    """What others see of events that are held together, as if another hour had passed."""
    while mark_those_there():
        pass
    Tally.objects.filter(frozen_at=None).update(shown_at=None)
    take_snapshots()
