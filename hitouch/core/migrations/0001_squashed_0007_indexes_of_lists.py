import django.contrib.postgres.operations
import django.db.models.deletion
import hitouch.core.fields
import uuid
from django.db import migrations, models
from hitouch.core.db.grouped_migrations import GroupedMigration


class Migration(GroupedMigration):

    replaces = [('core', '0001_initial'), ('core', '0002_way_in'), ('core', '0003_attach_files'), ('core', '0004_operations_alarms'), ('core', '0005_identity_of_the_file_store'), ('core', '0006_postponed_rows'), ('core', '0007_indexes_of_lists')]

    dependencies = [
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(
        ),
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=200)),
                ('content_type', models.CharField(max_length=80)),
                ('size', models.PositiveIntegerField(help_text='Bytes, before encryption.')),
                ('sha256', models.CharField(max_length=64)),
                ('purpose', models.CharField(max_length=40)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FileStore',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('is_only', models.BooleanField(default=True, editable=False, unique=True)),
                ('generation', models.PositiveBigIntegerField(default=0, help_text='Counts files whose rows were committed; never less in the database.')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('is_only', True)), name='file_store_is_only')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('channel', models.CharField(choices=[('MAIL', 'E-mail'), ('SMS', 'SMS')], max_length=8)),
                ('template', models.CharField(max_length=100)),
                ('to', hitouch.core.fields.EncryptedTextField(blank=True, default='', editable=False)),
                ('to_index', models.CharField(db_index=True, max_length=64)),
                ('subject', hitouch.core.fields.EncryptedTextField(blank=True, default='', editable=False)),
                ('body', hitouch.core.fields.EncryptedTextField(blank=True, default='', editable=False)),
                ('state', models.CharField(choices=[('WAITING', 'Waiting'), ('SENT', 'Sent'), ('FAILED', 'Given up'), ('HUSHED', 'Never sent')], default='WAITING', max_length=8)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField()),
                ('good_until', models.DateTimeField(help_text='After this the message is of no use and is given up.', null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('reference', models.CharField(blank=True, help_text="The provider's id of it.", max_length=64)),
                ('last_error', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'WAITING')), fields=['next_try_at'], name='outbox_due')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='core.outboxmessage')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('message', 'file'), name='attached_once')],
            },
        ),
        migrations.CreateModel(
            name='SmsDay',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('day', models.DateField(unique=True)),
                ('paise', models.PositiveBigIntegerField(default=0)),
                ('half_told_at', models.DateTimeField(null=True)),
                ('full_told_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OperationsAlarm',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=60, unique=True)),
                ('detail', models.CharField(max_length=1000)),
                ('raised_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(help_text='When the fault was last found.')),
                ('mailed_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PostponedRow',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('sweep', models.CharField(max_length=60)),
                ('row', models.CharField(help_text='The primary key of the row.', max_length=64)),
                ('failures', models.PositiveIntegerField(default=0, help_text='How often it failed; 0 when it was refused or is still due.')),
                ('reason', models.CharField(help_text='The class of the error, or a code.', max_length=80)),
                ('next_try_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['sweep', 'next_try_at'], name='postponed_due'), models.Index(fields=['next_try_at', 'id'], name='postponed_next'), models.Index(fields=['row'], name='postponed_row')],
                'constraints': [models.UniqueConstraint(fields=('sweep', 'row'), name='postponed_once')],
            },
        ),
    ]
