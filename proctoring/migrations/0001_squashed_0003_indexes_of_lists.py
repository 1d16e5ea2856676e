import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models
from hitouch.core.db.grouped_migrations import GroupedMigration


class Migration(GroupedMigration):

    replaces = [('proctoring', '0001_initial'), ('proctoring', '0002_alter_labels'), ('proctoring', '0003_indexes_of_lists')]

    dependencies = [
        ('accounts', '0002_squashed_0011_resets_of_factors'),
        ('core', '0001_squashed_0007_indexes_of_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('code', models.SlugField(max_length=60)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('kind', models.CharField(choices=[('LANGUAGE', 'Language'), ('SKILL', 'Skill')], max_length=12)),
                ('language', models.CharField(default='en', max_length=8)),
                ('title', models.CharField(max_length=120)),
                ('pass_level', models.CharField(choices=[('A1', 'A1, beginner'), ('A2', 'A2, elementary'), ('B1', 'B1, intermediate'), ('B2', 'B2, upper intermediate'), ('C1', 'C1, advanced'), ('C2', 'C2, mastery')], default='A2', max_length=2)),
                ('retention_days', models.PositiveSmallIntegerField(default=90)),
                ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('ACTIVE', 'Active'), ('ARCHIVED', 'Retired')], default='DRAFT', max_length=10)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='assessment_version'), models.UniqueConstraint(condition=models.Q(('state', 'ACTIVE')), fields=('code',), name='assessment_one_active')],
            },
        ),
        migrations.CreateModel(
            name='AssessmentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='proctoring.assessment')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='proctoring.assessment')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('READING_MCQ', 'Reading, multiple choice'), ('FILL_BLANK', 'Fill in the blanks')], max_length=12)),
                ('instructions', models.CharField(max_length=300)),
                ('minutes', models.PositiveSmallIntegerField()),
                ('draw', models.PositiveSmallIntegerField(help_text='Number of questions, spread evenly over the levels.')),
                ('weight', models.PositiveSmallIntegerField(default=1)),
                ('randomise', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('assessment', 'position'), name='section_position'), models.CheckConstraint(condition=models.Q(('draw__gte', 1), ('minutes__gte', 1), ('weight__gte', 1)), name='section_asks_something')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='proctoring.section')),
                ('code', models.SlugField(max_length=40)),
                ('kind', models.CharField(choices=[('READING_MCQ', 'Reading, multiple choice'), ('FILL_BLANK', 'Fill in the blanks')], max_length=12)),
                ('level', models.CharField(choices=[('A1', 'A1, beginner'), ('A2', 'A2, elementary'), ('B1', 'B1, intermediate'), ('B2', 'B2, upper intermediate'), ('C1', 'C1, advanced'), ('C2', 'C2, mastery')], max_length=2)),
                ('passage', models.TextField(blank=True)),
                ('text', models.TextField()),
                ('options', models.JSONField(blank=True, default=dict)),
                ('key', models.CharField(max_length=120)),
                ('accepted', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None)),
                ('active', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('section', 'code'), name='question_code'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='question_has_key'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'READING_MCQ'), _negated=True), ('options__has_key', models.F('key')), _connector='OR'), name='question_key_is_an_option')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='accounts.agent')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='proctoring.assessment')),
                ('why', models.CharField(choices=[('ONBOARDING', 'Onboarding'), ('GIG', 'Required by an opportunity'), ('RETAKE', 'Retake'), ('GRANTED', 'Granted by staff')], max_length=12)),
                ('until', models.DateTimeField()),
                ('invited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='invitation_newest')],
            },
        ),
        migrations.CreateModel(
            name='Sitting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sittings', to='accounts.agent')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sittings', to='proctoring.assessment')),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sittings', to='proctoring.invitation')),
                ('number', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('CREATED', 'Not started'), ('SYSTEM_CHECK', 'System check'), ('DEVICE_TEST', 'Camera and microphone check'), ('IDENTITY', 'Photo'), ('READY', 'Ready to start'), ('IN_PROGRESS', 'In progress'), ('SUBMITTED', 'Submitted'), ('AUTO_SUBMITTED', 'Auto-submitted'), ('GRADED', 'Graded'), ('CLEARED', 'Confirmed'), ('VOIDED', 'Cancelled'), ('EXPIRED', 'Expired')], default='CREATED', max_length=16)),
                ('consented_at', models.DateTimeField(null=True)),
                ('consent_version', models.CharField(blank=True, max_length=12)),
                ('begun_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField(help_text='When the last section ends.', null=True)),
                ('last_seen_at', models.DateTimeField(null=True)),
                ('last_active_at', models.DateTimeField(null=True)),
                ('page', models.CharField(blank=True, help_text='The browser page being monitored.', max_length=36)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.CharField(blank=True, choices=[('AGENT', 'Submitted'), ('CLOCK', 'Time ran out'), ('RULES', 'Too many rule violations'), ('IDLE', 'No activity for too long')], max_length=8)),
                ('score', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ('level', models.CharField(blank=True, choices=[('A1', 'A1, beginner'), ('A2', 'A2, elementary'), ('B1', 'B1, intermediate'), ('B2', 'B2, upper intermediate'), ('C1', 'C1, advanced'), ('C2', 'C2, mastery')], max_length=2)),
                ('graded_at', models.DateTimeField(null=True)),
                ('decision_reason', models.TextField(blank=True)),
            ],
            options={
                'verbose_name': 'assessment attempt',
                'indexes': [models.Index(fields=['state', 'created_at'], name='sitting_by_state'), models.Index(fields=['-created_at', '-id'], name='sitting_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('CREATED', 'SYSTEM_CHECK', 'DEVICE_TEST', 'IDENTITY', 'READY', 'IN_PROGRESS'))), fields=('agent',), name='sitting_one_open'), models.UniqueConstraint(condition=models.Q(('state', 'EXPIRED'), _negated=True), fields=('invitation',), name='sitting_invitation_once'), models.UniqueConstraint(fields=('agent', 'assessment', 'number'), name='sitting_number'), models.CheckConstraint(condition=models.Q(('state__in', ('CREATED', 'SYSTEM_CHECK', 'DEVICE_TEST', 'IDENTITY', 'READY', 'EXPIRED')), models.Q(('begun_at__isnull', False), ('consented_at__isnull', False), ('ends_at__gt', models.F('begun_at'))), _connector='OR'), name='sitting_begun_has_clock'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('SUBMITTED', 'AUTO_SUBMITTED', 'GRADED', 'CLEARED', 'VOIDED')), _negated=True), models.Q(('ended_at__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='sitting_over_has_end'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('GRADED', 'CLEARED', 'VOIDED')), _negated=True), models.Q(('score__range', (0, 100)), models.Q(('level', ''), _negated=True)), _connector='OR'), name='sitting_scored_has_level')],
            },
        ),
        migrations.CreateModel(
            name='SittingEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='proctoring.sitting')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SittingSection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='proctoring.sitting')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='proctoring.section')),
                ('position', models.PositiveSmallIntegerField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('score', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sitting', 'position'), name='part_position'), models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True), ('opened_at__isnull', False)), fields=('sitting',), name='part_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('ends_at__isnull', True), ('opened_at__isnull', True)), ('ends_at__gt', models.F('opened_at')), _connector='OR'), name='part_clock')],
            },
        ),
        migrations.CreateModel(
            name='SittingQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drawn', to='proctoring.sitting')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drawn', to='proctoring.sittingsection')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drawn', to='proctoring.question')),
                ('position', models.PositiveSmallIntegerField()),
                ('option_order', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=4), blank=True, default=list, size=None)),
                ('right', models.BooleanField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sitting', 'question'), name='drawn_once'), models.UniqueConstraint(fields=('sitting', 'position'), name='drawn_position')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('drawn', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='answer', to='proctoring.sittingquestion')),
                ('value', models.CharField(blank=True, max_length=300)),
                ('revision', models.PositiveIntegerField()),
                ('answered_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SystemCheck',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='proctoring.sitting')),
                ('kind', models.CharField(choices=[('SYSTEM', 'System check'), ('DEVICES', 'Camera and microphone check')], max_length=8)),
                ('facts', models.JSONField()),
                ('results', models.JSONField()),
                ('passed', models.BooleanField()),
                ('checked_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='IdentityCheck',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('sitting', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='identity', to='proctoring.sitting')),
                ('photo', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('taken_at', models.DateTimeField()),
                ('keep_until', models.DateTimeField()),
                ('same_person', models.BooleanField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('same_person__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('same_person__isnull', False)), _connector='OR'), name='identity_decided_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='MonitoringEvent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seen', to='proctoring.sitting')),
                ('number', models.PositiveIntegerField()),
                ('browser_id', models.UUIDField()),
                ('kind', models.CharField(choices=[('CAMERA_OFF', 'CAMERA_OFF'), ('COPY', 'COPY'), ('CUT', 'CUT'), ('DEVELOPER_TOOLS', 'DEVELOPER_TOOLS'), ('FULLSCREEN_LEFT', 'FULLSCREEN_LEFT'), ('MICROPHONE_OFF', 'MICROPHONE_OFF'), ('MOUSE_LEFT', 'MOUSE_LEFT'), ('NETWORK_BACK', 'NETWORK_BACK'), ('NETWORK_LOST', 'NETWORK_LOST'), ('OPENED_TWICE', 'OPENED_TWICE'), ('PASTE', 'PASTE'), ('RIGHT_CLICK', 'RIGHT_CLICK'), ('SECTION_CHANGED', 'SECTION_CHANGED'), ('SHORTCUT', 'SHORTCUT'), ('TAB_HIDDEN', 'TAB_HIDDEN'), ('WINDOW_BLUR', 'WINDOW_BLUR')], max_length=20)),
                ('severity', models.CharField(choices=[('INFO', 'Information'), ('LOW', 'Low'), ('MEDIUM', 'Medium'), ('HIGH', 'High'), ('CRITICAL', 'Critical')], max_length=8)),
                ('standing', models.CharField(choices=[('NOTED', 'Noted'), ('WARNED', 'Warning'), ('COUNTED', 'Points added')], max_length=8)),
                ('points', models.PositiveSmallIntegerField()),
                ('browser_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('data', models.JSONField(default=dict)),
                ('previous_hash', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sitting', 'number'), name='seen_number'), models.UniqueConstraint(fields=('sitting', 'browser_id'), name='seen_once'), models.CheckConstraint(condition=models.Q(models.Q(('points__gt', 0), ('standing', 'COUNTED')), models.Q(models.Q(('standing', 'COUNTED'), _negated=True), ('points', 0)), _connector='OR'), name='seen_points_only_when_counted')],
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='proctoring.sitting')),
                ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='proctoring.monitoringevent')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('taken_at', models.DateTimeField()),
                ('keep_until', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['sitting', 'taken_at'], name='snapshot_by_time')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assessment',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{DRAFT:ACTIVE,ACTIVE:ARCHIVED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='09551d70828b0ec44795b6ebb29042d19b159a65', operation='UPDATE', pgid='pgtrigger_state_edges_4d452', table='proctoring_assessment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assessment',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'DRAFT\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='3c7ad531a9ef2f27299238ffc327b3ca447462d5', operation='INSERT', pgid='pgtrigger_state_start_42829', table='proctoring_assessment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assessment',
            trigger=pgtrigger.compiler.Trigger(name='frozen_once_sat', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF EXISTS (SELECT 1 FROM proctoring_sitting WHERE assessment_id = OLD.id) THEN\n                RAISE EXCEPTION 'This assessment has been sat; make a new version.'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='ec22771a4ae17ad380c80c59a274bd7138749e53', operation='UPDATE OF "kind", "language", "pass_level", "code", "version"', pgid='pgtrigger_frozen_once_sat_e70d0', table='proctoring_assessment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assessmentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e11332d500bac8785f37d8815301053f2999bb56', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8d3a1', table='proctoring_assessmentevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='question',
            trigger=pgtrigger.compiler.Trigger(name='frozen_once_drawn', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF EXISTS (SELECT 1 FROM proctoring_sittingquestion WHERE question_id = OLD.id) THEN\n                RAISE EXCEPTION 'This question has been asked; make a new one.'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='140b55168e3a9bab51ae631372e598e515ad86c8', operation='UPDATE OF "kind", "level", "passage", "text", "options", "key"', pgid='pgtrigger_frozen_once_drawn_032b7', table='proctoring_question', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sitting',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{CREATED:SYSTEM_CHECK,CREATED:EXPIRED,SYSTEM_CHECK:DEVICE_TEST,SYSTEM_CHECK:EXPIRED,DEVICE_TEST:IDENTITY,DEVICE_TEST:EXPIRED,IDENTITY:READY,IDENTITY:EXPIRED,READY:IN_PROGRESS,READY:EXPIRED,IN_PROGRESS:SUBMITTED,IN_PROGRESS:AUTO_SUBMITTED,SUBMITTED:GRADED,AUTO_SUBMITTED:GRADED,GRADED:CLEARED,GRADED:VOIDED,CLEARED:VOIDED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='c17788e6c8610f2d6f49d575969bef6b370f59fe', operation='UPDATE', pgid='pgtrigger_state_edges_8bf81', table='proctoring_sitting', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sitting',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'CREATED\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='268844690f7b9fe5ddcfdec1d13b4bbe960cae7f', operation='INSERT', pgid='pgtrigger_state_start_bdeb8', table='proctoring_sitting', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sittingevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='494061ca826e6ae8da2145d0666509b622fdac28', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5cebf', table='proctoring_sittingevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='answer',
            trigger=pgtrigger.compiler.Trigger(name='only_while_open', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE open boolean;', func="\n            SELECT sitting.state = 'IN_PROGRESS' AND part.closed_at IS NULL\n                   AND part.opened_at IS NOT NULL AND NEW.answered_at <= part.ends_at\n              INTO open\n              FROM proctoring_sittingquestion drawn\n              JOIN proctoring_sittingsection part ON part.id = drawn.part_id\n              JOIN proctoring_sitting sitting ON sitting.id = drawn.sitting_id\n             WHERE drawn.id = NEW.drawn_id\n               FOR SHARE OF sitting;\n            IF open IS NOT TRUE THEN\n                RAISE EXCEPTION 'This section takes no answers.' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='13f91f6b82b6af7514e2d78ff57b4637d48a29ec', operation='INSERT OR UPDATE', pgid='pgtrigger_only_while_open_5724b', table='proctoring_answer', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='monitoringevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cbed7b2ace7ca8d77168522a2d7271555cd25765', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7327e', table='proctoring_monitoringevent', when='BEFORE')),
        ),
    ]
