"""The mails about what nobody does alone, each written at the moment it is sent."""

from django.conf import settings
from django.urls import reverse

from groundswell.groups import approvals
from groundswell.groups.mails import written
from groundswell.groups.models import Account, Approval, RecoveryAddress
from groundswell.groups.recovery import WORKS_FOR, token_of
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect


def asked(effect: Effect) -> Mail | None:
    """That somebody asks for a second person; None where it is answered, or the reader may not agree any more."""
    found = _approval(effect)
    reader = Account.objects.filter(id=effect.about).first() if effect.about else None
    if not found or not reader or approvals.state(found) != "waits" or not approvals.may_agree(reader, found):
        return None
    return _about(found, "approval_asked", reader.email, reverse("desk:approvals"))


def answered(effect: Effect) -> Mail | None:
    """What a second person said, to whoever asked; None where it is used or over already."""
    found = _approval(effect)
    if not found or not found.asked_by.is_active or approvals.state(found) not in {"ready", "stopped"}:
        return None
    return _about(found, "approval_answered", found.asked_by.email, reverse("desk:approvals"))


def stop(effect: Effect) -> Mail | None:
    """What somebody alone will do in a day, with a link that stops it; None where it is stopped already."""
    found = _approval(effect)
    if not found or approvals.state(found) not in {"waits", "ready"}:
        return None
    to = effect.address or found.asked_by.email
    return _about(found, "approval_stop", to, reverse("desk:stop", args=[approvals.stop_token(found.id)]))


def _approval(effect: Effect) -> Approval | None:
    return Approval.objects.select_related("organisation", "asked_by").filter(id=effect.subject).first()


def _about(found: Approval, name: str, to: str, path: str) -> Mail:
    context: dict[str, object] = {
        "organisation": found.organisation.name,
        "who": str(found.asked_by),
        "sentence": approvals.sentence(found),
        "people": found.people,
        "until": found.ends_at,
        "ready_at": found.ready_at,
        "stopped": found.stopped_at is not None,
        "link": settings.PUBLIC_URL + path,
    }
    return written(name, to, context)


def recovery_asked(effect: Effect) -> Mail | None:
    """The link that confirms a recovery address; None where it was confirmed, or another took its place."""
    found = RecoveryAddress.objects.select_related("organisation").filter(id=effect.subject).first()
    if found is None or found.confirmed_at:
        return None
    context: dict[str, object] = {
        "organisation": found.organisation.name,
        "days": WORKS_FOR.days,
        "link": settings.PUBLIC_URL + reverse("desk:recovery-confirm", args=[token_of(found.id)]),
    }
    return written("recovery_asked", found.email, context)


def recovery_changed(effect: Effect) -> Mail | None:
    """To a former recovery address: that an owner has named another one, or none."""
    found = RecoveryAddress.objects.select_related("organisation").filter(id=effect.subject).first()
    if found is None:
        return None
    context: dict[str, object] = {"organisation": found.organisation.name, "days": WORKS_FOR.days}
    return written("recovery_changed", found.email, context)
