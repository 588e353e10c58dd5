"""Two organisations with everything in them, and a third with an offer; all personas; canaries everywhere."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.test import Client

from groundswell.attendances.answers import QUESTION
from groundswell.attendances.assigning import assign
from groundswell.attendances.bloc_notices import tell_bloc
from groundswell.attendances.models import Attendance, Notice
from groundswell.attendances.notices import tell
from groundswell.blocs import callers
from groundswell.blocs.access import calling_for
from groundswell.blocs.details import Coach, Looks
from groundswell.blocs.models import Bloc, Caller
from groundswell.discussions.models import Caller as Asked
from groundswell.discussions.models import Discussion, Meeting, Outcome
from groundswell.discussions.operations import ask as ask_to_discuss
from groundswell.endorsements import operations as endorsements
from groundswell.endorsements.models import Endorsement
from groundswell.endorsements.subjects import subject_at
from groundswell.events import cohosts
from groundswell.events import operations as events
from groundswell.events.models import CoHost, Event, Picture, Question, Series, Template
from groundswell.events.questions import Asking, set_questions
from groundswell.events.series import begin_series
from groundswell.events.templates import keep_as_template
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
    actor_for,
)
from groundswell.groups.affiliations import Kind, end_affiliation, offer_affiliation
from groundswell.groups.invitations import invite
from groundswell.groups.models import (
    Account,
    ApiToken,
    Approval,
    Group,
    Invitation,
    Membership,
    Organisation,
    RecoveryAddress,
)
from groundswell.groups.new_owners import ask_for_owner
from groundswell.groups.recovery import confirm_recovery, name_recovery
from groundswell.groups.recovery import token_of as recovery_token
from groundswell.groups.roles import Role
from groundswell.intake.models import SetAside
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.mailings.models import Link, Mailing
from groundswell.outbox.delivery import deliver
from groundswell.outbox.models import Effect
from groundswell.people.complaints import answer_complaint
from groundswell.people.merging import merge
from groundswell.people.models import Complaint, Import, Person, Segment
from groundswell.people.saved import save_segment
from groundswell.people.segments import Segmentation
from groundswell.people.sorting import put_into_group, tag_people
from tests import made_up
from tests.guards import canaries
from tests.guards.canaries import Canary
from tests.guards.personas import OF_THE_OTHER, TOKENS, Persona
from tests.mailings.archived import letter

ROLES = {
    Persona.VIEWER: (VIEWER, "root"),
    Persona.STEWARD: (STEWARD, "root"),
    Persona.ORGANISER: (ORGANISER, "root"),
    Persona.OWNER: (OWNER, "root"),
    Persona.EX_MEMBER: (OWNER, "root"),
    Persona.ENDED: (OWNER, "root"),
    Persona.PRESS: (PRESS, "root"),
    Persona.MAILER: (MAILER, "root"),
    Persona.TREASURER: (TREASURER, "root"),
    Persona.CLOSED: (OWNER, "root"),
    Persona.VOLUNTEER: (VIEWER, "root"),
    Persona.BRANCH: (OWNER, "branch"),
}


@dataclass
class Partner:
    """A further organisation that was asked to hold the event, with its owner, perhaps with people of its own."""

    name: str
    organisation: Organisation
    cohost: CoHost
    account: Account
    who: str


@dataclass
class Tenant:
    """One organisation with all that it can have; every event has people, in the branch's event others."""

    name: str
    organisation: Organisation
    root: Group
    branch: Group
    draft: Event
    series: Series
    mailing: Mailing
    link: Link
    template: Template
    segment: Segment
    brought: Import
    complaint: Complaint
    event: Event
    picture: Picture
    notice: Notice
    bloc_notice: Notice
    branch_event: Event
    attendance: Attendance
    bloc: Bloc
    bloc_draft: Bloc
    discussion: Discussion
    discussion_draft: Discussion
    meeting: Meeting
    outcome: Outcome
    asked: Endorsement
    endorsement: Endorsement
    mail: Effect
    accounts: dict[Persona, Account]
    tokens: dict[Persona, str]
    invitation: Invitation | Membership
    approval: Approval
    recovery: RecoveryAddress
    sign_in_secret: str
    partners: dict[Persona, Partner]
    calls: list[Caller] = field(default_factory=list)
    questions: list[Asked] = field(default_factory=list)

    HERE: ClassVar = ("ada", "bo")
    IN_BRANCH: ClassVar = ("cy",)

    @property
    def bo(self) -> UUID:
        """Who answered the same event and is somebody else."""
        return Person.objects.get(organisation=self.organisation, email=canaries.email_of(self.name, "bo")).id

    def canaries(self) -> list[Canary]:
        """What may be shown to some of its people only."""
        return [
            *canaries.of_organisation(self.name, self.HERE, self.IN_BRANCH),
            *canaries.of_accounts(self.name, self.accounts),
            *(
                canary
                for persona, partner in self.partners.items()
                for canary in canaries.of_partner(partner.name, persona, partner.who)
            ),
        ]


