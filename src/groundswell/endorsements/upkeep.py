"""What time does to endorsements: after two weeks the contact is forgotten, and what nobody confirmed."""

from datetime import timedelta

from django.db import transaction

from groundswell.endorsements.models import Endorsement
from groundswell.endorsements.operations import forget_mails
from groundswell.kit.clock import now

CONTACT_STAYS = timedelta(days=14)
AT_ONCE = 500


@transaction.atomic
def forget_contacts() -> int:
    """Erase what nobody confirmed, and the address of whoever confirmed the rest; returns how many (5 queries)."""
    old = Endorsement.objects.filter(created_at__lte=now() - CONTACT_STAYS).exclude(contact_email="")
    ids = list(old.order_by("created_at").values_list("id", flat=True)[:AT_ONCE])
    rows = Endorsement.objects.filter(id__in=ids)
    rows.filter(confirmed_at=None).delete()
    rows.update(contact_email="")
    forget_mails(ids)
    return len(ids)
