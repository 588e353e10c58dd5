"""Strings that stand in one place only: wherever one turns up, it is known whose it is and who may see it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps

from groundswell.kit.privacy import Class, tables
from tests.guards.personas import (
    MEMBERS,
    NAMED,
    NOBODY,
    OF_THE_OTHER,
    ORGANISERS,
    OWN_TOKENS,
    OWNERS,
    STEWARDS,
    TREASURERS,
    Persona,
    Personas,
)

SECTORS = {"ours": ("ZE3 9JW", "ZE3 9"), "theirs": ("KW17 2AB", "KW17 2")}
"""A postcode of each organisation's people, and what is stored of it."""


@dataclass(frozen=True)
class Canary:
    """One string, where it stands, and who may ever be shown it."""

    text: str
    where: str
    shown_to: Personas


def name_of(organisation: str, who: str) -> str:
    """What a supporter calls themselves."""
    return f"{organisation}canaryname{who}"


def email_of(organisation: str, who: str) -> str:
    """Where a supporter gets mail."""
    return f"{organisation}canarybox{who}@people.example.org"


def via_of(organisation: str, who: str) -> str:
    """Through whose link a supporter came."""
    return f"{organisation}canaryvia{who}"


def account_name(organisation: str, persona: Persona) -> str:
    """What somebody who works there is called."""
    return f"{organisation}canaryaccount{persona.word}"


def account_email(organisation: str, persona: Persona) -> str:
    """Where somebody who works there gets mail."""
    return f"{organisation}canarydesk{persona.word}@work.example.org"


def plan(organisation: str, field: str) -> str:
    """What a draft says that nobody outside may know yet."""
    return f"{organisation}canaryplan{field}"


def complaint(organisation: str) -> str:
    """What somebody finds wrong with how their data is handled."""
    return f"{organisation}canarycomplaint"


def told(organisation: str, what: str) -> str:
    """What somebody told an organisation, or it noted of them: the text of one more field."""
    return f"{organisation}canarytold{what}"


def answered(organisation: str) -> tuple[str, ...]:
    """What Ada told with her answer, and is shown again where she changes it."""
    return told(organisation, "need"), told(organisation, "response")


def number(organisation: str) -> str:
    """A supporter's telephone, which is short."""
    return f"{organisation}canaryno"


def steward(organisation: str) -> str:
    """What somebody who looks after a bloc is called."""
    return f"{organisation}canarysteward"


def telephone(organisation: str) -> str:
    """Where they are reached."""
    return f"{organisation}canaryphone"


def secretary(organisation: str) -> str:
    """Whose mailbox is asked whether a body stands with something."""
    return f"{organisation}canarysecretary@branch.example.org"


def new_owner(organisation: str) -> str:
    """Whom somebody asks to be made an owner."""
    return f"{organisation}canarynewowner@work.example.org"


def recovery(organisation: str) -> str:
    """Where somebody reads who can stop what an only owner is about to do."""
    return f"{organisation}canaryrecovery@work.example.org"


TOLD: dict[str, tuple[str, Personas]] = {
    "need": ("what ada needs", STEWARDS | {Persona.AT_EVENT}),
    "response": (
        "what ada answered to an event's own question",
        STEWARDS | {Persona.AT_EVENT, Persona.TREASURER, Persona.TOKEN},
    ),
    "tag": ("a tag of ada's", TREASURERS | {Persona.MAILER, Persona.TOKEN}),
    "complainer": ("the name of somebody who complained", TREASURERS),
    "reply": ("the address of somebody who complained", ORGANISERS),
    "remedy": ("what was answered to a complaint, which goes by mail", NOBODY),
    "former": ("the name of somebody before two entries became one", NOBODY),
    "file": ("the name of a file that was brought", ORGANISERS),
    "invited": ("the name of somebody who was invited", frozenset({Persona.OWNER})),
    "guest": ("the address of somebody who was invited", frozenset({Persona.OWNER})),
    "body": ("a body that has not said yet that it stands with something", MEMBERS | OWN_TOKENS),
    "motion": ("what is said of a body that has not confirmed it", MEMBERS | OWN_TOKENS),
    "template": ("the name of a template", ORGANISERS),
}
"""What else somebody told, by a word for it: where it stands, and who may be shown it."""

PLANS = ("title", "text", "venue_name", "venue_address", "access_information")