@dataclass
class World:
    """The organisation whose things are asked for, and another one.

    The other one is a former caller of the bloc that is asked for, and has asked this one to call to its own.
    """

    own: Tenant
    other: Tenant
    sessions: dict[Persona, str] = field(default_factory=dict)
    stale: dict[Persona, str] = field(default_factory=dict)
    canaries: list[Canary] = field(default_factory=list)

    def client(self, persona: Persona, *, fresh: bool = True) -> Client:
        """A browser, or a program, in which this persona is who they are, and has said so just now or long ago."""
        if persona in TOKENS:
            secret = (
                (self.other.tokens[Persona.TOKEN]) if persona == Persona.OTHER_TOKEN else self.own.tokens[persona]
            )
            return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
        client = Client(raise_request_exception=False)
        sessions = self.sessions if fresh else self.stale
        if persona in sessions:
            client.cookies["session"] = sessions[persona]
        return client


def build() -> World:
    """Everything, by the operations that the doors call."""
    own, other = tenant("ours"), tenant("theirs")
    own.questions.append(ask_to_discuss(SYSTEM, discussion=other.discussion, group=own.root))
    own.calls.append(callers.invite(SYSTEM, bloc=other.bloc, group=own.root))
    world = World(own, other)
    former = callers.accept(SYSTEM, caller=callers.invite(SYSTEM, bloc=own.bloc, group=other.root))
    callers.remove(SYSTEM, bloc=own.bloc, caller=former)
    made_up.bloc_in_march(other.root, own.event, name="theirs in ours")
    details = made_up.endorsement_details()
    endorsements.stand(SYSTEM, group=other.root, subject=subject_at(f"/g/{own.root.slug}"), details=details)
    made_up.allied(world.own.organisation, world.other.organisation, Kind.WING)
    third = made_up.organisation("third", canaries.THIRD.text)
    offer_affiliation(SYSTEM, organisation=third, address="ours", kind=Kind.ALLY)
    stranger = Account.objects.create(email="stranger@example.org", name="Stranger")
    there = {
        OF_THE_OTHER[persona]: account
        for persona, account in world.other.accounts.items()
        if persona in OF_THE_OTHER
    }
    partners = {persona: partner.account for persona, partner in world.own.partners.items()}
    roles = {Persona.STRANGER: stranger, **world.own.accounts, **there, **partners}
    world.sessions = {persona: _session_of(made_up.browser(account)) for persona, account in roles.items()}
    hour = timedelta(hours=1)
    world.stale = {persona: _session_of(made_up.browser(account, hour)) for persona, account in roles.items()}
    closed = [own.accounts[Persona.CLOSED].id, other.accounts[Persona.CLOSED].id]
    Account.objects.filter(id__in=closed).update(is_active=False)
    made_up.snapshot()
    theirs = [canaries.seen_from_there(canary) for canary in world.other.canaries()]
    world.canaries = [*world.own.canaries(), *theirs, *canaries.secrets(), canaries.THIRD]
    return world


def _session_of(browser: Client) -> str:
    return browser.cookies["session"].value


