"""The mail with which somebody signs in, written at the moment it is sent."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from groundswell.groups.operations import MAILED_LINK_LASTS, make_mailed_link
from groundswell.groups.queries import account_by_email
from groundswell.kit.clock import now
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect


def sign_in(effect: Effect) -> Mail | None:
    """A link that signs in once; None where the address is no account's, or the link would be too old."""
    account = account_by_email(effect.address)
    expires_at = effect.created_at + MAILED_LINK_LASTS
    if account is None or expires_at <= now():
        return None
    secret = make_mailed_link(account=account, link_id=effect.subject, expires_at=expires_at)
    link = settings.PUBLIC_URL + reverse("desk:sign-in-link", args=[secret])
    context = {
        "account": account,
        "link": link,
        "minutes": int(MAILED_LINK_LASTS.total_seconds()) // 60,
        "note": settings.DEMONSTRATION_NOTE if settings.ENVIRONMENT.demo else "",
    }
    lines = render_to_string("groups/mail/sign_in.txt", context).strip().split("\n", 1)
    return Mail(to=account.email, subject=lines[0].removeprefix("Subject: "), text=lines[1].strip() + "\n")
