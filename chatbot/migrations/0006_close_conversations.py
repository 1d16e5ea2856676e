from django.db import migrations
from hitouch.core.db.grouped_migrations import GroupedMigration


class Migration(GroupedMigration):
    """Conversations of before have no mode: they are closed, so that a user has one open at most."""

    dependencies = [('chatbot', '0005_helper_and_desk')]

    operations = [
        migrations.RunSQL(
            "UPDATE chatbot_conversation SET mode = 'CLOSED', closed_at = last_at WHERE mode = 'BOT'",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "INSERT INTO chatbot_matcherrevision (id, number) VALUES (1, 0) ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        ),
    ]
