import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import hitouch.core.db.word_search
import hitouch.core.fields
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models
from hitouch.core.db.grouped_migrations import GroupedMigration


class Migration(GroupedMigration):

    replaces = [('accounts', '0001_initial')]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('core', '0001_squashed_0007_indexes_of_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(blank=True, max_length=254, null=True)),
                ('phone', models.CharField(blank=True, help_text='E.164', max_length=16, null=True)),
                ('email_verified_at', models.DateTimeField(blank=True, null=True)),
                ('phone_verified_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('PENDING', 'No password yet'), ('ACTIVE', 'Active'), ('SUSPENDED', 'Suspended'), ('CLOSED', 'Closed')], default='PENDING', max_length=10)),
                ('is_staff', models.BooleanField(default=False)),
                ('locale', models.CharField(default='en-in', max_length=8)),
                ('last_login', models.DateTimeField(blank=True, null=True)),
                ('login_epoch', models.PositiveIntegerField(default=0, editable=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='user_newest'), models.Index(fields=['status', '-created_at', '-id'], name='user_by_status'), models.Index(condition=models.Q(('is_staff', True)), fields=['-created_at', '-id'], name='user_staff'), models.Index(fields=['email'], name='user_email_beginning', opclasses=['varchar_pattern_ops'])],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='one_user_per_email'), models.UniqueConstraint(models.F('phone'), name='one_user_per_phone'), models.CheckConstraint(condition=models.Q(('email__isnull', False), ('phone__isnull', False), ('status', 'CLOSED'), _connector='OR'), name='user_has_a_contact'), models.CheckConstraint(condition=models.Q(('email__isnull', True), ('email', django.db.models.functions.text.Lower('email')), _connector='OR'), name='user_email_is_lower_case'), models.CheckConstraint(condition=models.Q(('phone__isnull', True), ('phone__regex', '^\\+[1-9][0-9]{7,14}$'), _connector='OR'), name='user_phone_is_e164')],
            },
        ),
        migrations.CreateModel(
            name='Agent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agent', to=settings.AUTH_USER_MODEL)),
                ('given_name', models.CharField(blank=True, max_length=80)),
                ('family_name', models.CharField(blank=True, max_length=80)),
                ('birth_on', hitouch.core.fields.EncryptedTextField(blank=True, default='', editable=False)),
                ('current_address_sealed', hitouch.core.fields.EncryptedTextField(blank=True, default='', editable=False)),
                ('permanent_address_sealed', hitouch.core.fields.EncryptedTextField(blank=True, default='', editable=False)),
                ('photo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.storedfile')),
                ('shift', models.CharField(blank=True, choices=[('MORNING', 'Morning, 6 am to 2 pm'), ('DAY', 'Day, 9 am to 6 pm'), ('EVENING', 'Evening, 2 pm to 10 pm'), ('NIGHT', 'Night, 10 pm to 6 am'), ('ANY', 'Any time')], max_length=10)),
                ('hours_a_day', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(24)])),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('bio', models.TextField(blank=True, max_length=1000)),
                ('level', models.CharField(blank=True, choices=[('A1', 'A1, beginner'), ('A2', 'A2, elementary'), ('B1', 'B1, intermediate'), ('B2', 'B2, upper intermediate'), ('C1', 'C1, advanced'), ('C2', 'C2, mastery')], max_length=2)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['skills'], name='agent_skills'), django.contrib.postgres.indexes.GinIndex(fields=['languages'], name='agent_languages'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(hitouch.core.db.word_search.WordText('given_name', 'family_name'), name='gin_trgm_ops'), fastupdate=False, name='agent_names'), models.Index(fields=['-created_at', '-id'], name='agent_newest'), models.Index(fields=['level', '-created_at', '-id'], name='agent_by_level'), models.Index(fields=['shift', '-created_at', '-id'], name='agent_by_shift')],
                'constraints': [models.CheckConstraint(condition=models.Q(('hours_a_day__isnull', True), ('hours_a_day__range', (1, 24)), _connector='OR'), name='agent_hours_a_day_1_to_24')],
            },
        ),
        migrations.CreateModel(
            name='AccessChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('SUSPEND', 'Suspend an account with admin rights'), ('REACTIVATE', 'Reactivate an account with admin rights'), ('ROLES', 'Change the roles of a staff member'), ('API_KEY', "Create an API key that may spend a client's money"), ('OAUTH_CLIENT', "Create an OAuth2 client that may spend a client's money"), ('OAUTH_SECRET', 'Replace the secret of such an OAuth2 client'), ('FACTORS', "Remove a person's second factors"), ('REQUIRED_FACTORS', 'Replace second factors with a break-glass token')], max_length=20)),
                ('target', models.ForeignKey(help_text='The person concerned.', on_delete=django.db.models.deletion.PROTECT, related_name='access_changes', to=settings.AUTH_USER_MODEL)),
                ('payload', models.JSONField(default=dict, help_text='What is to be changed, without secrets.')),
                ('before', models.JSONField(default=dict, help_text='What the request was made on.')),
                ('why', models.CharField(max_length=300)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_why', models.CharField(blank=True, max_length=300)),
                ('applied_at', models.DateTimeField(null=True)),
                ('applied_in', models.BigIntegerField(editable=False, help_text="PostgreSQL's transaction, set by a trigger.", null=True)),
                ('state', models.CharField(choices=[('REQUESTED', 'Waiting for approval'), ('APPROVED', 'Approved, not carried out yet'), ('APPLIED', 'Carried out'), ('DECLINED', 'Declined'), ('WITHDRAWN', 'Withdrawn'), ('EXPIRED', 'Expired')], default='REQUESTED', max_length=10)),
            ],
            options={
                'verbose_name': 'access change',
                'indexes': [models.Index(condition=models.Q(('state__in', ['REQUESTED', 'APPROVED'])), fields=['expires_at'], name='access_change_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['APPROVED', 'APPLIED']), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('requested_by')), _negated=True), models.Q(('decided_by', models.F('target')), _negated=True)), _connector='OR'), name='access_approver_is_another_person'), models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', False), ('state', 'APPLIED')), models.Q(models.Q(('state', 'APPLIED'), _negated=True), ('applied_at', None)), _connector='OR'), name='access_applied_with_moment'), models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='access_has_a_reason'), models.UniqueConstraint(condition=models.Q(('kind__in', ['SUSPEND', 'REACTIVATE', 'ROLES', 'FACTORS', 'REQUIRED_FACTORS']), ('state__in', ['REQUESTED', 'APPROVED'])), fields=('target', 'kind'), name='one_open_access_change')],
            },
        ),
        migrations.CreateModel(
            name='AccessChangeEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='accounts.accesschange')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('action', models.CharField(max_length=60)),
                ('on_kind', models.CharField(max_length=60)),
                ('on_id', models.CharField(max_length=60)),
                ('old', models.JSONField(default=dict)),
                ('new', models.JSONField(default=dict)),
                ('request_id', models.CharField(blank=True, max_length=64)),
                ('address', models.CharField(blank=True, help_text='Network, masked.', max_length=64)),
                ('number', models.BigIntegerField(null=True, unique=True)),
                ('previous_hash', models.CharField(blank=True, max_length=64)),
                ('hash', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['on_kind', 'on_id'], name='audit_on'), models.Index(condition=models.Q(('number__isnull', True)), fields=['id'], name='audit_unsealed'), models.Index(fields=['action', '-id'], name='audit_by_action'), models.Index(fields=['on_kind', '-id'], name='audit_by_kind'), models.Index(fields=['on_id', '-id'], name='audit_by_row'), models.Index(fields=['request_id'], name='audit_by_request'), django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['at'], name='audit_by_day')],
            },
        ),
        migrations.CreateModel(
            name='AuditAnchor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('events', models.BigIntegerField(help_text='Number of the last chained event.')),
                ('events_head', models.CharField(blank=True, help_text='Its hash.', max_length=64)),
                ('proofs', models.BigIntegerField(help_text='Number of the last retention proof.')),
                ('proofs_head', models.CharField(blank=True, help_text='Its hash.', max_length=64)),
                ('mac', models.CharField(help_text='HMAC of the other columns.', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Closing',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(help_text='The end of the days of grace.')),
                ('closed_at', models.DateTimeField(null=True)),
                ('erased_at', models.DateTimeField(help_text='When nothing was left to remove.', null=True)),
                ('state', models.CharField(choices=[('ASKED', 'Requested'), ('TAKEN_BACK', 'Cancelled'), ('CLOSED', 'Closed')], default='ASKED', max_length=10)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'ASKED')), fields=['due_at'], name='closing_due'), models.Index(fields=['-asked_at', '-id'], name='closing_newest'), models.Index(fields=['state', '-asked_at', '-id'], name='closing_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'ASKED')), fields=('user',), name='one_open_closing'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'CLOSED')), models.Q(models.Q(('state', 'CLOSED'), _negated=True), ('closed_at', None)), _connector='OR'), name='closing_closed_with_moment'), models.CheckConstraint(condition=models.Q(('erased_at', None), ('erased_at__gte', models.F('closed_at')), _connector='OR'), name='closing_erased_after_closed')],
            },
        ),
        migrations.CreateModel(
            name='ClosingEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='accounts.closing')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to=settings.AUTH_USER_MODEL)),
                ('purpose', models.CharField(max_length=20)),
                ('version', models.CharField(max_length=12)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('replaced_at', models.DateTimeField(null=True)),
                ('where', models.CharField(choices=[('PAGE', 'On a page'), ('API', 'Through an app'), ('TEST', 'Before a test')], max_length=4)),
                ('network', models.CharField(blank=True, help_text='Network address, masked.', max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['-given_at', '-id'], name='consent_newest'), models.Index(fields=['version', '-given_at', '-id'], name='consent_by_version'), models.Index(fields=['purpose', '-given_at', '-id'], name='consent_by_purpose')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at', None), ('withdrawn_at', None)), fields=('user', 'purpose'), name='one_live_consent_per_purpose'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), models.Q(('replaced_at', None), ('replaced_at__gte', models.F('given_at')), _connector='OR')), name='consent_ends_after_it_began')],
            },
        ),
        migrations.CreateModel(
            name='LogInEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='log_ins', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('IN', 'Logged in'), ('WRONG', 'Wrong password or code'), ('WRONG_FACTOR', 'Wrong second factor'), ('NOT_ACTIVE', 'Account not active')], max_length=12)),
                ('way', models.CharField(choices=[('PASSWORD', 'Password'), ('CODE', 'One-time code'), ('PASSKEY', 'Passkey'), ('GOOGLE', 'Google'), ('SIGN_UP', 'Sign-up')], max_length=8)),
                ('place', models.CharField(blank=True, help_text='Keyed hash of the network.', max_length=64)),
                ('network', models.CharField(blank=True, help_text='Network address, masked.', max_length=64)),
                ('country', models.CharField(blank=True, max_length=60)),
                ('device', models.CharField(blank=True, help_text='Browser or app, in words.', max_length=80)),
                ('request_id', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'verbose_name': 'login',
                'indexes': [models.Index(fields=['user', '-at'], name='log_ins_of_user'), models.Index(condition=models.Q(('outcome', 'IN')), fields=['user', 'place'], name='log_in_places'), models.Index(fields=['at'], name='log_ins_by_age')],
            },
        ),
        migrations.CreateModel(
            name='OneTimeCode',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='codes', to=settings.AUTH_USER_MODEL)),
                ('purpose', models.CharField(choices=[('SIGN_UP', 'Sign up'), ('LOG_IN', 'Log in'), ('RESET', 'New password'), ('CONTACT', 'Verify a contact'), ('SIGN', 'Sign an agreement'), ('STEP_UP', "Confirm it's you")], max_length=8)),
                ('target', models.CharField(max_length=64)),
                ('requester_kind', models.CharField(choices=[('OWNER', 'Owner, logged in'), ('MEMBER', 'Another user, logged in'), ('BROWSER', 'Browser or app the owner has logged in with'), ('NETWORK', 'Network the owner has logged in from'), ('STRANGER', 'Anybody else')], max_length=8)),
                ('requester', models.CharField(help_text='Keyed hash of the user, browser or network that asked.', max_length=64)),
                ('address', models.CharField(blank=True, max_length=64)),
                ('subnet', models.CharField(blank=True, max_length=64)),
                ('block', models.CharField(blank=True, max_length=64)),
                ('code_hash', models.CharField(max_length=64)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('replaced_at', models.DateTimeField(null=True)),
                ('spent_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['target', 'purpose', 'sent_at'], name='code_sends_to_target'), models.Index(fields=['address', 'sent_at'], name='code_sends_from_address'), models.Index(fields=['subnet', 'sent_at'], name='code_sends_from_subnet'), models.Index(fields=['block', 'sent_at'], name='code_sends_from_block'), models.Index(fields=['requester', 'sent_at'], name='code_sends_of_requester')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at', None), ('used_at', None)), fields=('purpose', 'target', 'requester'), name='one_live_code_per_requester'), models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='code_tries_at_most_five'), models.CheckConstraint(condition=models.Q(('spent_at', None), ('used_at__isnull', False), _connector='OR'), name='code_spent_only_after_used')],
            },
        ),
        migrations.CreateModel(
            name='StrangerSmsDay',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('day', models.DateField(unique=True)),
                ('paise', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(help_text='The name its owner knows the app by.', max_length=30)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to=settings.AUTH_USER_MODEL)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approved_by', models.ForeignKey(blank=True, help_text="Who approved that it may spend a client's money.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expires_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(help_text='To the minute.', null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_why', models.CharField(blank=True, max_length=200)),
                ('prefix', models.CharField(help_text='First characters of the key, to identify it.', max_length=12)),
                ('key_hash', models.CharField(max_length=64, unique=True)),
            ],
            options={
                'verbose_name': 'API key',
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('owner', 'name'), name='one_live_apikey_per_name'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_why', '')), models.Q(('revoked_at__isnull', False), models.Q(('revoked_why', ''), _negated=True)), _connector='OR'), name='apikey_revoked_with_reason'), models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(models.Q(('approved_by', models.F('created_by')), _negated=True), models.Q(('approved_by', models.F('owner')), _negated=True)), _connector='OR'), name='apikey_approved_by_another'), models.CheckConstraint(condition=models.Q(('scopes__len__gt', 0)), name='apikey_has_scopes')],
            },
        ),
        migrations.CreateModel(
            name='RetentionProof',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('number', models.PositiveBigIntegerField(unique=True)),
                ('rule', models.CharField(max_length=60)),
                ('period', models.CharField(help_text='As the file said it then.', max_length=40)),
                ('at', models.DateTimeField()),
                ('ended', models.PositiveIntegerField()),
                ('oldest_at', models.DateTimeField(null=True)),
                ('newest_at', models.DateTimeField(null=True)),
                ('previous_hash', models.CharField(blank=True, max_length=64)),
                ('hash', models.CharField(max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['rule', '-number'], name='proof_by_rule'), models.Index(fields=['at'], name='proof_by_day')],
            },
        ),
        migrations.CreateModel(
            name='TokenFamily',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='token_families', to=settings.AUTH_USER_MODEL)),
                ('program', models.CharField(blank=True, max_length=200)),
                ('second_factor_at', models.DateTimeField(null=True)),
                ('proved_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('session_key', models.CharField(blank=True, db_index=True, max_length=40)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_why', models.CharField(blank=True, choices=[('LOGGED_OUT', 'Logged out'), ('REPLAYED', 'An old refresh token was used again'), ('SECURED', 'Password or contact changed'), ('SUSPENDED', 'Account suspended'), ('ENDED', 'Ended by staff'), ('CLOSED', 'Account closed')], max_length=10)),
            ],
            options={
                'verbose_name': 'app session',
                'verbose_name_plural': 'app sessions',
                'indexes': [models.Index(fields=['-created_at', '-id'], name='family_newest'), models.Index(fields=['revoked_why', '-created_at', '-id'], name='family_by_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_why', '')), models.Q(('revoked_at__isnull', False), models.Q(('revoked_why', ''), _negated=True)), _connector='OR'), name='family_revoked_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='RefreshToken',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refresh_tokens', to='accounts.tokenfamily')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('successor', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='predecessor', to='accounts.refreshtoken')),
                ('client', models.CharField(blank=True, help_text='Keyed hash of its user agent.', max_length=64)),
                ('place', models.CharField(blank=True, help_text='Keyed hash of its network.', max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('used_at', None)), fields=('family',), name='one_fresh_refresh_token_per_family')],
            },
        ),
        migrations.CreateModel(
            name='AccessToken',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='access_tokens', to='accounts.tokenfamily')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('issued_at'))), name='access_token_ends_after_start')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='staff_by_request', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser"))', declare='DECLARE person uuid;', func="\n    person := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;\n    IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')\n        AND NOT EXISTS (\n            SELECT 1 FROM accounts_accesschange\n            WHERE kind = 'ROLES' AND target_id = person AND state = 'APPLIED'\n                AND applied_in = pg_current_xact_id()::text::bigint\n        )\n    THEN\n        RAISE EXCEPTION 'pgtrigger: access of % changes by an approved request only', person;\n    END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    RETURN NEW;\n", hash='7821285add277118ed23cc6e75c82ddba7fc8e9c', operation='UPDATE', pgid='pgtrigger_staff_by_request_f75d9', table='accounts_user', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='no_new_staff', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."is_staff" OR NEW."is_superuser")', declare='DECLARE person uuid;', func="\n    person := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;\n    IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')\n        AND NOT EXISTS (\n            SELECT 1 FROM accounts_accesschange\n            WHERE kind = 'ROLES' AND target_id = person AND state = 'APPLIED'\n                AND applied_in = pg_current_xact_id()::text::bigint\n        )\n    THEN\n        RAISE EXCEPTION 'pgtrigger: access of % changes by an approved request only', person;\n    END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    RETURN NEW;\n", hash='61cc95b57114371ce1eb3793574286252d964f2f', operation='INSERT', pgid='pgtrigger_no_new_staff_0d9fa', table='accounts_user', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accesschange',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{REQUESTED:APPROVED,REQUESTED:DECLINED,REQUESTED:WITHDRAWN,REQUESTED:EXPIRED,APPROVED:APPLIED,APPROVED:WITHDRAWN,APPROVED:EXPIRED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='03b7fdb1b37ffce3830558867d8fbd985e2e9d09', operation='UPDATE', pgid='pgtrigger_state_edges_4a2df', table='accounts_accesschange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accesschange',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'REQUESTED\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='1360dbd0b5f7f92def36536b0a94da9786cb4f80', operation='INSERT', pgid='pgtrigger_state_start_d1303', table='accounts_accesschange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accesschange',
            trigger=pgtrigger.compiler.Trigger(name='request_is_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."target_id" IS DISTINCT FROM (NEW."target_id") OR OLD."payload" IS DISTINCT FROM (NEW."payload") OR OLD."before" IS DISTINCT FROM (NEW."before") OR OLD."why" IS DISTINCT FROM (NEW."why") OR OLD."requested_by_id" IS DISTINCT FROM (NEW."requested_by_id") OR OLD."requested_at" IS DISTINCT FROM (NEW."requested_at") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='46c613b5a706469acdc811db7970d3a45b8491e3', operation='UPDATE', pgid='pgtrigger_request_is_fixed_27d6d', table='accounts_accesschange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accesschange',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c9ce2369f1cc98344ba0e98d671921402d346ab7', operation='DELETE', pgid='pgtrigger_never_deleted_c8607', table='accounts_accesschange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accesschange',
            trigger=pgtrigger.compiler.Trigger(name='stamp_transaction', sql=pgtrigger.compiler.UpsertTriggerSql(func="NEW.applied_in := CASE WHEN TG_OP = 'INSERT' THEN NULL WHEN NEW.state = 'APPLIED' AND OLD.state <> 'APPLIED' THEN pg_current_xact_id()::text::bigint ELSE OLD.applied_in END; RETURN NEW;", hash='852f26b0db27620ee55a98490a25940802a2c8e2', operation='INSERT OR UPDATE', pgid='pgtrigger_stamp_transaction_774c1', table='accounts_accesschange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accesschangeevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e34f2220f61050e9c2a20ee3b2d860522abde83c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_42827', table='accounts_accesschangeevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='41bec7a4c91ae365e3eaaab2b6834e5929776666', operation='DELETE', pgid='pgtrigger_audit_stays_f2384', table='accounts_auditevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_sealed_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."number" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3e50e408d620e387e9953b53ceeb3c7df43880b8', operation='UPDATE', pgid='pgtrigger_audit_sealed_once_c6181', table='accounts_auditevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_content', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."action" IS DISTINCT FROM (NEW."action") OR OLD."on_kind" IS DISTINCT FROM (NEW."on_kind") OR OLD."on_id" IS DISTINCT FROM (NEW."on_id") OR OLD."old" IS DISTINCT FROM (NEW."old") OR OLD."new" IS DISTINCT FROM (NEW."new") OR OLD."request_id" IS DISTINCT FROM (NEW."request_id") OR OLD."address" IS DISTINCT FROM (NEW."address"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='8e36dc8268b4690d59f607d689a0a4df39a208b6', operation='UPDATE', pgid='pgtrigger_audit_content_c4e97', table='accounts_auditevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditevent',
            trigger=pgtrigger.compiler.Trigger(name='audit_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='36fef67373f58897a5f3d0251b751dbb805ad1a4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_audit_no_truncate_fc9cc', table='accounts_auditevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditanchor',
            trigger=pgtrigger.compiler.Trigger(name='anchor_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b122000be91ddee743ceab13e1067842ab96dcfe', operation='UPDATE OR DELETE', pgid='pgtrigger_anchor_stays_2c9d7', table='accounts_auditanchor', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditanchor',
            trigger=pgtrigger.compiler.Trigger(name='anchor_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='3ebc1d4ddb1b545a31860e0873473bddbc87baf9', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_anchor_no_truncate_a9fc4', table='accounts_auditanchor', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closing',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{ASKED:TAKEN_BACK,ASKED:CLOSED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='708b6f6f85276cd801140d2b2e5cce8761e96478', operation='UPDATE', pgid='pgtrigger_state_edges_da486', table='accounts_closing', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closing',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'ASKED\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='e992b4e64708633083d651c87ddc549a690ed912', operation='INSERT', pgid='pgtrigger_state_start_fbf3e', table='accounts_closing', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closingevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='77d589ca995c7d980dd036bb8d68600be004f9f1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ac292', table='accounts_closingevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consent',
            trigger=pgtrigger.compiler.Trigger(name='consent_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9e5d3c1ce3f387b2805d8df19a40d5ca8ae59c11', operation='DELETE', pgid='pgtrigger_consent_stays_0ebdc', table='accounts_consent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consent',
            trigger=pgtrigger.compiler.Trigger(name='consent_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."given_at" IS DISTINCT FROM (NEW."given_at") OR OLD."where" IS DISTINCT FROM (NEW."where"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='187da573a51d660ce5a98d5b1e1ac07277959bbb', operation='UPDATE', pgid='pgtrigger_consent_is_kept_d2cdf', table='accounts_consent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loginevent',
            trigger=pgtrigger.compiler.Trigger(name='log_in_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2e581cabfdf5e91b46f342ddaf0790a3d8599e09', operation='UPDATE', pgid='pgtrigger_log_in_stays_994da', table='accounts_loginevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='retentionproof',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1ba084f9fe8a3725b311cf19106d9bb6197afa74', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ebb1b', table='accounts_retentionproof', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='retentionproof',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='90919d966f771af4400d7ebd6176d77d9df567f4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_706cf', table='accounts_retentionproof', when='BEFORE')),
        ),
    ]
