"""What the running of the installation itself leaves behind: nothing about people."""

from django.db import models


class Heartbeat(models.Model):
    """When a process last said that it is well, and what it had seen of both clocks (:mod:`.clocks`).

    ``boot`` is the run of the machine in which that counts, or nothing where it is not known.
    """

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()
    boot = models.CharField(max_length=36, blank=True, default="")
    ahead = models.FloatField(default=0.0)
    set_at = models.FloatField(null=True)

    class Meta:
        db_table = "ops_heartbeat"
