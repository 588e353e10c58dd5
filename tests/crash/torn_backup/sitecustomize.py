"""The guard taken out: a backup is not of one moment.

On SQLite its files are copied as they lie there, without what stands in their logs. On PostgreSQL the dump does
not share the moment of the sums, and begins when more people have answered.
"""

import shutil
import time

from groundswell.ops import backup
from groundswell.ops.tables import still

dump = backup.dump


def people(url):
    with still(url) as connection:
        return connection.execute("SELECT count(*) FROM people_person").fetchone()


def dump_later(url, file, *the_same_moment):
    before = people(url)
    while people(url) == before:
        time.sleep(0.05)
    dump(url, file)


backup.copy_sqlite = shutil.copyfile
backup.dump = dump_later
