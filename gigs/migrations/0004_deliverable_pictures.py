"""Deliverables are jobs until their pictures were searched for Aadhaar numbers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gigs", "0003_alter_labels")]

    operations = [
        migrations.AddField(
            model_name="deliverable",
            name="next_try_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="deliverable",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
    ]
