"""The mails to those who work here, each written at the moment it is sent."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from groundswell.groups.codes import CODE_LASTS, code_of
from groundswell.groups.invitations import INVITATION_LASTS, token_of
from groundswell.groups.models import Account, Invitation
from groundswell.groups.queries import account_by_email
from groundswell.kit.clock import now
from groundswell.outbox.mail import Mail
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
    return _mail("sign_in", account.email, context)


def factors_changed(effect: Effect) -> Mail | None:
    """That how somebody signs in was changed; None where the account is gone."""
    account = Account.objects.filter(id=effect.subject, is_active=True).first()
    return _mail("factors_changed", account.email, {"site": settings.PUBLIC_URL}) if account else None


def invitation(effect: Effect) -> Mail | None:
    """The link that takes a role, once; None where the invitation was taken back or is too old."""
    found = Invitation.objects.select_related("group").filter(id=effect.subject, expires_at__gt=now()).first()
    if found is None:
        return None
    context: dict[str, object] = {
        "group": found.group.name,
        "link": settings.PUBLIC_URL + reverse("desk:invitation", args=[token_of(found.id)]),
        "days": INVITATION_LASTS.days,
        "site": settings.PUBLIC_URL,
    }
    return _mail("invitation", found.email, context)


def _mail(name: str, to: str, context: dict[str, object]) -> Mail:
    note = settings.DEMONSTRATION_NOTE if settings.ENVIRONMENT.demo else ""
    text = render_to_string(f"groups/mail/{name}.txt", {"note": note, **context})
    subject, _, body = text.strip().partition("\n")
    return Mail(to=to, subject=subject.removeprefix("Subject: "), text=body.strip() + "\n")
