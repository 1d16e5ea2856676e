"""Codes know who asked for them and from which networks; strangers' SMS have a sum of their own."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_refresh_again")]

    operations = [
        migrations.CreateModel(
            name="StrangerSmsDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("day", models.DateField(unique=True)),
                ("paise", models.PositiveBigIntegerField(default=0)),
            ],
            options={"abstract": False},
        ),
        migrations.RemoveConstraint(
            model_name="onetimecode", name="one_live_code_per_purpose_and_target"
        ),
        migrations.RemoveIndex(model_name="onetimecode", name="code_sends_to_target"),
        migrations.AddField(
            model_name="onetimecode",
            name="requester_kind",
            field=models.CharField(
                choices=[
                    ("OWNER", "Owner, logged in"),
                    ("MEMBER", "Another user, logged in"),
                    ("BROWSER", "Browser or app the owner has logged in with"),
                    ("NETWORK", "Network the owner has logged in from"),
                    ("STRANGER", "Anybody else"),
                ],
                default="STRANGER",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="onetimecode",
            name="requester",
            field=models.CharField(
                default="",
                help_text="Keyed hash of the user, browser or network that asked.",
                max_length=64,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="onetimecode",
            name="subnet",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="onetimecode",
            name="block",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="onetimecode",
            index=models.Index(
                fields=["target", "purpose", "sent_at"], name="code_sends_to_target"
            ),
        ),
        migrations.AddIndex(
            model_name="onetimecode",
            index=models.Index(fields=["subnet", "sent_at"], name="code_sends_from_subnet"),
        ),
        migrations.AddIndex(
            model_name="onetimecode",
            index=models.Index(fields=["block", "sent_at"], name="code_sends_from_block"),
        ),
        migrations.AddIndex(
            model_name="onetimecode",
            index=models.Index(fields=["requester", "sent_at"], name="code_sends_of_requester"),
        ),
        migrations.AddConstraint(
            model_name="onetimecode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_at", None), ("used_at", None)),
                fields=("purpose", "target", "requester"),
                name="one_live_code_per_requester",
            ),
        ),
    ]
