"""Each chain gets a head, and what the rules for rows do not see is refused as well."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Max, Sum

from groundswell.kit.triggers import forbid, forbid_emptying, forbid_replacing

TABLES = {
    "ledger_entry": ("organisation_id", "id"),
    "ledger_seal": ("organisation_id", "number"),
    "ledger_head": ("organisation_id",),
}

ONE_FURTHER = (
    "OLD.organisation_id = NEW.organisation_id AND NEW.seals = OLD.seals + 1 AND NEW.entries > OLD.entries"
)


def begin_heads(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Say of the chains that are there where they end."""
    from groundswell.ledger.operations import signature

    seals, heads = apps.get_model("ledger", "Seal").objects, apps.get_model("ledger", "Head").objects
    ends = seals.values_list("organisation_id").annotate(Max("number"), Sum("entries"))
    for organisation, number, entries in list(ends):
        sha256 = seals.get(organisation_id=organisation, number=number).sha256
        signed = signature(organisation, number, entries, sha256)
        heads.create(organisation_id=organisation, seals=number, entries=entries, sha256=sha256, signature=signed)


class Migration(migrations.Migration):
    """The head of a chain, and the rules that keep all three tables."""

    dependencies = [("ledger", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("organisation_id", models.UUIDField(primary_key=True, serialize=False)),
                ("seals", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=64)),
            ],
        ),
        migrations.RunPython(begin_heads, migrations.RunPython.noop),
        forbid("ledger_entry", "INSERT", name="ledger_entry_unsealed", unless="NEW.seal IS NULL"),
        forbid("ledger_head", "UPDATE", name="ledger_head_kept", unless=ONE_FURTHER),
        forbid("ledger_head", "DELETE", name="ledger_head_stays"),
        *(forbid_replacing(table, key, name=f"{table}_not_replaced") for table, key in TABLES.items()),
        *(forbid_emptying(table, name=f"{table}_not_emptied") for table in TABLES),
    ]
