"""The mails to those who work here, each written at the moment it is sent."""

from django.conf import settings
from django.urls import reverse

from groundswell.groups.access import living
from groundswell.groups.affiliations import OFFER_LASTS, sentence
from groundswell.groups.codes import CODE_LASTS, code_of
from groundswell.groups.invitations import INVITATION_LASTS, token_of, waiting
from groundswell.groups.models import Account, Affiliation, Invitation, Membership
from groundswell.groups.queries import account_by_email
from groundswell.kit.clock import now
from groundswell.outbox.mail import Mail, plain
from groundswell.outbox.models import Effect


def sign_in(effect: Effect) -> Mail | None:
    """A code that signs in once; None where the address is no account's, or the code would be too old."""
    account = account_by_email(effect.address)
    if account is None or effect.created_at + CODE_LASTS <= now():
        return None
    code = code_of(effect.subject, account.email)
    context = {
        "code": f"{code[:4]} {code[4:]}",
        "minutes": int(CODE_LASTS.total_seconds()) // 60,
        "site": settings.PUBLIC_URL,
    }
    return written("sign_in", account.email, context)


def factors_changed(effect: Effect) -> Mail | None:
    """That how somebody signs in was changed; None where the account is gone."""
    account = Account.objects.filter(id=effect.subject, is_active=True).first()
    return written("factors_changed", account.email, {"site": settings.PUBLIC_URL}) if account else None


def invitation(effect: Effect) -> Mail | None:
    """The link that takes a role, once; None where the invitation was taken back or is too old."""
    found = Invitation.objects.select_related("group").filter(waiting(), id=effect.subject).first()
    if found is None:
        return None
    context: dict[str, object] = {
        "group": found.group.name,
        "link": settings.PUBLIC_URL + reverse("desk:invitation", args=[token_of(found.id)]),
        "days": INVITATION_LASTS.days,
        "site": settings.PUBLIC_URL,
    }
    return written("invitation", found.email, context)


def welcome(effect: Effect) -> Mail | None:
    """That somebody has a role, and where they sign in; None where it was taken away."""
    found = Membership.objects.select_related("account", "group").filter(id=effect.subject).first()
    if found is None or not found.account.is_active:
        return None
    context: dict[str, object] = {
        "group": found.group.name,
        "email": found.account.email,
        "link": settings.PUBLIC_URL + reverse("desk:sign-in"),
    }
    return written("welcome", found.account.email, context)


def affiliation_offered(effect: Effect) -> Mail | None:
    """That another organisation offers an affiliation; None where it is no open offer any more."""
    found = _affiliation(effect)
    open_ = found and not found.accepted_at and not found.ended_at and found.offered_at + OFFER_LASTS > now()
    if found is None or not open_:
        return None
    return _to_owner(effect, found, "affiliation_offered", to_body=not found.offered_by_body)


def affiliation_accepted(effect: Effect) -> Mail | None:
    """That an offer was accepted; None where it has ended meanwhile."""
    found = _affiliation(effect)
    if found is None or found.ended_at:
        return None
    return _to_owner(effect, found, "affiliation_accepted", to_body=found.offered_by_body)


def affiliation_ended(effect: Effect) -> Mail | None:
    """That an offer was declined, or that an affiliation ended."""
    found = _affiliation(effect)
    return _to_owner(effect, found, "affiliation_ended", to_body=not found.ended_by_body) if found else None


def _affiliation(effect: Effect) -> Affiliation | None:
    return Affiliation.objects.select_related("organisation", "body").filter(id=effect.subject).first()


def _to_owner(effect: Effect, found: Affiliation, name: str, *, to_body: bool) -> Mail | None:
    """To the account that the mail is for, while it still owns the organisation."""
    ours, theirs = (found.body, found.organisation) if to_body else (found.organisation, found.body)
    owners = Membership.objects.select_related("account").filter(
        living(),
        event_id=None,
        group__organisation=ours,
        group__parent=None,
        role=Membership.Role.OWNER,
        account__is_active=True,
    )
    owner = next((one for one in owners if one.account_id == effect.about), None)
    if owner is None:
        return None
    context: dict[str, object] = {
        "ours": ours.name,
        "theirs": theirs.name,
        "sentence": sentence(found),
        "accepted": found.accepted_at,
        "link": settings.PUBLIC_URL + reverse("desk:allies", args=[ours.slug]),
        "days": OFFER_LASTS.days,
    }
    return written(name, owner.account.email, context)


def written(name: str, to: str, context: dict[str, object]) -> Mail:
    return plain(f"groups/mail/{name}.txt", to, context)