WORDS = {"kind": "note", "subject": "To all", "text": "Dear friends"}
"""What those are told who are coming."""


def tenant(name: str) -> Tenant:
    """An organisation in which everybody has what they can have."""
    organisation = made_up.organisation(name, name.title(), contact_email=f"office@{name}.example.org")
    organisation = made_up.logo(organisation)
    root = made_up.root(organisation)
    branch = made_up.branch(root, f"{name}-branch", f"{name.title()} branch")
    groups.create_campaign(SYSTEM, organisation=organisation, name="Homes for all")
    series = begin_series(SYSTEM, group=root, title=f"{name} series")
    event = made_up.event(root, series, title=f"{name} event", day=made_up.in_days(20))
    events.cancel(SYSTEM, event=made_up.event(root, title=f"{name} off", day=made_up.in_days(20)))
    twins = _organisation(f"{name}-twins")
    made_up.cohost(event, twins)
    branch_event = made_up.event(branch, title=f"{name} branch event", day=made_up.in_days(20))
    walking = made_up.bloc_in_march(root, event, **_staffed(name))
    attendance = _answers(name, event, walking, twins)
    put_into_group(SYSTEM, group=branch, people=[made_up.confirm(_answer(name, branch_event, "cy")).person_id])
    _set_aside(event)
    discussion = made_up.discussion(root, f"What does {name} want?")
    meeting = made_up.meeting(discussion, root, title=f"{name} evening")
    partners = _partners(name, event)
    accounts = _let_people_in(name, root, branch, event)
    assign(SYSTEM, event=event, account_id=accounts[Persona.VOLUNTEER].id, answers=[attendance.id])
    return Tenant(
        name=name,
        organisation=organisation,
        root=root,
        branch=branch,
        draft=made_up.draft(
            root, series, day=made_up.in_days(20), **{each: canaries.plan(name, each) for each in canaries.PLANS}
        ),
        series=series,
        mailing=made_up.kept_copy(made_up.mailing(root, []), str(attendance.person.email)),
        link=letter(root, event=event).links.get(),
        template=keep_as_template(SYSTEM, event=event, name=canaries.told(name, "template")),
        brought=_brought(name, organisation),
        complaint=_complaint(name, attendance),
        segment=_segment(name, organisation),
        event=event,
        picture=made_up.picture(event),
        notice=tell(SYSTEM, event=event, **WORDS),
        bloc_notice=tell_bloc(SYSTEM, caller=calling_for(SYSTEM, walking.id), **WORDS),
        branch_event=branch_event,
        attendance=attendance,
        bloc=walking,
        bloc_draft=made_up.bloc_draft(root, event, **_staffed(name, canaries.plan(name, "bloc"))),
        discussion=discussion,
        discussion_draft=made_up.question(root, canaries.plan(name, "question")),
        meeting=meeting,
        outcome=meeting.outcomes.get(),
        asked=made_up.asked_endorsement(f"/b/{walking.slug}", **_said_of_a_body(name)),
        endorsement=made_up.endorsement(f"/e/{event.slug}", body=f"{name} choir"),
        mail=Effect.objects.get(subject=attendance.id),
        partners=partners,
        accounts=accounts,
        tokens=_make_tokens(organisation),
        invitation=_invited(name, root, accounts[Persona.OWNER]),
        recovery=_recovery(organisation, canaries.recovery(name)),
        approval=_asked_for(name, root, accounts[Persona.OWNER]),
        sign_in_secret=groups.make_sign_in_link(account=accounts[Persona.OWNER]),
    )


def _invited(name: str, root: Group, by: Account) -> Invitation | Membership:
    terms = made_up.Terms(role=VIEWER)
    return invite(
        actor_for(by), group=root, email=_box(name, "guest"), terms=terms, name=canaries.told(name, "invited")
    )


def _asked_for(name: str, root: Group, by: Account) -> Approval:
    terms = made_up.Terms(role=OWNER)
    return ask_for_owner(actor_for(by), group=root, email=canaries.new_owner(name), terms=terms)


