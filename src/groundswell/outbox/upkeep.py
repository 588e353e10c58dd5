"""Keeping the outbox short: what is done goes within a month, and no copy of a mail outlives its row."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from groundswell.kit.clock import now
from groundswell.outbox.models import Effect

MAILS_STAY = timedelta(days=30)
AT_ONCE = 1000
_A_MOMENT = timedelta(minutes=1).total_seconds()


def delete_old_mails() -> int:
    """Delete mails that were dealt with a month ago; their copies follow (2 queries)."""
    old = Effect.objects.filter(done_at__lte=now() - MAILS_STAY).values_list("id", flat=True)[:AT_ONCE]
    return Effect.objects.filter(id__in=list(old)).delete()[0]


def delete_stray_copies() -> int:
    """Delete kept mails that have no row any more: somebody was forgotten while one was on its way.

    Queries: one for each organisation with kept mail.
    """
    folder = settings.DATA / "outbox"
    kept = [each for each in folder.iterdir() if each.is_dir()] if folder.exists() else []
    return sum(_delete_stray(each) for each in kept)


def _delete_stray(folder: Path) -> int:
    # Listed before the rows are read: what is written meanwhile has its row, and is left alone.
    copies = [path for path in folder.iterdir() if path.suffix == ".eml" or _is_forgotten(path)]
    there = set(Effect.objects.filter(organisation_id=UUID(folder.name)).values_list("id", flat=True))
    strays = [path for path in copies if path.suffix != ".eml" or UUID(path.stem) not in there]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def _is_forgotten(draft: Path) -> bool:
    # A kill left it half written; the mail itself was written again under its own name.
    try:
        return now().timestamp() - draft.stat().st_mtime > _A_MOMENT
    except FileNotFoundError:
        return False
