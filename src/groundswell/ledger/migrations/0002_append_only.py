"""The database refuses to change or delete what was written, but for the seal, once."""

from django.db import migrations

from groundswell.kit.triggers import forbid

SEALED_ONCE = (
    "OLD.seal IS NULL AND NEW.seal IS NOT NULL AND OLD.organisation_id = NEW.organisation_id AND OLD.id = NEW.id "
    "AND OLD.at = NEW.at AND OLD.verb = NEW.verb AND CAST(OLD.detail AS TEXT) = CAST(NEW.detail AS TEXT) "
    "AND COALESCE(CAST(OLD.actor AS TEXT), '') = COALESCE(CAST(NEW.actor AS TEXT), '') "
    "AND COALESCE(CAST(OLD.object_id AS TEXT), '') = COALESCE(CAST(NEW.object_id AS TEXT), '')"
)


class Migration(migrations.Migration):
    """Triggers on the ledger's two tables."""

    dependencies = [("ledger", "0001_initial")]

    operations = [
        forbid("ledger_entry", "UPDATE", name="ledger_entry_kept", unless=SEALED_ONCE),
        forbid("ledger_entry", "DELETE", name="ledger_entry_stays"),
        forbid("ledger_seal", "UPDATE", name="ledger_seal_kept"),
        forbid("ledger_seal", "DELETE", name="ledger_seal_stays"),
    ]
