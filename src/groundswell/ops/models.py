"""What the running of the installation itself leaves behind: nothing about people."""

from django.db import models


class Heartbeat(models.Model):
    """When a process last said that it is well."""

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "ops_heartbeat"
