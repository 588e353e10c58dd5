"""The database refuses to change a wording or an entry of the consent ledger; forgetting a person deletes."""

from django.db import migrations

from groundswell.kit.triggers import forbid


class Migration(migrations.Migration):
    """Triggers on wordings and consents."""

    dependencies = [("people", "0001_initial")]

    operations = [
        forbid("people_wording", "UPDATE", name="people_wording_kept"),
        forbid("people_consent", "UPDATE", name="people_consent_kept"),
    ]
