"""On SQLite the journal is a file of its own, so that the back office never makes a supporter wait."""

from typing import Any

from django.conf import settings
from django.db.models import Model


class JournalRouter:
    """Sends the journal's one table to the journal's database, and everything else to the main one."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """The alias that holds this model's rows."""
        return settings.JOURNAL_ALIAS if _is_journal(model._meta.app_label, model._meta.model_name) else "default"

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        """Whether a table belongs into a database."""
        return db == (settings.JOURNAL_ALIAS if _is_journal(app_label, model_name) else "default")


def _is_journal(app_label: str, model_name: str | None) -> bool:
    return (app_label, model_name) == ("intake", "entry")