def of_organisation(organisation: str, here: Iterable[str], in_branch: Iterable[str]) -> Iterator[Canary]:
    """The canaries of one organisation, with people at the event of all and at that of a branch."""
    members, branch = MEMBERS, frozenset({Persona.BRANCH})
    at_event = frozenset({Persona.AT_EVENT})
    for who in here:
        more = frozenset({Persona.VOLUNTEER}) if who == "ada" else NOBODY
        yield from _of_person(organisation, who, more, at_event)
    for who in in_branch:
        yield from _of_person(organisation, who, branch)
    yield Canary(SECTORS[organisation][1], "the postcode's sector", members | branch | at_event | {Persona.TOKEN})
    for field in PLANS:
        yield Canary(plan(organisation, field), f"the {field} of a draft", members | OWN_TOKENS)
    yield Canary(plan(organisation, "bloc"), "the name of a bloc that is a draft", members | at_event)
    yield Canary(plan(organisation, "question"), "a question that is a draft", members)
    yield Canary(complaint(organisation), "what somebody complains of", TREASURERS)
    for what, (where, shown_to) in TOLD.items():
        yield Canary(told(organisation, what), where, shown_to)
    yield Canary(number(organisation), "the telephone of ada", TREASURERS)
    yield Canary(secretary(organisation), "the address of a body's contact", NOBODY)
    yield Canary(new_owner(organisation), "who is to be an owner", frozenset({Persona.OWNER}))
    yield Canary(recovery(organisation), "the recovery address", frozenset({Persona.OWNER}))
    yield Canary(steward(organisation), "the name of a steward", STEWARDS | at_event)
    yield Canary(telephone(organisation), "the telephone of a steward", STEWARDS | at_event)


def _of_person(organisation: str, who: str, more: Personas, by_name: Personas = NOBODY) -> Iterator[Canary]:
    token = {Persona.TOKEN}
    yield Canary(name_of(organisation, who), f"the name of {who}", NAMED | more | by_name | token)
    yield Canary(email_of(organisation, who), f"the address of {who}", TREASURERS | more | token)
    yield Canary(via_of(organisation, who), f"the link of {who}", MEMBERS | more | by_name | OWN_TOKENS)


def of_partner(organisation: str, persona: Persona, who: str) -> Iterator[Canary]:
    """Of one who holds an event of another organisation's, or held it: who works there, and who answered to it."""
    for text, where in (
        (account_name(organisation, persona), "the name"),
        (account_email(organisation, persona), "the address"),
    ):
        yield Canary(text, f"{where} of {persona.value}", frozenset({persona}))
    if who:
        yield from (
            Canary(text, f"the {where} of {who} of {persona.value}", frozenset({persona}))
            for text, where in (
                (name_of(organisation, who), "name"),
                (email_of(organisation, who), "address"),
                (via_of(organisation, who), "link"),
            )
        )


def of_accounts(organisation: str, personas: Iterable[Persona]) -> Iterator[Canary]:
    """Names and addresses of those who work there: an owner sees them, everybody their own, and the diary's names
    those who organise."""
    for persona in personas:
        owners = NOBODY if persona == Persona.EX_MEMBER else frozenset({Persona.OWNER, persona} & OWNERS)
        diary = owners | ORGANISERS
        yield Canary(account_name(organisation, persona), f"the name of {persona.value}", diary | {persona})
        yield Canary(account_email(organisation, persona), f"the address of {persona.value}", owners | {persona})


def seen_from_there(canary: Canary) -> Canary:
    """A canary of the other organisation, whose own people may see it."""
    shown_to = frozenset(OF_THE_OTHER[persona] for persona in canary.shown_to if persona in OF_THE_OTHER)
    return Canary(canary.text, f"{canary.where} of another organisation", shown_to)


THIRD = Canary("thirdcanaryname", "an offer of a third organisation", frozenset({Persona.OWNER}))
"""Until it is accepted, what a third organisation offers is between two."""


def secrets() -> Iterator[Canary]:
    """Every value of every field that the registry calls secret: nobody is ever shown one."""
    for table in tables():
        for name, one in table.fields.items():
            if one.kind == Class.SECRET and (table.model, name) != ("sessions.Session", "session_key"):
                for value in apps.get_model(table.model)._default_manager.values_list(name, flat=True):
                    if value:
                        yield Canary(str(value), f"{table.model}.{name}", NOBODY)
