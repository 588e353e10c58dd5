from django.db import migrations

from groundswell.kit.rows import guard


class Migration(migrations.Migration):
    dependencies = [("outbox", "0004_language")]

    operations = [guard("outbox_effect", taken_from_anybody=True)]