def _recovery(organisation: Organisation, email: str) -> RecoveryAddress:
    """One that counts, and one that waits for its link to be pressed."""
    for address in (email, f"next-{email}"):
        made = name_recovery(SYSTEM, organisation=organisation, email=address)
        assert made
        if address == email:
            confirm_recovery(token=recovery_token(made.id))
    return made


def _staffed(name: str, called: str = "") -> dict[str, object]:
    """A bloc with everything, and stewards whom only stewards may know."""
    who = Looks(name=canaries.steward(name), phone=canaries.telephone(name))
    return {
        "name": called or f"{name} bloc",
        "latitude": 51.5076,
        "longitude": -0.1279,
        "stewards": (who, Looks(name="Dee", section="Drums")),
        "pick_ups": (Coach(where="Riverside station", seats=49),),
    }


def _partners(name: str, event: Event) -> dict[Persona, Partner]:
    """Four more organisations: one holds the event too, one is asked to, two held it and have somebody there."""
    asked = _organisation(f"{name}-asked")
    partners = {
        Persona.PARTNER: _partner(Persona.PARTNER, event, _organisation(f"{name}-partners"), "pam"),
        Persona.REMOVED: _partner(Persona.REMOVED, event, _organisation(f"{name}-removed"), "rex"),
        Persona.LEFT: _partner(Persona.LEFT, event, _organisation(f"{name}-left"), "liz"),
        Persona.ASKED: Partner(
            asked.slug,
            asked,
            cohosts.invite(SYSTEM, event=event, organisation=asked),
            _owner(Persona.ASKED, asked),
            "",
        ),
    }
    cohosts.remove(SYSTEM, cohost=partners[Persona.REMOVED].cohost)
    cohosts.leave(SYSTEM, cohost=partners[Persona.LEFT].cohost)
    left = partners[Persona.LEFT].organisation
    ally = made_up.allied(event.organisation, left, Kind.ALLY)
    end_affiliation(SYSTEM, organisation=left, affiliation_id=ally.id)
    return partners


def _organisation(slug: str) -> Organisation:
    return made_up.organisation(slug, slug.replace("-", " ").title())


def _owner(persona: Persona, of: Organisation) -> Account:
    email, name = canaries.account_email(of.slug, persona), canaries.account_name(of.slug, persona)
    return made_up.account(made_up.root(of), OWNER, email, name)


def _partner(persona: Persona, event: Event, organisation: Organisation, who: str) -> Partner:
    cohost = made_up.cohost(event, organisation)
    made_up.confirm(_answer(organisation.slug, event, who, by=organisation))
    return Partner(organisation.slug, organisation, cohost, _owner(persona, organisation), who)


def _answers(name: str, event: Event, bloc: Bloc, twins: Organisation) -> Attendance:
    """Two answer, one of them twice, and first on the page of a bloc; returns that one."""
    [asked] = _ask(event)
    told = {"needs": canaries.told(name, "need"), f"{QUESTION}{asked.id}": canaries.told(name, "response")}
    ada = made_up.confirm(_answer(name, bloc, "ada", **told))
    # The same mailbox on both pages: what counts it once must be seen nowhere.
    twice = made_up.answer(event, canaries.email_of(name, "ada"), "Ada", by=twins)
    deliver()
    made_up.confirm(twice)
    _answer(name, event, "bo")
    _sorted(name, ada)
    return ada


def _answer(name: str, to: Event | Bloc, who: str, by: Organisation | None = None, **told: str) -> Attendance:
    """Somebody says that they are coming, and gets the mail; Ada and partners' people need and offer something."""
    who_they_are = canaries.email_of(name, who), canaries.name_of(name, who)
    typed = {"postcode": "" if by else canaries.SECTORS[name][0], "via": canaries.via_of(name, who)}
    typed |= {"needs": "A seat", "offer-drive": "yes"} if by or who == "ada" else {}
    typed |= told
    if isinstance(to, Bloc):
        made = made_up.joined(to, *who_they_are, by=by, updates="yes", nearby="yes", **typed)
    else:
        made = made_up.answer(to, *who_they_are, by=by, boxes=("agree", "updates", "nearby"), **typed)
    deliver()
    return made


