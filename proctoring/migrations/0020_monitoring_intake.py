from django.db import migrations, models

from hitouch.core.db.grouped_migrations import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [("proctoring", "0019_every_try_of_a_check")]
    operations = [
        migrations.AddField(
            model_name="monitoringstate",
            name="intake",
            field=models.JSONField(
                default=dict, help_text="Ends of the devices' journals, and how often kinds came."
            ),
        ),
    ]
