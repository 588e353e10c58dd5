"""The mails to those who work here, each written at the moment it is sent."""

from django.conf import settings
from django.template.loader import render_to_string

from groundswell.groups.codes import CODE_LASTS, code_of
from groundswell.groups.models import Account
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
    return _mail("sign_in", account, context)


def factors_changed(effect: Effect) -> Mail | None:
    """That how somebody signs in was changed; None where the account is gone."""
    account = Account.objects.filter(id=effect.subject, is_active=True).first()
    return _mail("factors_changed", account, {"site": settings.PUBLIC_URL}) if account else None


def _mail(name: str, account: Account, context: dict[str, object]) -> Mail:
    note = settings.DEMONSTRATION_NOTE if settings.ENVIRONMENT.demo else ""
    text = render_to_string(f"groups/mail/{name}.txt", {"account": account, "note": note, **context})
    subject, _, body = text.strip().partition("\n")
    return Mail(to=account.email, subject=subject.removeprefix("Subject: "), text=body.strip() + "\n")
