from django.conf import settings
from django.db import migrations, models
from hitouch.core.db.grouped_migrations import GroupedMigration

class Migration(GroupedMigration):

    dependencies = [
        ('chatbot', '0012_faq_passage'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='customquestion',
            index=models.Index(fields=['opened_at', '-id'], name='custom_question_oldest'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['priority', 'opened_at', '-id'], name='ticket_by_priority'),
        ),
    ]
