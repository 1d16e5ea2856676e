import json

import pgtrigger.compiler
import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from hitouch.core import crypto
from hitouch.core.db.grouped_migrations import GroupedMigration

#: Django makes the table of roles itself, so its trigger is no option of a model.
ROLES = pgtrigger.compiler.Trigger(name='role_by_request', sql=pgtrigger.compiler.UpsertTriggerSql(condition='', constraint='', declare='DECLARE person uuid;', execute='pgtrigger_role_by_request_98467()', func="\n    person := CASE WHEN TG_OP = 'DELETE' THEN OLD.user_id ELSE NEW.user_id END;\n    IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')\n        AND NOT EXISTS (\n            SELECT 1 FROM accounts_accesschange\n            WHERE kind = 'ROLES' AND target_id = person AND state = 'APPLIED'\n                AND applied_in = pg_current_xact_id()::text::bigint\n        )\n    THEN\n        RAISE EXCEPTION 'pgtrigger: access of % changes by an approved request only', person;\n    END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    RETURN NEW;\n", hash='b8b7a9f515607a83b4ea8e3fc2ae2260e733d52c', ignore_func_name='"public"._pgtrigger_should_ignore', level='ROW', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_role_by_request_98467', referencing='', table='accounts_user_groups', timing='', when='BEFORE'))


def anchor_both_chains(apps, schema_editor):
    """Sign how far both chains reach: rows up to here have hashes without a key."""
    events = apps.get_model("accounts", "AuditEvent").objects.filter(number__isnull=False)
    event = events.order_by("-number").first()
    proof = apps.get_model("accounts", "RetentionProof").objects.order_by("-number").first()
    at = timezone.now()
    facts = [
        event.number if event else 0,
        event.hash if event else "",
        proof.number if proof else 0,
        proof.hash if proof else "",
    ]
    mac = crypto.blind_index("audit-anchor", json.dumps([at.isoformat(), *facts]))
    names = ("events", "events_head", "proofs", "proofs_head")
    apps.get_model("accounts", "AuditAnchor").objects.create(
        at=at, mac=mac, **dict(zip(names, facts, strict=True))
    )


class Migration(GroupedMigration):

    replaces = [('accounts', '0002_way_in'), ('accounts', '0003_prove_retention'), ('accounts', '0004_find_agents_by_words'), ('accounts', '0005_login_epoch'), ('accounts', '0006_anchor_the_audit_log'), ('accounts', '0007_refresh_again'), ('accounts', '0008_codes_by_requester'), ('accounts', '0009_indexes_of_lists'), ('accounts', '0010_access_changes'), ('accounts', '0011_resets_of_factors')]

    dependencies = [
        ('accounts', '0001_squashed_initial'),
        ('allauth_idp_oidc', '0003_client_allow_uri_wildcards'),
    ]

    operations = [
        migrations.CreateModel(
            name='OAuthClient',
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
                ('client', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='partner', to='allauth_idp_oidc.client')),
            ],
            options={
                'verbose_name': 'OAuth2 client',
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('owner', 'name'), name='one_live_oauthclient_per_name'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_why', '')), models.Q(('revoked_at__isnull', False), models.Q(('revoked_why', ''), _negated=True)), _connector='OR'), name='oauthclient_revoked_with_reason'), models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(models.Q(('approved_by', models.F('created_by')), _negated=True), models.Q(('approved_by', models.F('owner')), _negated=True)), _connector='OR'), name='oauthclient_approved_by_another'), models.CheckConstraint(condition=models.Q(('scopes__len__gt', 0)), name='oauthclient_has_scopes')],
            },
        ),
        migrations.RunSQL(ROLES.install_sql, ROLES.uninstall_sql),
        migrations.RunPython(anchor_both_chains, migrations.RunPython.noop),
    ]
