from django.db import migrations

from groundswell.kit.rows import MINE, guard, show

# As blocs.access.called_bloc says it.
CALLED_BY_ME = f"""
    EXISTS (
        SELECT FROM blocs_caller AS caller WHERE caller.bloc_id = blocs_steward.bloc_id
        AND caller.organisation_id = ANY {MINE} AND caller.status = 'accepted'
    )
"""


class Migration(migrations.Migration):
    dependencies = [("blocs", "0001_blocs")]

    operations = [
        guard("blocs_steward"),
        show("blocs_steward", where=CALLED_BY_ME, name="blocs_steward_others"),
    ]
