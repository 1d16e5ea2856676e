import django.db.models.deletion
import uuid
from django.db import migrations, models
from hitouch.core.db.grouped_migrations import GroupedMigration


class Migration(GroupedMigration):

    dependencies = [
        ('chatbot', '0011_anonymous_conversations'),
    ]

    operations = [
        migrations.CreateModel(
            name='FaqPassage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('vectors', models.BinaryField(help_text='384 float16 numbers of question and answer, and 384 of the answer.')),
                ('encoder', models.CharField(max_length=40)),
                ('text', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='passage', to='chatbot.faqtext')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
