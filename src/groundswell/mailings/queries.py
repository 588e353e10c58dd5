"""How far a mailing is."""

from collections.abc import Mapping

from django.db.models import Count

from groundswell.mailings.models import Deferred, Mailing, Result


def progress(mailing: Mailing) -> Mapping[str, int]:
    """How many copies are in each state of :class:`.models.Result`, ``later`` and ``waiting`` (2 queries)."""
    own = {"organisation_id": mailing.organisation_id, "mailing_id": mailing.id}
    counted = Result.objects.filter(**own).values_list("state").annotate(many=Count("number"))
    found = dict.fromkeys(Result.State.values, 0) | dict(counted.order_by())
    found["later"] = Deferred.objects.filter(**own).count()
    found["waiting"] = max(mailing.copies - sum(found.values()), 0)
    return found
