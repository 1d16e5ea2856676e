from django.db import migrations

from hitouch.core.db.grouped_migrations import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [("proctoring", "0014_events_become_observations")]
    operations = [
        migrations.RemoveField(model_name="snapshot", name="event"),
        migrations.DeleteModel(name="MonitoringEvent"),
    ]
