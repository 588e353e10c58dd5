"""On PostgreSQL, too, the primary key serves the beginnings of words: an import writes a third less for each name.

Sorted letter by letter and not by the rules of a language, the key finds what begins like something, so the index
beside it goes.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def by_the_key(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX people_by_word")
        editor.execute('ALTER TABLE people_nameword ALTER COLUMN word TYPE varchar(40) COLLATE "C"')


def beside_it(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute('ALTER TABLE people_nameword ALTER COLUMN word TYPE varchar(40) COLLATE "default"')
        columns = "(organisation_id uuid_ops, word varchar_pattern_ops)"
        editor.execute(f"CREATE INDEX people_by_word ON people_nameword {columns}")


class Migration(migrations.Migration):
    dependencies = [("people", "0013_one_index_for_words")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(by_the_key, beside_it)],
            state_operations=[migrations.RemoveIndex("nameword", "people_by_word")],
        )
    ]
