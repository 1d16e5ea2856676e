"""Deliverables are checked page by page; work is approved automatically once all can be opened."""

from django.db import migrations, models
from django.db.models import Exists, F, OuterRef, Q


def fill(apps, schema_editor):
    """Work without an unchecked file could be opened from its submission on."""
    Work = apps.get_model("gigs", "Work")
    Deliverable = apps.get_model("gigs", "Deliverable")
    unfinished = Deliverable.objects.filter(next_try_at__isnull=False)
    unfinished.update(tries=0)
    unchecked = unfinished.filter(work=OuterRef("pk"), round=OuterRef("round"))
    Work.objects.filter(~Exists(unchecked)).update(reviewable_at=F("submitted_at"))


class Migration(migrations.Migration):
    dependencies = [("gigs", "0004_deliverable_pictures")]

    operations = [
        migrations.AddField(
            model_name="work",
            name="reviewable_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="deliverable",
            name="taken_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="deliverable",
            name="pages_checked",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="deliverable",
            name="failed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="work", name="work_waiting"),
        migrations.AddIndex(
            model_name="work",
            index=models.Index(fields=["state", "reviewable_at"], name="work_waiting"),
        ),
        migrations.AddConstraint(
            model_name="deliverable",
            constraint=models.CheckConstraint(
                name="failed_deliverable_is_not_due",
                condition=Q(failed_at=None) | Q(next_try_at=None),
            ),
        ),
    ]
