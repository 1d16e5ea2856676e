"""The count that tells a log-in which began before all sessions were ended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_find_agents_by_words")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="login_epoch",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
