import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from hitouch.core.db.grouped_migrations import GroupedMigration


class Migration(GroupedMigration):

    dependencies = [
        ('chatbot', '0010_keys_of_entries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='conversation',
            name='user',
            field=models.ForeignKey(help_text='Empty once the conversation was anonymised.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('pending__isnull', False)), fields=['pending_since'], name='conversation_pending'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('anonymised_at', None), ('mode', 'CLOSED')), fields=['last_at'], name='conversation_expiring'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=models.Q(('user__isnull', False), models.Q(('anonymised_at__isnull', False), ('mode', 'CLOSED')), _connector='OR'), name='conversation_has_a_user'),
        ),
    ]
