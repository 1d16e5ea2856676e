from django.db import migrations, models
from hitouch.core.db.grouped_migrations import GroupedMigration


class Migration(GroupedMigration):

    dependencies = [('chatbot', '0006_close_conversations')]

    operations = [
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.UniqueConstraint(condition=models.Q(('mode', 'CLOSED'), _negated=True), fields=('user',), name='conversation_one_open'),
        ),
    ]
