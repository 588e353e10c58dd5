from django.db import migrations

from groundswell.kit.rows import guard


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_how_far_blanked")]

    operations = [guard("intake_entry", taken_from_anybody=True)]