def _ask(event: Event) -> list[Question]:
    asked = Asking(text="From where?", purpose="To book coaches", days=3)
    return list(set_questions(SYSTEM, event=event, questions=[asked]))


def _sorted(name: str, attendance: Attendance) -> None:
    """Ada has a telephone, and a word by which people are sorted."""
    Person.objects.filter(id=attendance.person_id).update(phone=canaries.number(name))
    people, of = [attendance.person_id], attendance.organisation
    tag_people(SYSTEM, organisation=of, people=people, name=canaries.told(name, "tag"))
    _made_one(name, of)


def _made_one(name: str, of: Organisation) -> None:
    """Two entries became one, and took the name of the one that is no more."""
    kept, away = (made_up.person(of, called) for called in (f"Dot {canaries.told(name, 'former')}", "Dee"))
    merge(SYSTEM, kept=kept, away=away, taken=("name",))


def _brought(name: str, of: Organisation) -> Import:
    made = made_up.brought(of, "nobody")
    made.file_name = canaries.told(name, "file")
    made.save(update_fields=["file_name"])
    return made


def _said_of_a_body(name: str) -> dict[str, object]:
    told = {"body": canaries.told(name, "body"), "text": canaries.told(name, "motion")}
    return {"contact_email": canaries.secretary(name), **told}


def _box(name: str, who: str) -> str:
    return f"{canaries.told(name, who)}@people.example.org"


def _answered_complaint(name: str, of: Organisation) -> None:
    called, email = canaries.told(name, "complainer"), _box(name, "reply")
    made = made_up.complaint(of, name=called, email=email)
    answer_complaint(SYSTEM, complaint=made, text=canaries.told(name, "remedy"))


def _complaint(name: str, attendance: Attendance) -> Complaint:
    _answered_complaint(name, attendance.organisation)
    made = made_up.complaint(attendance.organisation, attendance.person, text=canaries.complaint(name))
    deliver()
    return made


def _set_aside(event: Event) -> None:
    SetAside.objects.create(
        organisation_id=event.organisation_id,
        id=uuid7(),
        kind="attend",
        subject=event.id,
        code="x",
        sentence="Why.",
    )


def _let_in(name: str, persona: Persona, group: Group, role: Role, **terms: UUID) -> Account:
    email, called = canaries.account_email(name, persona), canaries.account_name(name, persona)
    return made_up.account(group, role, email, called, **terms)


def _segment(name: str, of: Organisation) -> Segment:
    return save_segment(SYSTEM, organisation=of, name=f"{name} segment", segmentation=Segmentation())


def _let_people_in(name: str, root: Group, branch: Group, event: Event) -> dict[Persona, Account]:
    accounts = {
        persona: _let_in(name, persona, {"root": root, "branch": branch}[where], role)
        for persona, (role, where) in ROLES.items()
    }
    accounts[Persona.AT_EVENT] = _let_in(name, Persona.AT_EVENT, root, STEWARD, event_id=event.id)
    Membership.objects.filter(account=accounts[Persona.EX_MEMBER]).delete()
    Membership.objects.filter(account=accounts[Persona.ENDED]).update(ends_at=now())
    volunteer = Membership.objects.filter(account=accounts[Persona.VOLUNTEER])
    volunteer.update(contact=True, ends_at=now() + timedelta(hours=72))
    return accounts


def _make_tokens(organisation: Organisation) -> dict[Persona, str]:
    kinds = {
        Persona.TOKEN: (OWNER, True),
        Persona.BARE_TOKEN: (ORGANISER, False),
        Persona.REVOKED_TOKEN: (OWNER, True),
    }
    made = {
        persona: groups.make_api_token(
            SYSTEM, organisation=organisation, label=persona.word, contact_data=contact, role=role
        )
        for persona, (role, contact) in kinds.items()
    }
    ApiToken.objects.filter(organisation=organisation, label=Persona.REVOKED_TOKEN.word).update(revoked_at=now())
    return made
