"""What time does to blocs: a week after the event nobody needs to reach its stewards any more."""

from datetime import timedelta

from django.db import transaction

from groundswell.blocs.models import Steward
from groundswell.kit.clock import now
from groundswell.ledger.operations import record

STEWARDS_STAY = timedelta(days=7)
AT_ONCE = 500


@transaction.atomic
def forget_stewards() -> int:
    """Forget who looked after blocs whose event is past; returns how many (2 queries, and 1 per organisation)."""
    past = Steward.objects.filter(bloc__event__closes_at__lte=now() - STEWARDS_STAY)
    rows = list(past.values_list("id", "organisation_id")[:AT_ONCE])
    Steward.objects.filter(id__in=[row[0] for row in rows]).delete()
    for organisation in sorted({row[1] for row in rows}):
        forgotten = sum(row[1] == organisation for row in rows)
        record(organisation_id=organisation, actor=None, verb="blocs.forget_stewards", forgotten=forgotten)
    return len(rows)
