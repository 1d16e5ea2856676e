"""Refresh tokens know their successor and their client; families the session of their log-in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_anchor_the_audit_log")]

    operations = [
        migrations.AddField(
            model_name="tokenfamily",
            name="session_key",
            field=models.CharField(blank=True, db_index=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="refreshtoken",
            name="client",
            field=models.CharField(
                blank=True, default="", help_text="Keyed hash of its user agent.", max_length=64
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="refreshtoken",
            name="place",
            field=models.CharField(
                blank=True, default="", help_text="Keyed hash of its network.", max_length=64
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="refreshtoken",
            name="successor",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="predecessor",
                to="accounts.refreshtoken",
            ),
        ),
    ]
