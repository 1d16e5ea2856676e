import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import hitouch.core.db.word_search
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models
from hitouch.core.db.grouped_migrations import GroupedMigration


class Migration(GroupedMigration):

    replaces = [('gigs', '0001_extensions'), ('gigs', '0002_initial'), ('gigs', '0003_alter_labels'), ('gigs', '0004_deliverable_pictures'), ('gigs', '0005_deliverables_by_page'), ('gigs', '0006_project_legal_model'), ('gigs', '0007_indexes_of_lists'), ('gigs', '0008_time_at_work'), ('gigs', '0009_search'), ('gigs', '0010_board_indexes'), ('gigs', '0011_database_guards'), ('gigs', '0012_own_case_and_horizon'), ('gigs', '0013_waitlists_and_swaps'), ('gigs', '0014_calendar_feeds'), ('gigs', '0015_indexes_of_time_lists'), ('gigs', '0016_lives_of_gigs'), ('gigs', '0017_lives_of_projects'), ('gigs', '0018_ratings'), ('gigs', '0019_saved_searches')]

    dependencies = [
        ('accounts', '0002_squashed_0011_resets_of_factors'),
        ('core', '0001_squashed_0007_indexes_of_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.CharField(max_length=30, primary_key=True, serialize=False)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass('word', name='gist_trgm_ops'), buffering=False, name='search_word_similar')],
            },
        ),
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=120, unique=True)),
                ('about', models.TextField(blank=True, help_text='Shown to agents with each opportunity.')),
            ],
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='gigs.client')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='member', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('OWNER', 'Owner'), ('MANAGER', 'Manager'), ('VIEWER', 'Viewer')], default='VIEWER', max_length=10)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='gigs.client')),
                ('title', models.CharField(max_length=120)),
                ('description', models.TextField(blank=True)),
                ('department', models.CharField(blank=True, max_length=80)),
                ('budget_paise', models.BigIntegerField()),
                ('promised_paise', models.BigIntegerField(default=0, editable=False)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('legal_model', models.CharField(choices=[('PRINCIPAL', 'HitouchCX sells the service and engages the agents'), ('OPERATOR', 'HitouchCX only brings client and agents together')], default='PRINCIPAL', max_length=10)),
                ('state', models.CharField(choices=[('PLANNING', 'Planning'), ('ACTIVE', 'Active'), ('IN_PROGRESS', 'In progress'), ('ON_HOLD', 'On hold'), ('COMPLETED', 'Completed'), ('CANCELLED', 'Cancelled')], default='PLANNING', max_length=20)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('due_on', None), ('due_on__range', (datetime.date(2020, 1, 1), datetime.date(2100, 1, 1))), _connector='OR'), name='project_due_in_this_century'), models.CheckConstraint(condition=models.Q(('budget_paise__gt', 0)), name='project_budget_positive'), models.CheckConstraint(condition=models.Q(('promised_paise__gte', 0), ('promised_paise__lte', models.F('budget_paise'))), name='project_promised_within_budget')],
            },
        ),
        migrations.CreateModel(
            name='ProjectEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='gigs.project')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Opportunity',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opportunities', to='gigs.project')),
                ('title', models.CharField(max_length=120)),
                ('description', models.TextField()),
                ('category', models.CharField(choices=[('VOICE', 'Phone support'), ('CHAT', 'Chat support'), ('EMAIL', 'Email support'), ('SOCIAL', 'Social media'), ('BACK_OFFICE', 'Back office'), ('QUALITY', 'Quality review')], max_length=20)),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('minimum_level', models.CharField(choices=[('A1', 'A1, beginner'), ('A2', 'A2, elementary'), ('B1', 'B1, intermediate'), ('B2', 'B2, upper intermediate'), ('C1', 'C1, advanced'), ('C2', 'C2, mastery')], default='A2', max_length=2)),
                ('qualifications', models.CharField(blank=True, max_length=200)),
                ('experience_years', models.PositiveSmallIntegerField(default=0)),
                ('pay_kind', models.CharField(choices=[('HOURLY', 'Hourly'), ('FIXED', 'Fixed price')], max_length=10)),
                ('rate_paise', models.BigIntegerField()),
                ('hours_each', models.PositiveSmallIntegerField(default=0, help_text='Maximum paid hours per agent. 0 for a fixed price.')),
                ('headcount', models.PositiveSmallIntegerField()),
                ('filled', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('apply_by', models.DateTimeField()),
                ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('OPEN', 'Open'), ('ON_HOLD', 'On hold'), ('FILLED', 'Filled'), ('CLOSED', 'Closed'), ('CANCELLED', 'Cancelled')], default='DRAFT', max_length=20)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('search', django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ('last_evening_at', models.DateTimeField(editable=False, null=True)),
                ('last_weekend_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name_plural': 'opportunities',
                'indexes': [models.Index(fields=['state', 'apply_by'], name='opportunity_open_first'), models.Index(fields=['-created_at', '-id'], name='opportunity_newest'), models.Index(fields=['state', '-created_at', '-id'], name='opportunity_by_state'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(hitouch.core.db.word_search.WordText('title'), name='gin_trgm_ops'), fastupdate=False, name='opportunity_title'), models.Index(condition=models.Q(('state', 'OPEN')), fields=['-published_at', 'id'], include=('category', 'pay_kind', 'minimum_level', 'rate_paise', 'last_evening_at', 'last_weekend_at', 'apply_by'), name='board_newest'), models.Index(condition=models.Q(('state', 'OPEN')), fields=['apply_by', 'id'], include=('category', 'pay_kind', 'minimum_level', 'rate_paise', 'last_evening_at', 'last_weekend_at'), name='board_deadline'), models.Index(condition=models.Q(('state', 'OPEN')), fields=['-pay_kind', '-rate_paise', 'id'], include=('category', 'minimum_level', 'last_evening_at', 'last_weekend_at', 'apply_by'), name='board_pay'), models.Index(condition=models.Q(('state', 'OPEN')), fields=['category', 'minimum_level', 'apply_by'], name='board_levels'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('state', 'OPEN')), fastupdate=False, fields=['search', 'skills', 'languages'], name='board_words')],
                'constraints': [models.CheckConstraint(condition=models.Q(('apply_by__range', (datetime.datetime(2020, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)))), name='opportunity_apply_by_in_this_century'), models.CheckConstraint(condition=models.Q(('filled__lte', models.F('headcount')), ('headcount__gt', 0), ('rate_paise__gt', 0)), name='opportunity_pays_and_seats'), models.CheckConstraint(condition=models.Q(models.Q(('hours_each__gt', 0), ('pay_kind', 'HOURLY')), models.Q(('hours_each', 0), ('pay_kind', 'FIXED')), _connector='OR'), name='opportunity_hours_fit_its_pay')],
            },
        ),
        migrations.CreateModel(
            name='OpportunityEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='gigs.opportunity')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('opportunity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='gigs.opportunity')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='accounts.agent')),
                ('note', models.TextField(blank=True, max_length=1000)),
                ('score', models.PositiveSmallIntegerField()),
                ('parts', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('PENDING', 'Pending'), ('WITHDRAWN', 'Withdrawn'), ('ACCEPTED', 'Accepted'), ('REJECTED', 'Not selected'), ('EXPIRED', 'Expired')], default='PENDING', max_length=20)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='application_newest'), models.Index(fields=['state', '-created_at', '-id'], name='application_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['PENDING', 'ACCEPTED', 'REJECTED'])), fields=('opportunity', 'agent'), name='one_standing_application_per_agent'), models.CheckConstraint(condition=models.Q(('score__lte', 100)), name='score_of_a_hundred')],
            },
        ),
        migrations.CreateModel(
            name='ApplicationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='gigs.application')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Gig',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='gig', to='gigs.application')),
                ('opportunity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gigs', to='gigs.opportunity')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gigs', to='gigs.client')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gigs', to='accounts.agent')),
                ('title', models.CharField(max_length=120)),
                ('pay_kind', models.CharField(choices=[('HOURLY', 'Hourly'), ('FIXED', 'Fixed price')], max_length=10)),
                ('rate_paise', models.BigIntegerField()),
                ('hours_each', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('ACTIVE', 'Active'), ('ON_HOLD', 'On hold'), ('COMPLETED', 'Completed'), ('CANCELLED', 'Ended'), ('REPLACED', 'Replaced')], default='ACTIVE', max_length=20)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('unearned_paise', models.BigIntegerField(default=0, editable=False)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='gig_newest'), models.Index(fields=['state', '-created_at', '-id'], name='gig_by_state'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(hitouch.core.db.word_search.WordText('title'), name='gin_trgm_ops'), fastupdate=False, name='gig_title')],
                'constraints': [models.CheckConstraint(condition=models.Q(('unearned_paise', 0), models.Q(('state__in', ['COMPLETED', 'CANCELLED', 'REPLACED']), ('unearned_paise__gt', 0)), _connector='OR'), name='only_an_ended_gig_has_unearned_pay')],
            },
        ),
        migrations.CreateModel(
            name='GigEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='gigs.gig')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('gig', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='gigs.gig')),
                ('side', models.CharField(choices=[('AGENT', 'Agent'), ('CLIENT', 'Client')], max_length=10)),
                ('stars', models.PositiveSmallIntegerField()),
                ('comment', models.TextField(blank=True, max_length=1000)),
                ('nonce', models.CharField(editable=False, max_length=32)),
                ('seal', models.CharField(editable=False, max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submitted_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('hidden_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('hidden_why', models.CharField(blank=True, editable=False, max_length=200)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('opened_at__isnull', False)), fields=['-created_at', '-id'], name='rating_newest'), models.Index(condition=models.Q(('opened_at', None)), fields=['submitted_at'], name='rating_sealed')],
                'constraints': [models.UniqueConstraint(fields=('gig', 'side'), name='one_rating_per_side'), models.CheckConstraint(condition=models.Q(('stars__gte', 1), ('stars__lte', 5)), name='rating_of_one_to_five')],
            },
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_searches', to='accounts.agent')),
                ('name', models.CharField(max_length=120)),
                ('asked', models.JSONField()),
                ('is_mailed', models.BooleanField(default=True)),
                ('site', models.CharField(max_length=200)),
                ('checked_at', models.DateTimeField()),
                ('next_mail_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'saved searches',
                'indexes': [models.Index(condition=models.Q(('is_mailed', True)), fields=['next_mail_at', 'id'], name='saved_search_due')],
                'constraints': [models.UniqueConstraint(fields=('agent', 'asked'), name='one_saved_search_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('opportunity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='gigs.opportunity')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('capacity', models.PositiveSmallIntegerField()),
                ('taken', models.PositiveSmallIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'shift',
                'indexes': [models.Index(fields=['opportunity', 'starts_at'], name='slot_of_opportunity'), models.Index(fields=['-starts_at', '-id'], name='slot_latest')],
                'constraints': [models.UniqueConstraint(fields=('opportunity', 'starts_at', 'ends_at'), name='one_slot_per_hours'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='slot_ends_after_start'), models.CheckConstraint(condition=models.Q(('starts_at__range', (datetime.datetime(2020, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('ends_at__range', (datetime.datetime(2020, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)))), name='slot_in_this_century'), models.CheckConstraint(condition=models.Q(('capacity__gt', 0), ('taken__lte', models.F('capacity'))), name='slot_never_oversold')],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='gigs.slot')),
                ('gig', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='gigs.gig')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='accounts.agent')),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('state', models.CharField(choices=[('HELD', 'Claimed'), ('SWAP_OFFERED', 'Offered to others'), ('RELEASED', 'Released'), ('WORKED', 'Worked'), ('NO_SHOW', 'Missed'), ('EXCUSED', 'Excused')], default='HELD', max_length=20)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('is_late_release', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'shift claim',
                'indexes': [models.Index(fields=['-created_at', '-id'], name='claim_newest'), models.Index(fields=['state', '-created_at', '-id'], name='claim_by_state'), models.Index(condition=models.Q(('is_late_release', True)), fields=['-created_at', '-id'], name='claim_late')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['RELEASED', 'EXCUSED']), _negated=True), fields=('slot', 'agent'), name='one_seat_per_agent_and_slot'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['HELD', 'SWAP_OFFERED', 'WORKED'])), expressions=[('agent', '='), ('during', '&&')], name='an_agent_is_in_one_place')],
            },
        ),
        migrations.CreateModel(
            name='ClaimEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='gigs.claim')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WaitlistEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waitlist', to='gigs.slot')),
                ('gig', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waitlist_entries', to='gigs.gig')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waitlist_entries', to='accounts.agent')),
                ('queued_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('WAITING', 'Waiting'), ('SEATED', 'Got a seat'), ('LEFT', 'Left'), ('EXPIRED', 'Expired')], default='WAITING', max_length=10)),
            ],
            options={
                'verbose_name_plural': 'waitlist entries',
                'indexes': [models.Index(condition=models.Q(('state', 'WAITING')), fields=['slot', 'queued_at', 'id'], name='waitlist_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'WAITING')), fields=('slot', 'agent'), name='one_waitlist_entry_per_agent_and_slot')],
            },
        ),
        migrations.CreateModel(
            name='WaitlistEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='gigs.waitlistentry')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('agent', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to='accounts.agent')),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Work',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('gig', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='works', to='gigs.gig')),
                ('pay_kind', models.CharField(choices=[('HOURLY', 'Hourly'), ('FIXED', 'Fixed price')], max_length=10)),
                ('summary', models.TextField()),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('submitted_at', models.DateTimeField()),
                ('reviewable_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('returned_time', models.DurationField(default=datetime.timedelta(0), editable=False)),
                ('state', models.CharField(choices=[('PENDING', 'Submitted'), ('UNDER_REVIEW', 'Under review'), ('APPROVED', 'Approved'), ('REJECTED', 'Rejected'), ('REWORK_NEEDED', 'Changes requested'), ('REWORK_SUBMITTED', 'Resubmitted')], default='PENDING', max_length=20)),
            ],
            options={
                'verbose_name': 'work',
                'verbose_name_plural': 'work',
                'indexes': [models.Index(fields=['state', 'reviewable_at'], name='work_waiting'), models.Index(fields=['-submitted_at', '-id'], name='work_newest'), models.Index(fields=['state', '-submitted_at', '-id'], name='work_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('pay_kind', 'FIXED'), models.Q(('state', 'REJECTED'), _negated=True)), fields=('gig',), name='a_fixed_price_is_earned_once')],
            },
        ),
        migrations.CreateModel(
            name='WorkEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='gigs.work')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Deliverable',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('work', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliverables', to='gigs.work')),
                ('round', models.PositiveSmallIntegerField()),
                ('url', models.URLField(blank=True, max_length=500)),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('tries', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('next_try_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('taken_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('pages_checked', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('failed_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('next_try_at__isnull', False), ('failed_at__isnull', False), _connector='OR'), fields=['-created_at', '-id'], name='deliverable_unchecked')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', False), ('url', '')), models.Q(models.Q(('url', ''), _negated=True), ('file__isnull', True)), _connector='OR'), name='deliverable_is_link_or_file'), models.CheckConstraint(condition=models.Q(('failed_at', None), ('next_try_at', None), _connector='OR'), name='failed_deliverable_is_not_due')],
            },
        ),
        migrations.CreateModel(
            name='WorkReview',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('work', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='gigs.work')),
                ('round', models.PositiveSmallIntegerField()),
                ('verdict', models.CharField(choices=[('APPROVED', 'Approved'), ('REJECTED', 'Rejected'), ('REWORK', 'Changes requested')], max_length=10)),
                ('comment', models.TextField(blank=True)),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='gigs.member')),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('work', 'round'), name='one_verdict_a_round')],
            },
        ),
        migrations.CreateModel(
            name='Break',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaks', to='gigs.claim')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaks', to='accounts.agent')),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('agent',), name='one_running_break'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='break_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='ClockInRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clock_in_refusals', to='gigs.claim')),
                ('at', models.DateTimeField()),
                ('code', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='TaskCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='task_counts', to='gigs.claim')),
                ('kind', models.CharField(choices=[('TICKET', 'Tickets'), ('CALL', 'Calls'), ('CHAT', 'Chats'), ('TASK', 'Other tasks')], max_length=10)),
                ('count', models.SmallIntegerField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('count', 0), _negated=True), ('count__gte', -1000), ('count__lte', 1000)), name='task_count_in_range')],
            },
        ),
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('agent', models.ForeignKey(blank=True, help_text='Empty: for everybody, such as an outage of HitouchCX.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='waivers', to='accounts.agent')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('reason', models.CharField(help_text='Agents and clients see this.', max_length=300)),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='waiver_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='waiver_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='TimeCorrection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='gigs.claim')),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=500)),
                ('side', models.CharField(choices=[('AGENT', 'Agent'), ('CLIENT', 'Client')], max_length=10)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('state', models.CharField(choices=[('PROPOSED', 'Waiting for the other side'), ('AGREED', 'Agreed'), ('REFUSED', 'Refused'), ('WITHDRAWN', 'Withdrawn')], default='PROPOSED', max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='time_correction_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_at__gt', models.F('started_at'))), name='correction_ends_after_start'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), ('state', 'WITHDRAWN'), _connector='OR'), name='correction_is_decided_by_another_person'), models.UniqueConstraint(condition=models.Q(('state', 'PROPOSED')), fields=('claim',), name='one_proposed_correction_per_claim')],
            },
        ),
        migrations.CreateModel(
            name='TimeCorrectionEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='gigs.timecorrection')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WorkSession',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='gigs.claim')),
                ('gig', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='gigs.gig')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='work_sessions', to='accounts.agent')),
                ('work', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='gigs.work')),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.CharField(blank=True, choices=[('AGENT', 'Agent'), ('BREAK', 'Break'), ('SLOT_END', 'End of the shift'), ('PLATFORM', 'HitouchCX'), ('CORRECTION', 'Agreed correction')], max_length=12)),
                ('correction', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='session', to='gigs.timecorrection')),
                ('is_replaced', models.BooleanField(default=False, help_text='An agreed correction counts.')),
            ],
            options={
                'indexes': [models.Index(fields=['-started_at', '-id'], name='session_newest'), models.Index(fields=['ended_by', '-started_at', '-id'], name='session_by_end')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('agent',), name='one_running_session'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='session_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_by', ''), _negated=True)), _connector='OR'), name='session_end_names_what_ended_it'), models.CheckConstraint(condition=models.Q(('is_replaced', False), models.Q(('ended_at__isnull', False), ('work', None)), _connector='OR'), name='replaced_session_is_not_paid'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_replaced', False)), expressions=[('agent', '='), (models.Func('started_at', 'ended_at', models.Value('[)'), function='TSTZRANGE'), '&&')], name='sessions_never_overlap')],
            },
        ),
        migrations.AddField(
            model_name='timecorrection',
            name='replaces',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='gigs.worksession'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='client',
            trigger=pgtrigger.compiler.Trigger(name='search_name', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.name IS DISTINCT FROM OLD.name)', func='UPDATE gigs_opportunity SET title = title WHERE project_id IN (SELECT id FROM gigs_project WHERE client_id = NEW.id); RETURN NULL;', hash='0e4fd65f88f4d67cf841cdd898963c94ca4e4505', operation='UPDATE OF "name"', pgid='pgtrigger_search_name_24563', table='gigs_client', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PLANNING:ACTIVE,PLANNING:CANCELLED,ACTIVE:IN_PROGRESS,ACTIVE:ON_HOLD,ACTIVE:COMPLETED,ACTIVE:CANCELLED,IN_PROGRESS:ON_HOLD,IN_PROGRESS:COMPLETED,IN_PROGRESS:CANCELLED,ON_HOLD:ACTIVE,ON_HOLD:IN_PROGRESS,ON_HOLD:COMPLETED,ON_HOLD:CANCELLED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='a4147440b8bb0c39138198f1f5aae0b1a43e98c9', operation='UPDATE', pgid='pgtrigger_state_edges_3a27e', table='gigs_project', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'PLANNING\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='0a33bcace00da6fa5b5659074e98c3a209f49dee', operation='INSERT', pgid='pgtrigger_state_start_aa2a3', table='gigs_project', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='promised_paise_starts_at_0', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.promised_paise <> 0)', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='42fd48bb35abd3392be026991fcdcc295d33ef74', operation='INSERT', pgid='pgtrigger_promised_paise_starts_at_0_75e08', table='gigs_project', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='promised_paise_is_counted', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.promised_paise IS DISTINCT FROM OLD.promised_paise AND pg_trigger_depth() = 0)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='525550f08076403708c6d4e1d7e80d5295e79465', operation='UPDATE', pgid='pgtrigger_promised_paise_is_counted_90baa', table='gigs_project', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."client_id" IS DISTINCT FROM (NEW."client_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4b6b1aaf9a403b5e48d753d168b4713e7f80b914', operation='UPDATE', pgid='pgtrigger_frozen_fb6e1', table='gigs_project', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1cf68c3648e993673e564d57afb0717b2827fec0', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_37938', table='gigs_projectevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='opportunity',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{DRAFT:OPEN,DRAFT:CANCELLED,OPEN:ON_HOLD,OPEN:FILLED,OPEN:CLOSED,OPEN:CANCELLED,ON_HOLD:OPEN,ON_HOLD:CLOSED,ON_HOLD:CANCELLED,FILLED:OPEN,FILLED:CLOSED,FILLED:CANCELLED,CLOSED:CANCELLED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='35b1b76d84967e6ccb3d645f06862a347c4f923f', operation='UPDATE', pgid='pgtrigger_state_edges_d70cc', table='gigs_opportunity', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='opportunity',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'DRAFT\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='1ecdca94565b4ed3144ed10c79cb0be5669aa0e3', operation='INSERT', pgid='pgtrigger_state_start_2b41c', table='gigs_opportunity', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='opportunity',
            trigger=pgtrigger.compiler.Trigger(name='search_document', sql=pgtrigger.compiler.UpsertTriggerSql(func="NEW.search := setweight(to_tsvector('simple', translate(normalize(NEW.title, NFKC), '/_.', '   ')), 'A') || setweight(to_tsvector('simple', translate(normalize(array_to_string(NEW.skills || NEW.languages::varchar[], ' '), NFKC), '/_.', '   ')), 'B') || setweight(to_tsvector('simple', translate(normalize(coalesce((SELECT c.name FROM gigs_project p JOIN gigs_client c ON c.id = p.client_id WHERE p.id = NEW.project_id), ''), NFKC), '/_.', '   ')), 'B') || setweight(to_tsvector('simple', translate(normalize(CASE NEW.category WHEN 'VOICE' THEN 'Phone support' WHEN 'CHAT' THEN 'Chat support' WHEN 'EMAIL' THEN 'Email support' WHEN 'SOCIAL' THEN 'Social media' WHEN 'BACK_OFFICE' THEN 'Back office' WHEN 'QUALITY' THEN 'Quality review' ELSE '' END, NFKC), '/_.', '   ')), 'C') || setweight(to_tsvector('simple', translate(normalize(NEW.description, NFKC), '/_.', '   ')), 'D'); RETURN NEW;", hash='0d3cc5be4e31e3ddb3c82270c24e50ed52b5cdad', operation='INSERT OR UPDATE OF "title", "description", "skills", "languages", "category", "project_id"', pgid='pgtrigger_search_document_975b4', table='gigs_opportunity', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='opportunity',
            trigger=pgtrigger.compiler.Trigger(name='search_words', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.state <> 'DRAFT')", func="INSERT INTO gigs_searchword (word) SELECT t.word FROM unnest(tsvector_to_array(NEW.search)) AS t (word) WHERE length(t.word) BETWEEN 4 AND 30 AND t.word !~ '[0-9-]' AND NOT EXISTS (SELECT 1 FROM gigs_searchword known WHERE known.word = t.word) ORDER BY t.word ON CONFLICT DO NOTHING; RETURN NULL;", hash='5e1e81da02b46de2f3bd9a48b73a7a1c29c1c206', operation='INSERT OR UPDATE OF "title", "description", "skills", "languages", "category", "project_id", "state"', pgid='pgtrigger_search_words_8f63a', table='gigs_opportunity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='opportunity',
            trigger=pgtrigger.compiler.Trigger(name='filled_starts_at_0', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.filled <> 0)', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='743437330a9b274090084ad4479168d9b9309f51', operation='INSERT', pgid='pgtrigger_filled_starts_at_0_b8686', table='gigs_opportunity', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='opportunity',
            trigger=pgtrigger.compiler.Trigger(name='filled_is_counted', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.filled IS DISTINCT FROM OLD.filled AND pg_trigger_depth() = 0)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a3123362eacb96971f24ecb9e892dc0564fa1dcc', operation='UPDATE', pgid='pgtrigger_filled_is_counted_6e51e', table='gigs_opportunity', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='opportunity',
            trigger=pgtrigger.compiler.Trigger(name='published_pay_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state <> 'DRAFT' AND ROW(OLD.project_id, OLD.pay_kind, OLD.rate_paise, OLD.hours_each, OLD.headcount) IS DISTINCT FROM ROW(NEW.project_id, NEW.pay_kind, NEW.rate_paise, NEW.hours_each, NEW.headcount))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6de96d9cfa50c05bb692a33c9eaee31e17a87433', operation='UPDATE', pgid='pgtrigger_published_pay_stays_e2a70', table='gigs_opportunity', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='opportunity',
            trigger=pgtrigger.compiler.Trigger(name='promise_cost', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (0 <> (CASE WHEN NEW.state = 'DRAFT' OR NEW.published_at IS NULL THEN 0 WHEN NEW.state IN ('CLOSED', 'CANCELLED') THEN NEW.filled ELSE NEW.headcount END) - (CASE WHEN OLD.state = 'DRAFT' OR OLD.published_at IS NULL THEN 0 WHEN OLD.state IN ('CLOSED', 'CANCELLED') THEN OLD.filled ELSE OLD.headcount END))", func="UPDATE gigs_project SET promised_paise = promised_paise + NEW.rate_paise * greatest(NEW.hours_each, 1) * ((CASE WHEN NEW.state = 'DRAFT' OR NEW.published_at IS NULL THEN 0 WHEN NEW.state IN ('CLOSED', 'CANCELLED') THEN NEW.filled ELSE NEW.headcount END) - (CASE WHEN OLD.state = 'DRAFT' OR OLD.published_at IS NULL THEN 0 WHEN OLD.state IN ('CLOSED', 'CANCELLED') THEN OLD.filled ELSE OLD.headcount END)) WHERE id = NEW.project_id; RETURN NULL;", hash='073c1a83fecadc05dbd5d179cde9ac18d5054b7d', operation='UPDATE OF "state", "filled"', pgid='pgtrigger_promise_cost_da415', table='gigs_opportunity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='opportunity',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b1a2a73f0819098a71a9bc5dadbf7d195975ac84', operation='DELETE', pgid='pgtrigger_never_deleted_80ca0', table='gigs_opportunity', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='opportunityevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='97e48ced6d32e6f0642ed6c04a366ee4213c5753', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d6eaa', table='gigs_opportunityevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PENDING:WITHDRAWN,PENDING:ACCEPTED,PENDING:REJECTED,PENDING:EXPIRED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='35c8efb66e119661d560d15dccc1e152e9f2743b', operation='UPDATE', pgid='pgtrigger_state_edges_4477d', table='gigs_application', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'PENDING\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='55bf6ab63e1792a8da4b618e19d4f7cb609a5a72', operation='INSERT', pgid='pgtrigger_state_start_25ea5', table='gigs_application', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."opportunity_id" IS DISTINCT FROM (NEW."opportunity_id") OR OLD."agent_id" IS DISTINCT FROM (NEW."agent_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4db8e3e7b6650fa1708d020e244a6f8d434206f7', operation='UPDATE', pgid='pgtrigger_frozen_313d2', table='gigs_application', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c8b9ccd1485d9b8516918d95051fcd836e07415d', operation='DELETE', pgid='pgtrigger_never_deleted_ad898', table='gigs_application', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='applicationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='05bce73dfb8461b06b70bf70e66ba24d9002782f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5c09e', table='gigs_applicationevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='applicationevent',
            trigger=pgtrigger.compiler.Trigger(name='not_own_application', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.became IN ('ACCEPTED', 'REJECTED'))", func="IF NOT EXISTS (SELECT FROM gigs_application AS application JOIN accounts_agent AS agent ON agent.id = application.agent_id WHERE application.id = NEW.subject_id AND agent.user_id IS DISTINCT FROM NEW.by_id) THEN RAISE EXCEPTION 'pgtrigger: % row does not agree with the rows it points to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;", hash='df0791aafd669beb4f9a3c2aaf76f722351b5f52', operation='INSERT', pgid='pgtrigger_not_own_application_7ef81', table='gigs_applicationevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gig',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{ACTIVE:ON_HOLD,ACTIVE:COMPLETED,ACTIVE:CANCELLED,ACTIVE:REPLACED,ON_HOLD:ACTIVE,ON_HOLD:COMPLETED,ON_HOLD:CANCELLED,ON_HOLD:REPLACED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='1db83d0cdf90ea4671ef2851b37122b238021521', operation='UPDATE', pgid='pgtrigger_state_edges_1ba1e', table='gigs_gig', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gig',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'ACTIVE\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='73db50a9ce7be58832796f9c5f9d0d20e49cbda1', operation='INSERT', pgid='pgtrigger_state_start_11550', table='gigs_gig', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gig',
            trigger=pgtrigger.compiler.Trigger(name='count_filled_in', sql=pgtrigger.compiler.UpsertTriggerSql(func='UPDATE gigs_opportunity SET filled = filled + 1 WHERE id = NEW.opportunity_id; RETURN NULL;', hash='4e0b7cd340516907b60272808a40d60b8d59e0a3', operation='INSERT', pgid='pgtrigger_count_filled_in_9fa5f', table='gigs_gig', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gig',
            trigger=pgtrigger.compiler.Trigger(name='count_filled_out', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state IN ('ACTIVE', 'ON_HOLD', 'COMPLETED', 'CANCELLED'))", func='UPDATE gigs_opportunity SET filled = filled - 1 WHERE id = OLD.opportunity_id; RETURN NULL;', hash='766f5d82e98179b7519531aeea982c9bda3ba8a1', operation='DELETE', pgid='pgtrigger_count_filled_out_236f4', table='gigs_gig', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gig',
            trigger=pgtrigger.compiler.Trigger(name='count_filled_left', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state IN ('ACTIVE', 'ON_HOLD', 'COMPLETED', 'CANCELLED') AND NEW.state NOT IN ('ACTIVE', 'ON_HOLD', 'COMPLETED', 'CANCELLED'))", func='UPDATE gigs_opportunity SET filled = filled - 1 WHERE id = OLD.opportunity_id; RETURN NULL;', hash='4daaf183cc7c1053fba4e73aced1ef1b30374f7c', operation='UPDATE', pgid='pgtrigger_count_filled_left_0b066', table='gigs_gig', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gig',
            trigger=pgtrigger.compiler.Trigger(name='promise_earned', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (0 <> (CASE NEW.state WHEN 'REPLACED' THEN NEW.rate_paise * greatest(NEW.hours_each, 1) ELSE 0 END - NEW.unearned_paise) - (CASE OLD.state WHEN 'REPLACED' THEN OLD.rate_paise * greatest(OLD.hours_each, 1) ELSE 0 END - OLD.unearned_paise))", func="UPDATE gigs_project SET promised_paise = promised_paise + (CASE NEW.state WHEN 'REPLACED' THEN NEW.rate_paise * greatest(NEW.hours_each, 1) ELSE 0 END - NEW.unearned_paise) - (CASE OLD.state WHEN 'REPLACED' THEN OLD.rate_paise * greatest(OLD.hours_each, 1) ELSE 0 END - OLD.unearned_paise) WHERE id = (SELECT project_id FROM gigs_opportunity WHERE id = NEW.opportunity_id); RETURN NULL;", hash='754def16e9e83cc0cc7930051d92bf7be051985b', operation='UPDATE OF "state", "unearned_paise"', pgid='pgtrigger_promise_earned_9bb84', table='gigs_gig', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gig',
            trigger=pgtrigger.compiler.Trigger(name='unearned_pay_only_grows', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.unearned_paise < OLD.unearned_paise)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e2aba90702e32d8fe44a6381a2ada8567e47d4d7', operation='UPDATE', pgid='pgtrigger_unearned_pay_only_grows_70ac8', table='gigs_gig', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gig',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."application_id" IS DISTINCT FROM (NEW."application_id") OR OLD."pay_kind" IS DISTINCT FROM (NEW."pay_kind") OR OLD."rate_paise" IS DISTINCT FROM (NEW."rate_paise") OR OLD."hours_each" IS DISTINCT FROM (NEW."hours_each") OR OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."opportunity_id" IS DISTINCT FROM (NEW."opportunity_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b6d31d0f2b459c65e46aae3d461b325fc579055c', operation='UPDATE', pgid='pgtrigger_frozen_f0306', table='gigs_gig', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gig',
            trigger=pgtrigger.compiler.Trigger(name='terms_of_its_application', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NOT EXISTS (SELECT FROM gigs_application AS application JOIN gigs_opportunity AS opportunity ON opportunity.id = application.opportunity_id JOIN gigs_project AS project ON project.id = opportunity.project_id WHERE application.id = NEW.application_id AND application.state = 'ACCEPTED' AND (application.agent_id, opportunity.id, project.client_id, opportunity.pay_kind, opportunity.rate_paise, opportunity.hours_each) = (NEW.agent_id, NEW.opportunity_id, NEW.client_id, NEW.pay_kind, NEW.rate_paise, NEW.hours_each)) THEN RAISE EXCEPTION 'pgtrigger: % row does not agree with the rows it points to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;", hash='fb347bc5b12d4586d7f757441c21843678878b44', operation='INSERT', pgid='pgtrigger_terms_of_its_application_50c2c', table='gigs_gig', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gig',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='cd605571508c4ee238e8fa397f658528a4c3a560', operation='DELETE', pgid='pgtrigger_never_deleted_0aded', table='gigs_gig', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gigevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4330c1a910eb65ff34bf30d30a38293499a0e5ff', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ece1a', table='gigs_gigevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rating',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."gig_id" IS DISTINCT FROM (NEW."gig_id") OR OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."stars" IS DISTINCT FROM (NEW."stars") OR OLD."nonce" IS DISTINCT FROM (NEW."nonce") OR OLD."seal" IS DISTINCT FROM (NEW."seal") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a49861c831b8e2892717fa4cdbb1da43f7816ea9', operation='UPDATE', pgid='pgtrigger_frozen_13038', table='gigs_rating', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slot',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."opportunity_id" IS DISTINCT FROM (NEW."opportunity_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b8e90a34822c0c7dd97d7a33962d16c9aaff061d', operation='UPDATE', pgid='pgtrigger_frozen_cbabe', table='gigs_slot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slot',
            trigger=pgtrigger.compiler.Trigger(name='search_hours', sql=pgtrigger.compiler.UpsertTriggerSql(func="UPDATE gigs_opportunity o SET last_evening_at = greatest(o.last_evening_at, latest.evening), last_weekend_at = greatest(o.last_weekend_at, latest.weekend) FROM (SELECT s.opportunity_id, max(s.starts_at) FILTER (WHERE EXISTS (SELECT 1 FROM (VALUES (interval '0'), (interval '1 day')) AS d (days) WHERE s.starts_at < (date_trunc('day', s.starts_at AT TIME ZONE 'Asia/Kolkata') + d.days + interval '22 hours') AT TIME ZONE 'Asia/Kolkata' AND s.ends_at > (date_trunc('day', s.starts_at AT TIME ZONE 'Asia/Kolkata') + d.days + interval '18 hours') AT TIME ZONE 'Asia/Kolkata')) AS evening, max(s.starts_at) FILTER (WHERE (extract(isodow FROM s.starts_at AT TIME ZONE 'Asia/Kolkata') >= 6 OR extract(isodow FROM (s.ends_at - interval '1 microsecond') AT TIME ZONE 'Asia/Kolkata') >= 6)) AS weekend FROM new_rows s GROUP BY s.opportunity_id) latest WHERE o.id = latest.opportunity_id AND (latest.evening > coalesce(o.last_evening_at, '-infinity') OR latest.weekend > coalesce(o.last_weekend_at, '-infinity')); RETURN NULL;", hash='d37ec5e79c2735eecc6a4f7a8fa20523e2869265', level='STATEMENT', operation='INSERT', pgid='pgtrigger_search_hours_2f8df', referencing='REFERENCING NEW TABLE AS new_rows ', table='gigs_slot', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slot',
            trigger=pgtrigger.compiler.Trigger(name='taken_starts_at_0', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.taken <> 0)', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='cbca3019b947c6061585f8ced19cb7495076d4d3', operation='INSERT', pgid='pgtrigger_taken_starts_at_0_60504', table='gigs_slot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slot',
            trigger=pgtrigger.compiler.Trigger(name='taken_is_counted', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.taken IS DISTINCT FROM OLD.taken AND pg_trigger_depth() = 0)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c095e3ffd3f423d3b52bd07a2d0fd228afc1a17f', operation='UPDATE', pgid='pgtrigger_taken_is_counted_e1513', table='gigs_slot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claim',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{HELD:SWAP_OFFERED,HELD:RELEASED,HELD:WORKED,HELD:NO_SHOW,HELD:EXCUSED,SWAP_OFFERED:HELD,SWAP_OFFERED:RELEASED,SWAP_OFFERED:WORKED,SWAP_OFFERED:NO_SHOW,SWAP_OFFERED:EXCUSED,NO_SHOW:EXCUSED,NO_SHOW:WORKED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='1b85af0fd7714af0e5d695b55e31a024f0555259', operation='UPDATE', pgid='pgtrigger_state_edges_abc26', table='gigs_claim', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claim',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'HELD\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='6ff0ecc46d389ae72da68ab10720b33627759e65', operation='INSERT', pgid='pgtrigger_state_start_0e755', table='gigs_claim', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claim',
            trigger=pgtrigger.compiler.Trigger(name='count_taken_in', sql=pgtrigger.compiler.UpsertTriggerSql(func='UPDATE gigs_slot SET taken = taken + 1 WHERE id = NEW.slot_id; RETURN NULL;', hash='f4195761b6be2f746c6cb85537e35527c442e538', operation='INSERT', pgid='pgtrigger_count_taken_in_b248a', table='gigs_claim', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claim',
            trigger=pgtrigger.compiler.Trigger(name='count_taken_out', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state IN ('HELD', 'SWAP_OFFERED', 'WORKED', 'NO_SHOW'))", func='UPDATE gigs_slot SET taken = taken - 1 WHERE id = OLD.slot_id; RETURN NULL;', hash='fa14d1a185601a02e1827f53733a9b7bd1735e84', operation='DELETE', pgid='pgtrigger_count_taken_out_9fdd4', table='gigs_claim', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claim',
            trigger=pgtrigger.compiler.Trigger(name='count_taken_left', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state IN ('HELD', 'SWAP_OFFERED', 'WORKED', 'NO_SHOW') AND NEW.state NOT IN ('HELD', 'SWAP_OFFERED', 'WORKED', 'NO_SHOW'))", func='UPDATE gigs_slot SET taken = taken - 1 WHERE id = OLD.slot_id; RETURN NULL;', hash='13d28675f820472fcb2c8e8572060c714bfd84de', operation='UPDATE', pgid='pgtrigger_count_taken_left_3f359', table='gigs_claim', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claim',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slot_id" IS DISTINCT FROM (NEW."slot_id") OR OLD."gig_id" IS DISTINCT FROM (NEW."gig_id") OR OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."during" IS DISTINCT FROM (NEW."during"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='eb58917e5774d6894899815ca480e3f87670938a', operation='UPDATE', pgid='pgtrigger_frozen_7cb14', table='gigs_claim', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claim',
            trigger=pgtrigger.compiler.Trigger(name='of_its_gig_and_slot', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NOT EXISTS (SELECT FROM gigs_gig AS gig JOIN gigs_slot AS slot ON slot.opportunity_id = gig.opportunity_id WHERE gig.id = NEW.gig_id AND slot.id = NEW.slot_id AND gig.agent_id = NEW.agent_id AND NEW.during = tstzrange(slot.starts_at, slot.ends_at)) THEN RAISE EXCEPTION 'pgtrigger: % row does not agree with the rows it points to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;", hash='f7ab643ebced2ca2fbbc524065a5cea2510f62ba', operation='INSERT', pgid='pgtrigger_of_its_gig_and_slot_7767b', table='gigs_claim', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claim',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='85d3af6e5da57dd96f9bb049f6420eb89b314dea', operation='DELETE', pgid='pgtrigger_never_deleted_0af4e', table='gigs_claim', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claimevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b291787eb8bfbb1bc7085bdc61d1f1103f58ab10', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_16317', table='gigs_claimevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waitlistentry',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{WAITING:SEATED,WAITING:LEFT,WAITING:EXPIRED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='20d097c23882a56231b9498a33725286d40e7913', operation='UPDATE', pgid='pgtrigger_state_edges_1e875', table='gigs_waitlistentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waitlistentry',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'WAITING\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='0d634e61a395033877e3fb7f7f53a5d32423fcd7', operation='INSERT', pgid='pgtrigger_state_start_c0810', table='gigs_waitlistentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waitlistentry',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slot_id" IS DISTINCT FROM (NEW."slot_id") OR OLD."gig_id" IS DISTINCT FROM (NEW."gig_id") OR OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."queued_at" IS DISTINCT FROM (NEW."queued_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2c30178d2f7c793f1265e8d5ca6662488f0021f4', operation='UPDATE', pgid='pgtrigger_frozen_fb05d', table='gigs_waitlistentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waitlistevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='07369b2f0fe5ffa9e43b5bc8dfef11205ea2ffbc', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_23ded', table='gigs_waitlistevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='work',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PENDING:UNDER_REVIEW,REWORK_SUBMITTED:UNDER_REVIEW,UNDER_REVIEW:APPROVED,UNDER_REVIEW:REJECTED,UNDER_REVIEW:REWORK_NEEDED,REWORK_NEEDED:REWORK_SUBMITTED,REWORK_NEEDED:UNDER_REVIEW}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='1a1db317b481ed33de81c56673fc19b3cd7cf614', operation='UPDATE', pgid='pgtrigger_state_edges_20c19', table='gigs_work', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='work',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'PENDING\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='30f508e8a1bff5acba58d703f099311d94231826', operation='INSERT', pgid='pgtrigger_state_start_ba3fc', table='gigs_work', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='work',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."gig_id" IS DISTINCT FROM (NEW."gig_id") OR OLD."pay_kind" IS DISTINCT FROM (NEW."pay_kind"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='24fb25514f387e4defe17a86f95a9ac9748d945b', operation='UPDATE', pgid='pgtrigger_frozen_ad84d', table='gigs_work', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='work',
            trigger=pgtrigger.compiler.Trigger(name='pay_of_its_gig', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NOT EXISTS (SELECT FROM gigs_gig WHERE id = NEW.gig_id AND pay_kind = NEW.pay_kind) THEN RAISE EXCEPTION 'pgtrigger: % row does not agree with the rows it points to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;", hash='f3b939fb9594d41ee7134cff856c93f52341835c', operation='INSERT', pgid='pgtrigger_pay_of_its_gig_22f73', table='gigs_work', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='work',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c3ec78895be4cde0ad1d77798c5f35aea5dcf553', operation='DELETE', pgid='pgtrigger_never_deleted_e6450', table='gigs_work', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='20bd37e9cfe2c33f09fb91e4040380c5aaac867d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f3eff', table='gigs_workevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workreview',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."work_id" IS DISTINCT FROM (NEW."work_id") OR OLD."round" IS DISTINCT FROM (NEW."round") OR OLD."verdict" IS DISTINCT FROM (NEW."verdict") OR OLD."member_id" IS DISTINCT FROM (NEW."member_id") OR OLD."at" IS DISTINCT FROM (NEW."at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='16f8069ee1018a1c40bcfa48e8b6ca5a3c564cab', operation='UPDATE', pgid='pgtrigger_frozen_065e1', table='gigs_workreview', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workreview',
            trigger=pgtrigger.compiler.Trigger(name='not_own_work', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.member_id IS NOT NULL)', func="IF NOT EXISTS (SELECT FROM gigs_work AS work JOIN gigs_gig AS gig ON gig.id = work.gig_id JOIN accounts_agent AS agent ON agent.id = gig.agent_id JOIN gigs_member AS member ON member.id = NEW.member_id WHERE work.id = NEW.work_id AND agent.user_id <> member.user_id AND gig.client_id = member.client_id) THEN RAISE EXCEPTION 'pgtrigger: % row does not agree with the rows it points to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;", hash='dacd8e80f1ecb908cefa29294eee19d5ff655840', operation='INSERT', pgid='pgtrigger_not_own_work_c2b32', table='gigs_workreview', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workreview',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='8d609dca8af3e482344111588d38b9397df2da34', operation='DELETE', pgid='pgtrigger_never_deleted_b29c4', table='gigs_workreview', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='break',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."claim_id" IS DISTINCT FROM (NEW."claim_id") OR OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6560e8b5b1941fb73086e163d267bee5fd3cd6ee', operation='UPDATE', pgid='pgtrigger_frozen_571a3', table='gigs_break', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clockinrefusal',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ba8e2bcd535dee3d3834f89294a8a9c68845e6ca', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9d596', table='gigs_clockinrefusal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waiver',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dbc73e85f3e32e68460835299fc9694c08eb1b8f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_685d0', table='gigs_waiver', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='timecorrection',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PROPOSED:AGREED,PROPOSED:REFUSED,PROPOSED:WITHDRAWN}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='302ce6df2a943f8ee206446049e8903836dd290b', operation='UPDATE', pgid='pgtrigger_state_edges_96531', table='gigs_timecorrection', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='timecorrection',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'PROPOSED\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='4c1021fe7f36b86a0e2dcf503de4ecebc913a5f0', operation='INSERT', pgid='pgtrigger_state_start_eb6c6', table='gigs_timecorrection', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='timecorrection',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."claim_id" IS DISTINCT FROM (NEW."claim_id") OR OLD."replaces_id" IS DISTINCT FROM (NEW."replaces_id") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d3ac36d32b0cf9f5e9282d169a084c8c358ebc80', operation='UPDATE', pgid='pgtrigger_frozen_77822', table='gigs_timecorrection', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='timecorrectionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='98ad6feb9018d74189b3434585f283828c43a1bc', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bf7d5', table='gigs_timecorrectionevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='worksession',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."claim_id" IS DISTINCT FROM (NEW."claim_id") OR OLD."gig_id" IS DISTINCT FROM (NEW."gig_id") OR OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at") OR OLD."correction_id" IS DISTINCT FROM (NEW."correction_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0e1d1997a04bd2ab2aae466fa3e6072c0c371dff', operation='UPDATE', pgid='pgtrigger_frozen_e639f', table='gigs_worksession', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='worksession',
            trigger=pgtrigger.compiler.Trigger(name='of_its_claim', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NOT EXISTS (SELECT FROM gigs_claim WHERE id = NEW.claim_id AND gig_id = NEW.gig_id AND agent_id = NEW.agent_id AND NEW.work_id IS NULL) THEN RAISE EXCEPTION 'pgtrigger: % row does not agree with the rows it points to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;", hash='8b63960a03a2e82dcf22168e0a3e11c1476a110a', operation='INSERT', pgid='pgtrigger_of_its_claim_4ad85', table='gigs_worksession', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='worksession',
            trigger=pgtrigger.compiler.Trigger(name='joins_new_work', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.work_id IS NOT NULL AND NEW.work_id IS DISTINCT FROM OLD.work_id)', func="IF NOT EXISTS (SELECT FROM gigs_work WHERE id = NEW.work_id AND gig_id = NEW.gig_id AND state = 'PENDING' AND OLD.work_id IS NULL AND NEW.ended_at IS NOT NULL) THEN RAISE EXCEPTION 'pgtrigger: % row does not agree with the rows it points to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;", hash='84897db2135df4c5c1198a605a908014a68d5ca4', operation='UPDATE OF "work_id"', pgid='pgtrigger_joins_new_work_91ee5', table='gigs_worksession', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='worksession',
            trigger=pgtrigger.compiler.Trigger(name='leaves_rejected_work', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.work_id IS NULL AND NEW.work_id IS DISTINCT FROM OLD.work_id)', func="IF NOT EXISTS (SELECT FROM gigs_work WHERE id = OLD.work_id AND state = 'REJECTED') THEN RAISE EXCEPTION 'pgtrigger: % row does not agree with the rows it points to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;", hash='125a9ad95538cfb84a10c368ea9d5dd2dcb109f0', operation='UPDATE OF "work_id"', pgid='pgtrigger_leaves_rejected_work_361f8', table='gigs_worksession', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='worksession',
            trigger=pgtrigger.compiler.Trigger(name='counted_time_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.work_id IS NOT NULL AND ROW(OLD.ended_at, OLD.ended_by) IS DISTINCT FROM ROW(NEW.ended_at, NEW.ended_by))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='86eae091ba5a351b034e7df16b47b5528b9d55d7', operation='UPDATE', pgid='pgtrigger_counted_time_stays_c96d1', table='gigs_worksession', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='worksession',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b8280f7497757caaf52b604109c5776ab3c4d376', operation='DELETE', pgid='pgtrigger_never_deleted_cfad6', table='gigs_worksession', when='BEFORE')),
        ),
    ]
