"""The mail with which somebody signs in, written at the moment it is sent."""

from django.conf import settings
from django.template.loader import render_to_string

from groundswell.groups.codes import CODE_LASTS, code_of
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
        "account": account,
        "code": f"{code[:4]} {code[4:]}",
        "minutes": int(CODE_LASTS.total_seconds()) // 60,
        "site": settings.PUBLIC_URL,
        "note": settings.DEMONSTRATION_NOTE if settings.ENVIRONMENT.demo else "",
    }
    lines = render_to_string("groups/mail/sign_in.txt", context).strip().split("\n", 1)
    return Mail(to=account.email, subject=lines[0].removeprefix("Subject: "), text=lines[1].strip() + "\n")
