from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    """What lets one exclusion constraint hold both an agent and a stretch of time."""

    initial = True
    dependencies = []
    operations = [BtreeGistExtension()]
