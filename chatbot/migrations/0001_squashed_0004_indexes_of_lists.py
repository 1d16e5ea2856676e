import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import hitouch.core.db.word_search
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models
from hitouch.core.db.grouped_migrations import GroupedMigration


class Migration(GroupedMigration):

    replaces = [('chatbot', '0001_extensions'), ('chatbot', '0002_initial'), ('chatbot', '0003_alter_labels'), ('chatbot', '0004_indexes_of_lists')]

    dependencies = [
        ('accounts', '0002_squashed_0011_resets_of_factors'),
        ('core', '0001_squashed_0007_indexes_of_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='FaqCategory',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('title', models.CharField(max_length=80, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'FAQ category',
                'verbose_name_plural': 'FAQ categories',
            },
        ),
        migrations.CreateModel(
            name='FaqEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='chatbot.faqcategory')),
                ('key', models.SlugField(help_text='Identifier of the entry in the seed file.', max_length=60, unique=True)),
                ('question', models.CharField(max_length=200)),
                ('variants', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='Other ways to ask this, separated by commas. The more, the better the match.', size=None)),
                ('answer', models.TextField()),
                ('is_active', models.BooleanField(default=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'FAQ answer',
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to=settings.AUTH_USER_MODEL)),
                ('last_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='chatbot.conversation')),
                ('role', models.CharField(choices=[('PERSON', 'You'), ('HELP', 'Help')], max_length=8)),
                ('source', models.CharField(choices=[('PERSON', 'User'), ('FAQ', 'FAQ'), ('SYSTEM', 'System'), ('STAFF', 'Staff')], max_length=8)),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='chatbot.faqentry')),
                ('text', models.TextField()),
                ('confidence', models.FloatField(blank=True, null=True)),
                ('feedback', models.CharField(blank=True, choices=[('HELPFUL', 'Helpful'), ('NOT_HELPFUL', 'Not helpful')], max_length=12)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['conversation', 'at'], name='message_in_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('confidence__isnull', False), ('entry__isnull', False), ('source', 'FAQ')), models.Q(models.Q(('source', 'FAQ'), _negated=True), ('entry', None)), _connector='OR'), name='answer_names_its_entry'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'PERSON'), ('source', 'PERSON')), models.Q(models.Q(('role', 'PERSON'), _negated=True), models.Q(('source', 'PERSON'), _negated=True)), _connector='OR'), name='person_speaks_for_oneself'), models.CheckConstraint(condition=models.Q(('feedback', ''), ('source', 'FAQ'), _connector='OR'), name='feedback_is_on_answers')],
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tickets', to='chatbot.conversation')),
                ('subject', models.CharField(max_length=120)),
                ('assigned_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_at', models.DateTimeField()),
                ('first_answer_at', models.DateTimeField(blank=True, null=True)),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('OPEN', 'Open'), ('IN_PROGRESS', 'In progress'), ('WAITING', 'Answered'), ('RESOLVED', 'Closed')], default='OPEN', max_length=20)),
            ],
            options={
                'verbose_name': 'support ticket',
                'indexes': [models.Index(fields=['state', 'opened_at'], name='ticket_queue'), models.Index(fields=['opened_at', '-id'], name='ticket_oldest'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(hitouch.core.db.word_search.WordText('subject'), name='gin_trgm_ops'), fastupdate=False, name='ticket_subject')],
            },
        ),
        migrations.CreateModel(
            name='TicketEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='chatbot.ticket')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TicketMessage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='chatbot.ticket')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('is_from_staff', models.BooleanField()),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['ticket', 'at'], name='ticket_thread')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='message',
            trigger=pgtrigger.compiler.Trigger(name='message_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."conversation_id" IS DISTINCT FROM (NEW."conversation_id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."entry_id" IS DISTINCT FROM (NEW."entry_id") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."confidence" IS DISTINCT FROM (NEW."confidence") OR OLD."at" IS DISTINCT FROM (NEW."at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4dad47aec9de0fe921969d4cae48813aecb9e3cd', operation='UPDATE', pgid='pgtrigger_message_is_kept_61ad8', table='chatbot_message', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ticket',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{OPEN:IN_PROGRESS,OPEN:WAITING,OPEN:RESOLVED,IN_PROGRESS:WAITING,IN_PROGRESS:RESOLVED,WAITING:IN_PROGRESS,WAITING:RESOLVED,RESOLVED:IN_PROGRESS}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='0e3b4389698fe08bf03f7d1d4d5ccc626ac5d061', operation='UPDATE', pgid='pgtrigger_state_edges_c328c', table='chatbot_ticket', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ticket',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'OPEN\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='81f90e24801a80e39a6f18a053ee276246d627be', operation='INSERT', pgid='pgtrigger_state_start_325b4', table='chatbot_ticket', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ticketevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c4625db505ca8ddbab6a32e6504335a377e7bf3e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_655ea', table='chatbot_ticketevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ticketmessage',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c0623c8b644da5235537ad158b8763a4b98ecdb1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ac343', table='chatbot_ticketmessage', when='BEFORE')),
        ),
    ]
