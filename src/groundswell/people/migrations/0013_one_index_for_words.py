"""On SQLite the index that PostgreSQL needs for the beginnings of words is one too many: the primary key serves them.

An import writes half as many pages without it for each name.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def drop_on_sqlite(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP INDEX IF EXISTS people_by_word")


class Migration(migrations.Migration):
    dependencies = [("people", "0012_complaints")]

    operations = [migrations.RunPython(drop_on_sqlite, migrations.RunPython.noop)]
