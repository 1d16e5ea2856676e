import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import hitouch.core.db.word_search
import hitouch.core.fields
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models
from hitouch.core.db.grouped_migrations import GroupedMigration


class Migration(GroupedMigration):

    replaces = [('payments', '0001_extensions'), ('payments', '0002_initial'), ('payments', '0003_alter_labels'), ('payments', '0004_withholding'), ('payments', '0005_certificate_rejections'), ('payments', '0006_payout_items'), ('payments', '0007_ledger_rules'), ('payments', '0008_reconciliation'), ('payments', '0009_indexes_of_lists'), ('payments', '0010_money_checks'), ('payments', '0011_funding'), ('payments', '0012_deposit_narration'), ('payments', '0013_client_gst'), ('payments', '0014_merged_withholding_years'), ('payments', '0015_deposit_returns'), ('payments', '0016_liability_payments'), ('payments', '0017_weekly_batches'), ('payments', '0018_bills'), ('payments', '0019_evidence_files'), ('payments', '0020_udyam_registrations'), ('payments', '0021_set_off'), ('payments', '0022_reserve_causes')]

    dependencies = [
        ('accounts', '0002_squashed_0011_resets_of_factors'),
        ('core', '0001_squashed_0007_indexes_of_lists'),
        ('gigs', '0001_squashed_0019_saved_searches'),
        ('onboarding', '0001_squashed_0024_indexes_of_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='TaxRule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='From the first day up to, but not including, the end date.')),
                ('source', models.TextField()),
                ('caution', models.TextField(blank=True, help_text='Not shown to agents.', verbose_name='note for staff')),
                ('kind', models.CharField(choices=[('CONTRACTOR_INDIVIDUAL', 'Individual contractor'), ('PARTICIPANT', 'E-commerce participant')], max_length=32)),
                ('rate_bp', models.PositiveIntegerField(verbose_name='rate in basis points')),
                ('no_pan_bp', models.PositiveIntegerField(default=0, help_text='Applies if it is the higher one.', verbose_name='rate without a PAN in basis points')),
                ('free_up_to_paise', models.BigIntegerField(default=0, help_text='No TDS on payments up to this amount. 0 for no such threshold.')),
                ('yearly_free_up_to_paise', models.BigIntegerField(default=0, help_text="No TDS while a year's payments are up to this amount. 0 for no such limit.")),
                ('catches_up', models.BooleanField(default=True, help_text='When the yearly threshold is crossed, TDS is due on earlier payments too.')),
                ('thresholds_need_pan', models.BooleanField(default=False, help_text='The thresholds apply only to agents with a PAN.')),
                ('rounding', models.CharField(choices=[('PAISA', 'To a paisa'), ('RUPEE', 'To a rupee')], default='PAISA', max_length=5)),
            ],
            options={
                'verbose_name': 'tax rate',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('kind', '='), ('valid', '&&')], name='tax_rules_never_overlap'), models.CheckConstraint(condition=models.Q(('free_up_to_paise__gte', 0), ('no_pan_bp__lte', 10000), ('rate_bp__lte', 10000), ('yearly_free_up_to_paise__gte', 0)), name='tax_rate_is_a_share')],
            },
        ),
        migrations.CreateModel(
            name='FeeRule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='From the first day up to, but not including, the end date.')),
                ('source', models.TextField()),
                ('caution', models.TextField(blank=True, help_text='Not shown to agents.', verbose_name='note for staff')),
                ('kind', models.CharField(choices=[('STANDARD', 'Platform fee')], default='STANDARD', max_length=32)),
                ('fee_bp', models.PositiveIntegerField(verbose_name='fee in basis points')),
                ('gst_bp', models.PositiveIntegerField(verbose_name='GST on the fee in basis points')),
            ],
            options={
                'verbose_name': 'fee rate',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('kind', '='), ('valid', '&&')], name='fee_rules_never_overlap'), models.CheckConstraint(condition=models.Q(('fee_bp__lte', 10000), ('gst_bp__lte', 10000)), name='fee_rates_are_shares')],
            },
        ),
        migrations.CreateModel(
            name='WelfareFeeRule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='From the first day up to, but not including, the end date.')),
                ('source', models.TextField()),
                ('caution', models.TextField(blank=True, help_text='Not shown to agents.', verbose_name='note for staff')),
                ('state', models.CharField(help_text="The agent's state, as in addresses.", max_length=60)),
                ('fee_bp', models.PositiveIntegerField(verbose_name='fee in basis points')),
                ('cap_paise', models.BigIntegerField(default=0, help_text='The most for one payment. 0 for no limit.')),
            ],
            options={
                'verbose_name': 'welfare fee rate',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('state', '='), ('valid', '&&')], name='welfare_fee_rules_never_overlap'), models.CheckConstraint(condition=models.Q(('cap_paise__gte', 0), ('fee_bp__lte', 10000)), name='welfare_fee_rate_is_a_share')],
            },
        ),
        migrations.CreateModel(
            name='ClientGstRule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='From the first day up to, but not including, the end date.')),
                ('source', models.TextField()),
                ('caution', models.TextField(blank=True, help_text='Not shown to agents.', verbose_name='note for staff')),
                ('legal_model', models.CharField(choices=[('PRINCIPAL', 'HitouchCX sells the service and engages the agents'), ('OPERATOR', 'HitouchCX only brings client and agents together')], max_length=10)),
                ('gst_bp', models.PositiveIntegerField(verbose_name='GST in basis points')),
                ('sac', models.CharField(help_text='Six digits, as on bills to clients.', max_length=6, verbose_name='service code (SAC)')),
            ],
            options={
                'verbose_name': 'client GST rate',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('legal_model', '='), ('valid', '&&')], name='client_gst_rules_never_overlap'), models.CheckConstraint(condition=models.Q(('gst_bp__lte', 10000)), name='client_gst_rate_is_a_share'), models.CheckConstraint(condition=models.Q(('sac__regex', '^99[0-9]{4}$')), name='client_gst_names_a_service')],
            },
        ),
        migrations.CreateModel(
            name='RateProposal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('rate', models.CharField(choices=[('TAX', 'Tax rate'), ('FEE', 'Fee rate'), ('WELFARE_FEE', 'Welfare fee rate'), ('CLIENT_GST', 'Client GST rate')], max_length=12)),
                ('terms', models.JSONField()),
                ('starts_on', models.DateField()),
                ('payments_affected', models.PositiveIntegerField(help_text='Payments of the last 90 days that would have been different.')),
                ('difference_paise', models.BigIntegerField(help_text='By how much their net would differ.')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('PROPOSED', 'To be approved'), ('APPROVED', 'Approved'), ('REJECTED', 'Rejected')], default='PROPOSED', max_length=20)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'APPROVED'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='rate_is_approved_by_another')],
            },
        ),
        migrations.CreateModel(
            name='RateProposalEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.rateproposal')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('HOURS', 'Hours'), ('FIXED', 'Fixed price'), ('MILESTONE', 'Milestone'), ('BONUS', 'Bonus'), ('LATE_CANCEL', 'Late cancellation'), ('RESOLUTION', 'Dispute resolution'), ('CORRECTION', 'Correction')], max_length=12)),
                ('source_type', models.CharField(max_length=40)),
                ('source_id', models.UUIDField()),
                ('gig', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='gigs.gig')),
                ('work', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payment', to='gigs.work')),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='payments.payment')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='accounts.agent')),
                ('opened_at', models.DateTimeField()),
                ('gross_paise', models.BigIntegerField()),
                ('tds_paise', models.BigIntegerField()),
                ('fee_paise', models.BigIntegerField()),
                ('gst_paise', models.BigIntegerField()),
                ('net_paise', models.BigIntegerField()),
                ('client_gst_paise', models.BigIntegerField(default=0, help_text='GST on the gross amount, paid by the client on top of it.')),
                ('agent_state', models.CharField(blank=True, help_text='The state where the agent lived at the time.', max_length=60)),
                ('tax_rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.taxrule')),
                ('fee_rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.feerule')),
                ('tds_bp', models.PositiveIntegerField()),
                ('fee_bp', models.PositiveIntegerField()),
                ('gst_bp', models.PositiveIntegerField()),
                ('client_gst_rule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.clientgstrule')),
                ('client_gst_bp', models.PositiveIntegerField(default=0)),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('PENDING', 'Pending'), ('PROCESSING', 'Processing'), ('COMPLETED', 'Paid'), ('FAILED', 'Failed')], default='PENDING', max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['agent', '-opened_at'], name='payment_of_agent'), models.Index(fields=['-opened_at', '-id'], name='payment_newest'), models.Index(fields=['state', '-opened_at', '-id'], name='payment_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('gross_paise', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('net_paise'), '+', models.F('tds_paise')), '+', models.F('fee_paise')), '+', models.F('gst_paise')))), name='payment_adds_up'), models.CheckConstraint(condition=models.Q(models.Q(('client_gst_paise__gte', 0), ('corrects', None), ('fee_paise__gte', 0), ('gross_paise__gt', 0), ('gst_paise__gte', 0), ('net_paise__gte', 0), ('tds_paise__gte', 0)), models.Q(('client_gst_paise__lte', 0), ('corrects__isnull', False), ('fee_paise__lte', 0), ('gross_paise__lt', 0), ('gst_paise__lte', 0), ('net_paise__lte', 0), ('tds_paise__lte', 0)), _connector='OR'), name='payment_amounts_not_negative'), models.UniqueConstraint(fields=('source_id', 'source_type', 'kind'), name='one_payment_a_source'), models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', False), ('kind', 'CORRECTION'), ('work', None)), models.Q(models.Q(('kind', 'CORRECTION'), _negated=True), ('corrects', None)), _connector='OR'), name='correction_names_its_payment'), models.CheckConstraint(condition=models.Q(models.Q(('paid_at__isnull', False), ('state', 'COMPLETED')), models.Q(models.Q(('state', 'COMPLETED'), _negated=True), ('paid_at', None)), _connector='OR'), name='payment_paid_when_completed')],
            },
        ),
        migrations.CreateModel(
            name='PaymentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.payment')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='payments.payment')),
                ('gross_paise', models.BigIntegerField(verbose_name='right gross amount in paise')),
                ('reason', models.CharField(help_text='Shown to the agent.', max_length=300)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('PROPOSED', 'To be approved'), ('APPROVED', 'Approved'), ('REJECTED', 'Rejected')], default='PROPOSED', max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['-proposed_at', '-id'], name='adjustment_newest'), models.Index(fields=['state', '-proposed_at', '-id'], name='adjustment_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'PROPOSED')), fields=('payment',), name='one_open_adjustment'), models.CheckConstraint(condition=models.Q(('gross_paise__gte', 0)), name='adjusted_amount_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'APPROVED'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='adjustment_is_approved_by_another')],
            },
        ),
        migrations.CreateModel(
            name='AdjustmentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.adjustment')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BillingDetails',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='billing_details', to='gigs.client')),
                ('version', models.PositiveIntegerField()),
                ('legal_name', models.CharField(max_length=100)),
                ('gstin', models.CharField(blank=True, max_length=15, verbose_name='GSTIN')),
                ('address_1', models.CharField(max_length=100)),
                ('address_2', models.CharField(blank=True, max_length=100)),
                ('place', models.CharField(max_length=50)),
                ('pin_code', models.CharField(max_length=6, verbose_name='PIN code')),
                ('state_code', models.CharField(choices=[('01', 'Jammu and Kashmir'), ('02', 'Himachal Pradesh'), ('03', 'Punjab'), ('04', 'Chandigarh'), ('05', 'Uttarakhand'), ('06', 'Haryana'), ('07', 'Delhi'), ('08', 'Rajasthan'), ('09', 'Uttar Pradesh'), ('10', 'Bihar'), ('11', 'Sikkim'), ('12', 'Arunachal Pradesh'), ('13', 'Nagaland'), ('14', 'Manipur'), ('15', 'Mizoram'), ('16', 'Tripura'), ('17', 'Meghalaya'), ('18', 'Assam'), ('19', 'West Bengal'), ('20', 'Jharkhand'), ('21', 'Odisha'), ('22', 'Chhattisgarh'), ('23', 'Madhya Pradesh'), ('24', 'Gujarat'), ('26', 'Dadra and Nagar Haveli and Daman and Diu'), ('27', 'Maharashtra'), ('29', 'Karnataka'), ('30', 'Goa'), ('31', 'Lakshadweep'), ('32', 'Kerala'), ('33', 'Tamil Nadu'), ('34', 'Puducherry'), ('35', 'Andaman and Nicobar Islands'), ('36', 'Telangana'), ('37', 'Andhra Pradesh'), ('38', 'Ladakh'), ('97', 'Other territory')], max_length=2, verbose_name='state')),
                ('is_sez', models.BooleanField(default=False, verbose_name='in a special economic zone (SEZ)')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'billing details',
                'verbose_name_plural': 'billing details',
                'constraints': [models.UniqueConstraint(fields=('client', 'version'), name='one_version_of_billing_details'), models.CheckConstraint(condition=models.Q(models.Q(('gstin', ''), ('is_sez', False)), ('gstin__startswith', models.F('state_code')), _connector='OR'), name='gstin_is_of_the_state')],
            },
        ),
        migrations.CreateModel(
            name='BillSeries',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('prefix', models.CharField(choices=[('HTX', 'Bills'), ('HCN', 'Credit notes')], max_length=3)),
                ('financial_year', models.PositiveSmallIntegerField(help_text='The year in which it begins.')),
                ('last_number', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name_plural': 'bill series',
                'constraints': [models.UniqueConstraint(fields=('prefix', 'financial_year'), name='one_series_a_financial_year'), models.CheckConstraint(condition=models.Q(('last_number__lte', 999999)), name='series_has_six_digits')],
            },
        ),
        migrations.CreateModel(
            name='Bill',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('number', models.CharField(max_length=16, unique=True)),
                ('sequence', models.PositiveIntegerField()),
                ('issued_on', models.DateField()),
                ('issued_at', models.DateTimeField()),
                ('line_count', models.PositiveSmallIntegerField()),
                ('taxable_paise', models.BigIntegerField()),
                ('cgst_paise', models.BigIntegerField(verbose_name='CGST')),
                ('sgst_paise', models.BigIntegerField(verbose_name='SGST')),
                ('igst_paise', models.BigIntegerField(verbose_name='IGST')),
                ('total_paise', models.BigIntegerField()),
                ('issued_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='payments.billseries')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='gigs.client')),
                ('legal_model', models.CharField(choices=[('PRINCIPAL', 'HitouchCX sells the service and engages the agents'), ('OPERATOR', 'HitouchCX only brings client and agents together')], max_length=10)),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='payments.billingdetails')),
                ('seller', models.JSONField()),
                ('place_of_supply', models.CharField(choices=[('01', 'Jammu and Kashmir'), ('02', 'Himachal Pradesh'), ('03', 'Punjab'), ('04', 'Chandigarh'), ('05', 'Uttarakhand'), ('06', 'Haryana'), ('07', 'Delhi'), ('08', 'Rajasthan'), ('09', 'Uttar Pradesh'), ('10', 'Bihar'), ('11', 'Sikkim'), ('12', 'Arunachal Pradesh'), ('13', 'Nagaland'), ('14', 'Manipur'), ('15', 'Mizoram'), ('16', 'Tripura'), ('17', 'Meghalaya'), ('18', 'Assam'), ('19', 'West Bengal'), ('20', 'Jharkhand'), ('21', 'Odisha'), ('22', 'Chhattisgarh'), ('23', 'Madhya Pradesh'), ('24', 'Gujarat'), ('26', 'Dadra and Nagar Haveli and Daman and Diu'), ('27', 'Maharashtra'), ('29', 'Karnataka'), ('30', 'Goa'), ('31', 'Lakshadweep'), ('32', 'Kerala'), ('33', 'Tamil Nadu'), ('34', 'Puducherry'), ('35', 'Andaman and Nicobar Islands'), ('36', 'Telangana'), ('37', 'Andhra Pradesh'), ('38', 'Ladakh'), ('97', 'Other territory')], max_length=2)),
                ('earned_from', models.DateField()),
                ('earned_to', models.DateField()),
            ],
            options={
                'indexes': [models.Index(fields=['client', '-issued_at', '-id'], name='bill_of_client'), models.Index(fields=['-issued_at', '-id'], name='bill_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('cgst_paise__gte', 0), ('igst_paise__gte', 0), ('sgst_paise__gte', models.F('cgst_paise')), ('sgst_paise__lte', django.db.models.expressions.CombinedExpression(models.F('cgst_paise'), '+', models.F('line_count'))), ('taxable_paise__gt', 0), ('total_paise', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taxable_paise'), '+', models.F('cgst_paise')), '+', models.F('sgst_paise')), '+', models.F('igst_paise'))), models.Q(('igst_paise', 0), models.Q(('cgst_paise', 0), ('sgst_paise', 0)), _connector='OR')), name='bill_adds_up'), models.UniqueConstraint(fields=('series', 'sequence'), name='one_bill_a_number')],
            },
        ),
        migrations.CreateModel(
            name='BillLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('description', models.CharField(max_length=300)),
                ('sac', models.CharField(max_length=6, verbose_name='SAC')),
                ('gst_bp', models.PositiveIntegerField()),
                ('taxable_paise', models.BigIntegerField()),
                ('cgst_paise', models.BigIntegerField()),
                ('sgst_paise', models.BigIntegerField()),
                ('igst_paise', models.BigIntegerField()),
                ('total_paise', models.BigIntegerField()),
                ('bill', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payments.bill')),
                ('payment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='bill_line', to='payments.payment')),
            ],
            options={
                'ordering': ['position'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('cgst_paise__gte', 0), ('igst_paise__gte', 0), ('sgst_paise__gte', models.F('cgst_paise')), ('sgst_paise__lte', django.db.models.expressions.CombinedExpression(models.F('cgst_paise'), '+', models.Value(1))), ('taxable_paise__gt', 0), ('total_paise', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taxable_paise'), '+', models.F('cgst_paise')), '+', models.F('sgst_paise')), '+', models.F('igst_paise'))), models.Q(('igst_paise', 0), models.Q(('cgst_paise', 0), ('sgst_paise', 0)), _connector='OR')), name='bill_line_adds_up'), models.UniqueConstraint(fields=('bill', 'position'), name='one_bill_line_a_position')],
            },
        ),
        migrations.CreateModel(
            name='CreditNote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('number', models.CharField(max_length=16, unique=True)),
                ('sequence', models.PositiveIntegerField()),
                ('issued_on', models.DateField()),
                ('issued_at', models.DateTimeField()),
                ('line_count', models.PositiveSmallIntegerField()),
                ('taxable_paise', models.BigIntegerField()),
                ('cgst_paise', models.BigIntegerField(verbose_name='CGST')),
                ('sgst_paise', models.BigIntegerField(verbose_name='SGST')),
                ('igst_paise', models.BigIntegerField(verbose_name='IGST')),
                ('total_paise', models.BigIntegerField()),
                ('issued_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='payments.billseries')),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='payments.bill')),
                ('reason', models.CharField(max_length=100)),
            ],
            options={
                'indexes': [models.Index(fields=['-issued_at', '-id'], name='credit_note_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('cgst_paise__gte', 0), ('igst_paise__gte', 0), ('sgst_paise__gte', models.F('cgst_paise')), ('sgst_paise__lte', django.db.models.expressions.CombinedExpression(models.F('cgst_paise'), '+', models.F('line_count'))), ('taxable_paise__gt', 0), ('total_paise', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taxable_paise'), '+', models.F('cgst_paise')), '+', models.F('sgst_paise')), '+', models.F('igst_paise'))), models.Q(('igst_paise', 0), models.Q(('cgst_paise', 0), ('sgst_paise', 0)), _connector='OR')), name='credit_note_adds_up'), models.UniqueConstraint(fields=('series', 'sequence'), name='one_credit_note_a_number')],
            },
        ),
        migrations.CreateModel(
            name='CreditNoteLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('description', models.CharField(max_length=300)),
                ('sac', models.CharField(max_length=6, verbose_name='SAC')),
                ('gst_bp', models.PositiveIntegerField()),
                ('taxable_paise', models.BigIntegerField()),
                ('cgst_paise', models.BigIntegerField()),
                ('sgst_paise', models.BigIntegerField()),
                ('igst_paise', models.BigIntegerField()),
                ('total_paise', models.BigIntegerField()),
                ('note', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payments.creditnote')),
                ('bill_line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='credit_line', to='payments.billline')),
                ('payment', models.OneToOneField(help_text='The correction.', on_delete=django.db.models.deletion.PROTECT, related_name='credit_line', to='payments.payment')),
            ],
            options={
                'ordering': ['position'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('cgst_paise__gte', 0), ('igst_paise__gte', 0), ('sgst_paise__gte', models.F('cgst_paise')), ('sgst_paise__lte', django.db.models.expressions.CombinedExpression(models.F('cgst_paise'), '+', models.Value(1))), ('taxable_paise__gt', 0), ('total_paise', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taxable_paise'), '+', models.F('cgst_paise')), '+', models.F('sgst_paise')), '+', models.F('igst_paise'))), models.Q(('igst_paise', 0), models.Q(('cgst_paise', 0), ('sgst_paise', 0)), _connector='OR')), name='credit_note_line_adds_up'), models.UniqueConstraint(fields=('note', 'position'), name='one_credit_note_line_a_position')],
            },
        ),
        migrations.CreateModel(
            name='ClientFunding',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('client', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='funding', to='gigs.client')),
                ('reference', models.CharField(max_length=12, unique=True)),
                ('low_balance_paise', models.BigIntegerField(default=1000000)),
                ('warned_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Deposit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('amount_paise', models.BigIntegerField()),
                ('utr', models.CharField(max_length=22, unique=True, verbose_name='UTR')),
                ('received_on', models.DateField()),
                ('narration', models.CharField(blank=True, max_length=300)),
                ('origin', models.CharField(choices=[('STATEMENT', 'Bank statement'), ('WEBHOOK', 'Payment provider'), ('HAND', 'Entered by finance')], max_length=10)),
                ('client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to='gigs.client')),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('matched_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('UNMATCHED', 'Not matched'), ('PROPOSED', 'Client proposed'), ('MATCHED', 'Matched'), ('RETURNING', 'To be sent back'), ('RETURNED', 'Sent back')], default='UNMATCHED', max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['client', '-received_on'], name='deposit_of_client'), models.Index(fields=['-created_at', '-id'], name='deposit_newest'), models.Index(fields=['state', '-created_at', '-id'], name='deposit_by_state'), models.Index(fields=['origin', '-created_at', '-id'], name='deposit_by_origin')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_paise__gt', 0)), name='deposit_positive'), models.CheckConstraint(condition=models.Q(('utr__regex', '^[A-Z0-9]{12,22}$')), name='deposit_utr_has_its_shape'), models.CheckConstraint(condition=models.Q(models.Q(('client__isnull', False), ('matched_at__isnull', False), ('state', 'MATCHED')), models.Q(('client__isnull', False), ('proposed_by__isnull', False), ('state', 'PROPOSED')), models.Q(('client', None), ('state__in', ['UNMATCHED', 'RETURNING', 'RETURNED'])), _connector='OR'), name='deposit_matched_with_client'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'MATCHED'), _negated=True), ('proposed_by', None), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='deposit_matched_by_another')],
            },
        ),
        migrations.CreateModel(
            name='DepositEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.deposit')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Reserve',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('opportunity', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reserve', to='gigs.opportunity')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reserves', to='gigs.client')),
                ('promised_paise', models.BigIntegerField(help_text="With the client's GST.")),
                ('client_gst_bp', models.PositiveIntegerField(default=0, help_text='The rate of GST that was in force when it was published.')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('promised_paise__gt', 0)), name='reserve_positive')],
            },
        ),
        migrations.CreateModel(
            name='ReserveIncrease',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('reserve', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='increases', to='payments.reserve')),
                ('gig', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gigs.gig')),
                ('amount_paise', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_paise__gt', 0)), name='increase_positive')],
            },
        ),
        migrations.CreateModel(
            name='ReserveRelease',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('reserve', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='payments.reserve')),
                ('cause', models.CharField(choices=[('CLOSED', 'Places that were not filled'), ('GIG_ENDED', 'Not earned when the gig ended'), ('CORRECTED', 'Corrected or rejected after the gig ended')], max_length=12)),
                ('gig', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gigs.gig')),
                ('amount_paise', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_paise__gt', 0)), name='release_positive'), models.CheckConstraint(condition=models.Q(models.Q(('cause', 'CLOSED'), ('gig', None)), models.Q(models.Q(('cause', 'CLOSED'), _negated=True), ('gig__isnull', False)), _connector='OR'), name='release_of_gig_or_opportunity'), models.UniqueConstraint(condition=models.Q(('cause', 'CLOSED')), fields=('reserve',), name='released_once_when_closed'), models.UniqueConstraint(condition=models.Q(('cause', 'GIG_ENDED')), fields=('gig',), name='released_once_when_gig_ended')],
            },
        ),
        migrations.CreateModel(
            name='ClientRefund',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='gigs.client')),
                ('deposit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.deposit')),
                ('amount_paise', models.BigIntegerField()),
                ('reason', models.CharField(help_text='Shown to the client.', max_length=300)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('utr', models.CharField(blank=True, max_length=22, verbose_name='UTR')),
                ('state', models.CharField(choices=[('PROPOSED', 'To be approved'), ('REJECTED', 'Rejected'), ('PROCESSING', 'To be transferred'), ('COMPLETED', 'Paid back'), ('RETURNED', 'Did not arrive')], default='PROPOSED', max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='refund_newest'), models.Index(fields=['state', '-created_at', '-id'], name='refund_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_paise__gt', 0)), name='refund_positive'), models.CheckConstraint(condition=models.Q(('state__in', ['PROPOSED', 'REJECTED']), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='refund_approved_by_another'), models.UniqueConstraint(condition=models.Q(('utr', ''), _negated=True), fields=('utr',), name='refund_utr_once'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['COMPLETED', 'RETURNED']), ('utr__regex', '^[A-Z0-9]{12,22}$')), models.Q(models.Q(('state', 'COMPLETED'), _negated=True), ('utr', '')), _connector='OR'), name='settled_refund_has_a_utr')],
            },
        ),
        migrations.CreateModel(
            name='ClientRefundEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.clientrefund')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DepositReturn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('deposit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='payments.deposit')),
                ('amount_paise', models.BigIntegerField()),
                ('reason', models.CharField(max_length=300)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('utr', models.CharField(blank=True, max_length=22, verbose_name='UTR')),
                ('state', models.CharField(choices=[('PROPOSED', 'To be approved'), ('REJECTED', 'Rejected'), ('PROCESSING', 'To be transferred'), ('COMPLETED', 'Paid back'), ('RETURNED', 'Did not arrive')], default='PROPOSED', max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='deposit_return_newest'), models.Index(fields=['state', '-created_at', '-id'], name='deposit_return_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('PROPOSED', 'PROCESSING', 'COMPLETED'))), fields=('deposit',), name='one_live_deposit_return'), models.CheckConstraint(condition=models.Q(('amount_paise__gt', 0)), name='deposit_return_positive'), models.CheckConstraint(condition=models.Q(('state__in', ['PROPOSED', 'REJECTED']), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='deposit_return_approved_by_another'), models.CheckConstraint(condition=models.Q(('settled_by', None), models.Q(('settled_by', models.F('decided_by')), _negated=True), _connector='OR'), name='deposit_return_settled_by_another'), models.UniqueConstraint(condition=models.Q(('utr', ''), _negated=True), fields=('utr',), name='deposit_return_utr_once'), models.CheckConstraint(condition=models.Q(models.Q(('settled_by__isnull', False), ('state__in', ['COMPLETED', 'RETURNED']), ('utr__regex', '^[A-Z0-9]{12,22}$')), models.Q(models.Q(('state', 'COMPLETED'), _negated=True), ('settled_by', None), ('utr', '')), _connector='OR'), name='settled_deposit_return_has_a_utr')],
            },
        ),
        migrations.CreateModel(
            name='DepositReturnEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.depositreturn')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LiabilityAccrual',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('TDS', 'TDS'), ('GST', 'GST'), ('WELFARE_FEE', 'Welfare fee')], max_length=12)),
                ('period_from', models.DateField()),
                ('region', models.CharField(blank=True, max_length=60)),
                ('amount_paise', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'period_from', 'region'), name='one_accrual_a_period')],
            },
        ),
        migrations.CreateModel(
            name='LiabilityPayment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('TDS', 'TDS'), ('GST', 'GST'), ('WELFARE_FEE', 'Welfare fee')], max_length=12)),
                ('period_from', models.DateField(help_text='First day of the month; of the quarter for welfare fees.')),
                ('region', models.CharField(blank=True, help_text='The state of a welfare fee.', max_length=60)),
                ('amount_paise', models.BigIntegerField()),
                ('paid_on', models.DateField()),
                ('bsr_code', models.CharField(blank=True, max_length=7, verbose_name='BSR code')),
                ('challan', models.CharField(max_length=30, verbose_name='challan number')),
                ('utr', models.CharField(help_text='As on the bank statement.', max_length=22, verbose_name='UTR')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('PROPOSED', 'To be approved'), ('APPROVED', 'Approved'), ('REJECTED', 'Rejected')], default='PROPOSED', max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='liability_payment_newest'), models.Index(fields=['state', '-created_at', '-id'], name='liability_payment_by_state'), models.Index(fields=['kind', '-created_at', '-id'], name='liability_payment_by_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_paise__gt', 0)), name='liability_payment_positive'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'APPROVED'), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='liability_payment_by_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'WELFARE_FEE'), models.Q(('region', ''), _negated=True)), models.Q(models.Q(('kind', 'WELFARE_FEE'), _negated=True), ('region', '')), _connector='OR'), name='welfare_fee_has_its_state'), models.CheckConstraint(condition=models.Q(models.Q(('bsr_code__regex', '^\\d{7}$'), ('kind', 'TDS')), models.Q(models.Q(('kind', 'TDS'), _negated=True), ('bsr_code', '')), _connector='OR'), name='challan_of_tds_has_a_bsr_code'), models.CheckConstraint(condition=models.Q(('utr__regex', '^[A-Z0-9]{12,22}$')), name='liability_payment_has_its_utr'), models.UniqueConstraint(condition=models.Q(('state', 'REJECTED'), _negated=True), fields=('utr',), name='liability_utr_once'), models.UniqueConstraint(condition=models.Q(('state', 'REJECTED'), _negated=True), fields=('kind', 'bsr_code', 'challan', 'paid_on'), name='challan_once')],
            },
        ),
        migrations.CreateModel(
            name='LiabilityPaymentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.liabilitypayment')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WeeklyBatch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('due_at', models.DateTimeField(unique=True)),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, help_text='Why it was not made, or made nothing.', max_length=300)),
            ],
            options={
                'verbose_name_plural': 'weekly batches',
            },
        ),
        migrations.CreateModel(
            name='PayoutBatch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('rail', models.CharField(choices=[('RAZORPAYX', 'RazorpayX'), ('NEFT_FILE', 'NEFT file for the bank'), ('MANUAL', 'By hand at the bank'), ('SET_OFF', 'Set off, nothing sent')], max_length=20)),
                ('maker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('week', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='payments.weeklybatch')),
                ('checker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second_checker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('count', models.PositiveIntegerField(default=0)),
                ('total_paise', models.BigIntegerField(default=0)),
                ('needs_second_check', models.BooleanField(default=False)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('SUBMITTED', 'Waiting for approval'), ('CHECKED', 'Waiting for a second approval'), ('APPROVED', 'Approved'), ('SENDING', 'Sending'), ('DONE', 'Done'), ('REJECTED', 'Rejected')], default='DRAFT', max_length=20)),
            ],
            options={
                'verbose_name_plural': 'payout batches',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('maker__isnull', False), ('week', None)), models.Q(('maker', None), ('week__isnull', False)), _connector='OR'), name='batch_has_a_maker_or_a_week'), models.CheckConstraint(condition=models.Q(('checker', None), models.Q(('checker', models.F('maker')), _negated=True), _connector='OR'), name='batch_is_checked_by_another'), models.CheckConstraint(condition=models.Q(('second_checker', None), models.Q(models.Q(('second_checker', models.F('maker')), _negated=True), models.Q(('second_checker', models.F('checker')), _negated=True)), _connector='OR'), name='batch_has_a_third_person'), models.CheckConstraint(condition=models.Q(('state__in', ['DRAFT', 'SUBMITTED', 'CHECKED', 'REJECTED']), models.Q(('approved_at__isnull', False), ('checker__isnull', False), models.Q(('needs_second_check', False), ('second_checker__isnull', False), _connector='OR')), _connector='OR'), name='approved_batch_has_its_checkers')],
            },
        ),
        migrations.CreateModel(
            name='PayoutBatchEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.payoutbatch')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SendingSwitch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('is_on', models.BooleanField(default=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('changed_at', models.DateTimeField()),
                ('start_proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('only_row', models.BooleanField(default=True, editable=False, unique=True)),
            ],
            options={
                'verbose_name_plural': 'sending switch',
                'constraints': [models.CheckConstraint(condition=models.Q(('only_row', True)), name='one_switch'), models.CheckConstraint(condition=models.Q(('is_on', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='stopped_switch_has_a_reason'), models.CheckConstraint(condition=models.Q(('start_proposed_by', None), ('is_on', False), _connector='OR'), name='start_is_proposed_while_stopped')],
            },
        ),
        migrations.CreateModel(
            name='PaymentHold',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='payments.payment')),
                ('amount_paise', models.BigIntegerField(blank=True, help_text='Empty: all of it.', null=True)),
                ('cause', models.CharField(choices=[('DISPUTE', 'Dispute'), ('STOP', 'Stopped'), ('FRESH_ACCOUNT', 'New bank account'), ('CHECK', 'Being checked'), ('CORRECTION', 'Correction proposed')], max_length=20)),
                ('note', models.CharField(max_length=300)),
                ('placed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('placed_at', models.DateTimeField()),
                ('released_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['-placed_at', '-id'], name='payment_hold_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_paise', None), ('amount_paise__gt', 0), _connector='OR'), name='hold_is_of_an_amount')],
            },
        ),
        migrations.CreateModel(
            name='LedgerAccount',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('CASH', 'Bank'), ('UNMATCHED_RECEIPTS', 'Receipts not matched to a client'), ('CLIENT_AVAILABLE', "Client's money, available"), ('CLIENT_RESERVED', "Client's money, reserved for an opportunity"), ('CLIENT_RECEIVABLE', 'Client receivable'), ('AGENT_PAYABLE', 'Agent payable'), ('IN_TRANSIT', 'Transfers in transit'), ('TDS_PAYABLE', 'TDS payable'), ('GST_PAYABLE', 'GST payable'), ('FEE_INCOME', 'Platform fee income'), ('WELFARE_FEE_EXPENSE', 'Welfare fees, expense'), ('WELFARE_FEE_PAYABLE', 'Welfare fees payable'), ('BANK_CHARGES', 'Bank charges')], max_length=24)),
                ('agent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agent')),
                ('client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gigs.client')),
                ('reserve', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='payments.reserve')),
                ('owner_key', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce('reserve', 'agent', 'client', models.Value(uuid.UUID('00000000-0000-0000-0000-000000000000'))), output_field=models.UUIDField())),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'id'], name='ledger_account_in_order')],
                'constraints': [models.UniqueConstraint(fields=('owner_key', 'kind'), name='one_ledger_account_each'), models.CheckConstraint(condition=models.Q(models.Q(('agent__isnull', True), ('client__isnull', False), ('kind', 'CLIENT_AVAILABLE'), ('reserve__isnull', True)), models.Q(('agent__isnull', True), ('client__isnull', False), ('kind', 'CLIENT_RESERVED'), ('reserve__isnull', False)), models.Q(('agent__isnull', True), ('client__isnull', False), ('kind', 'CLIENT_RECEIVABLE'), ('reserve__isnull', True)), models.Q(('agent__isnull', False), ('client__isnull', True), ('kind', 'AGENT_PAYABLE'), ('reserve__isnull', True)), models.Q(models.Q(('kind__in', ['CLIENT_AVAILABLE', 'CLIENT_RESERVED', 'CLIENT_RECEIVABLE', 'AGENT_PAYABLE']), _negated=True), ('agent__isnull', True), ('client__isnull', True), ('reserve__isnull', True)), _connector='OR'), name='ledger_account_has_its_owner')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('DEPOSIT_RECEIVED', 'Deposit received'), ('DEPOSIT_MATCHED', 'Deposit matched to a client'), ('DEPOSIT_RETURNED', 'Deposit sent back'), ('RESERVED', 'Reserved for an opportunity'), ('RESERVE_INCREASED', 'Reserve increased'), ('RESERVE_RELEASED', 'Reserve released'), ('PAYMENT_OPENED', 'Payment created'), ('WELFARE_FEE', 'Welfare fee'), ('TRANSFER_STARTED', 'Payout started'), ('TRANSFER_SETTLED', 'Payout completed'), ('TRANSFER_RETURNED', 'Payout returned by the bank'), ('REFUND_STARTED', 'Refund started'), ('REFUND_SETTLED', 'Refund completed'), ('REFUND_RETURNED', 'Refund returned by the bank'), ('LIABILITY_PAID', 'Tax or fee paid to the government'), ('BANK_CHARGED', 'Charges of the bank'), ('REVERSAL', 'Reversal')], max_length=24)),
                ('source_type', models.CharField(help_text='The model of the source.', max_length=40)),
                ('source_id', models.UUIDField(help_text='The row whose event this is.', verbose_name='source')),
                ('reverses', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='payments.entry')),
                ('leg_count', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'ledger entry',
                'verbose_name_plural': 'ledger entries',
                'indexes': [models.Index(fields=['created_at'], name='entry_created'), models.Index(fields=['-at', '-id'], name='entry_newest'), models.Index(fields=['kind', '-at', '-id'], name='entry_by_kind')],
                'constraints': [models.UniqueConstraint(fields=('source_id', 'kind', 'source_type'), name='one_event_one_entry'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'DEPOSIT_RECEIVED'), ('source_type', 'payments.deposit')), models.Q(('kind', 'DEPOSIT_MATCHED'), ('source_type', 'payments.deposit')), models.Q(('kind', 'DEPOSIT_RETURNED'), ('source_type', 'payments.depositreturn')), models.Q(('kind', 'RESERVED'), ('source_type', 'payments.reserve')), models.Q(('kind', 'RESERVE_INCREASED'), ('source_type', 'payments.reserveincrease')), models.Q(('kind', 'RESERVE_RELEASED'), ('source_type', 'payments.reserverelease')), models.Q(('kind', 'PAYMENT_OPENED'), ('source_type', 'payments.payment')), models.Q(('kind', 'WELFARE_FEE'), ('source_type', 'payments.payment')), models.Q(('kind', 'TRANSFER_STARTED'), ('source_type', 'payments.payoutattempt')), models.Q(('kind', 'TRANSFER_SETTLED'), ('source_type', 'payments.payoutattempt')), models.Q(('kind', 'TRANSFER_RETURNED'), ('source_type', 'payments.payoutattempt')), models.Q(('kind', 'REFUND_STARTED'), ('source_type', 'payments.clientrefund')), models.Q(('kind', 'REFUND_SETTLED'), ('source_type', 'payments.clientrefund')), models.Q(('kind', 'REFUND_RETURNED'), ('source_type', 'payments.clientrefund')), models.Q(('kind', 'LIABILITY_PAID'), ('source_type', 'payments.liabilitypayment')), models.Q(('kind', 'BANK_CHARGED'), ('source_type', 'payments.statementline')), models.Q(('kind', 'REVERSAL'), ('source_type', 'payments.entry')), _connector='OR'), name='entry_names_its_source'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'REVERSAL'), ('reverses', models.F('source_id')), ('reverses__isnull', False)), models.Q(models.Q(('kind', 'REVERSAL'), _negated=True), ('reverses', None)), _connector='OR'), name='reversal_names_what_it_reverses')],
            },
        ),
        migrations.CreateModel(
            name='Leg',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='payments.entry')),
                ('position', models.PositiveSmallIntegerField(help_text="From 1 to the entry's number of legs.")),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='payments.ledgeraccount')),
                ('amount_paise', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('entry', 'position'), name='one_leg_a_position'), models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='leg_positions_start_at_1'), models.CheckConstraint(condition=models.Q(('amount_paise', 0), _negated=True), name='leg_moves_something')],
            },
        ),
        migrations.CreateModel(
            name='LedgerBalance',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='balance', serialize=False, to='payments.ledgeraccount')),
                ('balance_paise', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('balance_paise__gte', 0)), name='balance_not_below_zero')],
            },
        ),
        migrations.CreateModel(
            name='LedgerSeal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='payments.entry')),
                ('previous_hash', models.CharField(blank=True, max_length=64)),
                ('hash', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='LedgerAnchor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('entries', models.BigIntegerField(help_text='Number of the last seal.')),
                ('head', models.CharField(blank=True, help_text='Its hash.', max_length=64)),
                ('mac', models.CharField(help_text='HMAC of the other columns.', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='BalanceSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='payments.ledgeraccount')),
                ('through', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.ledgerseal')),
                ('balance_paise', models.BigIntegerField(help_text='Credits are negative.')),
                ('taken_at', models.DateTimeField(help_text='By the clock of the database.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'through'), name='one_snapshot_a_seal')],
            },
        ),
        migrations.CreateModel(
            name='MoneyCheck',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('at', models.DateTimeField()),
                ('broken', models.JSONField(default=list, help_text='Name, count and examples of each.')),
                ('is_clean', models.BooleanField()),
            ],
            options={
                'indexes': [models.Index(fields=['-at'], name='money_check_newest')],
            },
        ),
        migrations.CreateModel(
            name='ProviderEvent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('provider', models.CharField(max_length=20)),
                ('event_id', models.CharField(max_length=80)),
                ('kind', models.CharField(max_length=60)),
                ('reference', models.CharField(blank=True, max_length=60)),
                ('body_hash', models.CharField(help_text='SHA-256 of the signed body.', max_length=64)),
                ('received_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('applied_at__isnull', True)), fields=['received_at'], name='event_unapplied')],
                'constraints': [models.UniqueConstraint(fields=('provider', 'event_id'), name='event_once')],
            },
        ),
        migrations.CreateModel(
            name='BankStatement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('imported_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='StatementLine',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payments.bankstatement')),
                ('number', models.PositiveIntegerField(help_text='The line in the file.')),
                ('day', models.DateField()),
                ('amount_paise', models.BigIntegerField(help_text='Above zero for a credit.')),
                ('narration', models.CharField(max_length=500)),
                ('reference', models.CharField(blank=True, max_length=60)),
                ('tokens', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=22), default=list, size=None)),
                ('balance_paise', models.BigIntegerField(null=True)),
                ('fingerprint', models.CharField(max_length=64, unique=True)),
            ],
            options={
                'indexes': [models.Index(fields=['day'], name='line_by_day')],
            },
        ),
        migrations.CreateModel(
            name='ReconciliationRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('started_at', models.DateTimeField()),
                ('bank_until', models.DateField(help_text="The last day of the bank's statements.", null=True)),
                ('provider_until', models.DateField(null=True)),
                ('ours', models.PositiveIntegerField(default=0)),
                ('matched_bank', models.PositiveIntegerField(default=0)),
                ('matched_provider', models.PositiveIntegerField(default=0)),
                ('found', models.PositiveIntegerField(default=0, help_text='Differences that were new.')),
            ],
        ),
        migrations.CreateModel(
            name='Difference',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('MISSING_OURS', 'Not in our books'), ('MISSING_THEIRS', 'Only in our books'), ('AMOUNT', 'Another amount'), ('DUPLICATE', 'Twice'), ('LATE_REVERSAL', 'Came back')], max_length=16)),
                ('side', models.CharField(choices=[('PROVIDER', 'Payout provider'), ('BANK', 'Bank')], max_length=10)),
                ('key', models.CharField(max_length=64, unique=True)),
                ('ours', models.CharField(blank=True, help_text='Our ledger entry.', max_length=80)),
                ('theirs', models.CharField(blank=True, help_text='Their movement.', max_length=80)),
                ('ours_paise', models.BigIntegerField(default=0)),
                ('theirs_paise', models.BigIntegerField(default=0)),
                ('utr', models.CharField(blank=True, max_length=22, verbose_name='UTR')),
                ('opened_at', models.DateTimeField()),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('explanation', models.CharField(blank=True, max_length=500)),
                ('explained_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('OPEN', 'Open'), ('RESOLVED', 'Resolved'), ('EXPLAINED', 'Explained')], default='OPEN', max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'opened_at'], name='difference_open'), models.Index(fields=['opened_at', '-id'], name='difference_oldest'), models.Index(fields=['utr'], name='difference_utr')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'EXPLAINED'), _negated=True), models.Q(('confirmed_by__isnull', False), ('explained_by__isnull', False), models.Q(('confirmed_by', models.F('explained_by')), _negated=True), models.Q(('explanation', ''), _negated=True)), _connector='OR'), name='difference_is_confirmed_by_another')],
            },
        ),
        migrations.CreateModel(
            name='DifferenceEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.difference')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UdyamRegistration',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='udyam_registrations', to='accounts.agent')),
                ('number', hitouch.core.fields.EncryptedTextField(blank=True, default='', editable=False)),
                ('number_index', models.CharField(max_length=64)),
                ('last_four', models.CharField(max_length=4)),
                ('size', models.CharField(choices=[('MICRO', 'Micro'), ('SMALL', 'Small')], max_length=5, verbose_name='class')),
                ('registered_on', models.DateField()),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, help_text='Shown to the agent.', max_length=300)),
                ('state', models.CharField(choices=[('DECLARED', 'Being checked'), ('CONFIRMED', 'Confirmed'), ('REJECTED', 'Not confirmed'), ('ENDED', 'Ended')], default='DECLARED', max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='udyam_newest'), models.Index(fields=['state', '-created_at', '-id'], name='udyam_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'DECLARED')), fields=('agent',), name='one_declared_udyam'), models.UniqueConstraint(condition=models.Q(('state', 'CONFIRMED')), fields=('agent',), name='one_confirmed_udyam'), models.UniqueConstraint(condition=models.Q(('state', 'CONFIRMED')), fields=('number_index',), name='udyam_number_of_one_agent'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'CONFIRMED'), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='confirmed_udyam_has_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', False), ('state', 'ENDED')), models.Q(models.Q(('state', 'ENDED'), _negated=True), ('ended_on', None)), _connector='OR'), name='ended_udyam_has_its_day')],
            },
        ),
        migrations.CreateModel(
            name='UdyamRegistrationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.udyamregistration')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WithholdingYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payer', models.CharField(help_text="The payer's TAN; empty while not set.", max_length=10)),
                ('payee', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('CONTRACTOR_INDIVIDUAL', 'Individual contractor'), ('PARTICIPANT', 'E-commerce participant')], max_length=32)),
                ('financial_year', models.PositiveSmallIntegerField(help_text='2026 for April 2026 to March 2027.')),
                ('base_paise', models.BigIntegerField(default=0)),
                ('taxed_paise', models.BigIntegerField(default=0)),
                ('withheld_paise', models.BigIntegerField(default=0)),
                ('owed_paise', models.BigIntegerField(default=0)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='payments.withholdingyear')),
                ('merged_after', models.BigIntegerField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['-financial_year', 'id'], name='withholding_newest')],
                'constraints': [models.UniqueConstraint(fields=('payee', 'kind', 'financial_year', 'payer'), name='one_withholding_year')],
            },
        ),
        migrations.CreateModel(
            name='LowerDeductionCertificate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agent')),
                ('kind', models.CharField(choices=[('CONTRACTOR_INDIVIDUAL', 'Individual contractor'), ('PARTICIPANT', 'E-commerce participant')], max_length=32)),
                ('number', models.CharField(max_length=20)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='From the first day up to, but not including, the end date.')),
                ('rate_bp', models.PositiveIntegerField(verbose_name='rate in basis points')),
                ('limit_paise', models.BigIntegerField()),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('rejected_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='certificate_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('rejected_at', None)), fields=('agent', 'number'), name='certificate_number_once'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('approved_by__isnull', False)), expressions=[('agent', '='), ('kind', '='), ('valid', '&&')], name='certificates_never_overlap'), models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('entered_by')), _negated=True), _connector='OR'), name='certificate_is_approved_by_another'), models.CheckConstraint(condition=models.Q(('limit_paise__gt', 0), ('rate_bp__lte', 10000)), name='certificate_has_rate_and_limit')],
            },
        ),
        migrations.CreateModel(
            name='Withholding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withholding', to='payments.payment')),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='payments.withholdingyear')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.taxrule')),
                ('reason', models.CharField(choices=[('BELOW_THRESHOLDS', 'Below the thresholds'), ('NO_THRESHOLD', 'No threshold applies'), ('SINGLE_THRESHOLD', 'Payment above the threshold'), ('YEARLY_THRESHOLD', "Year's payments above the threshold"), ('REVERSED', 'Payment reversed')], max_length=20)),
                ('has_pan', models.BooleanField()),
                ('rate_bp', models.PositiveIntegerField()),
                ('certificate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withholdings', to='payments.lowerdeductioncertificate')),
                ('certified_paise', models.BigIntegerField(default=0)),
                ('base_paise', models.BigIntegerField()),
                ('taxed_paise', models.BigIntegerField()),
                ('due_paise', models.BigIntegerField()),
                ('withheld_paise', models.BigIntegerField()),
                ('base_before_paise', models.BigIntegerField()),
                ('taxed_before_paise', models.BigIntegerField()),
                ('withheld_before_paise', models.BigIntegerField()),
                ('owed_before_paise', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['has_pan', '-id'], name='withholding_pan')],
            },
        ),
        migrations.CreateModel(
            name='WelfareFee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='welfare_fee', to='payments.payment')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.welfarefeerule')),
                ('amount_paise', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='EngagedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agent')),
                ('day', models.DateField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agent', 'day'), name='one_engaged_day')],
            },
        ),
        migrations.CreateModel(
            name='Payout',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='accounts.agent')),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='payments.payoutbatch')),
                ('bank_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='onboarding.bankaccount')),
                ('holder_name', models.CharField(max_length=120)),
                ('ifsc', models.CharField(max_length=11)),
                ('last_four', models.CharField(max_length=4)),
                ('amount_paise', models.BigIntegerField()),
                ('rail', models.CharField(blank=True, choices=[('RAZORPAYX', 'RazorpayX'), ('NEFT_FILE', 'NEFT file for the bank'), ('MANUAL', 'By hand at the bank'), ('SET_OFF', 'Set off, nothing sent')], max_length=20)),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('utr', models.CharField(blank=True, max_length=22, verbose_name='UTR')),
                ('failure', models.CharField(blank=True, max_length=300)),
                ('attention', models.CharField(blank=True, help_text='Why a person has to look at this payout.', max_length=300)),
                ('state', models.CharField(choices=[('READY', 'Ready'), ('APPROVED', 'Approved'), ('SENDING', 'Sending'), ('PROCESSING', 'Processing'), ('UNKNOWN', 'Outcome unknown'), ('COMPLETED', 'Paid'), ('FAILED', 'Failed'), ('REVERSED', 'Returned by the bank'), ('CANCELLED', 'Cancelled')], default='READY', max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['created_at', '-id'], name='payout_oldest'), models.Index(fields=['state', 'created_at', '-id'], name='payout_by_state'), models.Index(condition=models.Q(('attention', ''), _negated=True), fields=['started_at'], name='payout_attention'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(hitouch.core.db.word_search.WordText('holder_name'), name='gin_trgm_ops'), fastupdate=False, name='payout_holder')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('batch', None), ('state', 'READY')), fields=('agent',), name='one_ready_payout'), models.CheckConstraint(condition=models.Q(models.Q(('amount_paise__gt', 0), models.Q(('rail', 'SET_OFF'), _negated=True)), models.Q(('amount_paise', 0), ('rail', 'SET_OFF')), _connector='OR'), name='payout_has_an_amount'), models.UniqueConstraint(condition=models.Q(('utr', ''), _negated=True), fields=('utr',), name='utr_once'), models.CheckConstraint(condition=models.Q(('utr', ''), ('utr__regex', '^[A-Z0-9]{12,22}$'), _connector='OR'), name='utr_has_its_shape'), models.CheckConstraint(condition=models.Q(('settled_by', None), models.Q(('settled_by', models.F('started_by')), _negated=True), _connector='OR'), name='maker_is_not_checker'), models.CheckConstraint(condition=models.Q(models.Q(('started_at', None), ('state__in', ('READY', 'APPROVED', 'CANCELLED'))), models.Q(models.Q(('state__in', ('READY', 'APPROVED', 'CANCELLED')), _negated=True), ('started_at__isnull', False), models.Q(('rail', ''), _negated=True)), _connector='OR'), name='started_payout_has_its_rail'), models.CheckConstraint(condition=models.Q(('state__in', ('READY', 'APPROVED', 'CANCELLED')), models.Q(('rail', 'MANUAL'), _negated=True), ('started_by__isnull', False), _connector='OR'), name='transfer_by_hand_has_a_maker'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', False), ('state', 'COMPLETED')), ('state__in', ['REVERSED', 'FAILED']), models.Q(models.Q(('state__in', ['COMPLETED', 'REVERSED', 'FAILED']), _negated=True), ('settled_at', None)), _connector='OR'), name='completed_payout_has_its_moment'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'COMPLETED'), _negated=True), ('rail__in', ['RAZORPAYX', 'SET_OFF']), models.Q(('settled_by__isnull', False), models.Q(('utr', ''), _negated=True)), _connector='OR'), name='settled_by_hand_has_utr_and_checker'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('FAILED', 'REVERSED', 'CANCELLED')), models.Q(('failure', ''), _negated=True)), models.Q(models.Q(('state__in', ('FAILED', 'REVERSED', 'CANCELLED')), _negated=True), ('failure', '')), _connector='OR'), name='failed_payout_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='PayoutItem',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('payout', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='payments.payout')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='payments.payment')),
                ('amount_paise', models.BigIntegerField()),
                ('released_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('released_at', None)), fields=('payout', 'payment'), name='one_live_item'), models.CheckConstraint(condition=models.Q(('amount_paise', 0), _negated=True), name='item_moves_something')],
            },
        ),
        migrations.CreateModel(
            name='PayoutEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, max_length=24)),
                ('became', models.CharField(max_length=24)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('why', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.payout')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PayoutAttempt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('payout', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='payments.payout')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('rail', models.CharField(choices=[('RAZORPAYX', 'RazorpayX'), ('NEFT_FILE', 'NEFT file for the bank'), ('MANUAL', 'By hand at the bank'), ('SET_OFF', 'Set off, nothing sent')], max_length=20)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('destination', models.CharField(blank=True, help_text="The account's id at the provider.", max_length=60)),
                ('provider_id', models.CharField(blank=True, help_text="The transfer's id at the provider.", max_length=60)),
                ('provider_state', models.CharField(blank=True, max_length=20)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('next_try_at__isnull', False)), fields=['next_try_at'], name='attempt_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('payout',), name='one_open_attempt'), models.UniqueConstraint(condition=models.Q(('provider_id', ''), _negated=True), fields=('provider_id',), name='one_attempt_a_transfer')],
            },
        ),
        migrations.CreateModel(
            name='PayoutDecision',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('payout', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='payments.payout')),
                ('verb', models.CharField(choices=[('FAIL', 'The transfer failed'), ('REVERSE', 'The bank returned the transfer'), ('RESEND', 'The transfer was not made; send it again'), ('SETTLE', 'The transfer was made')], max_length=10)),
                ('reason', models.CharField(max_length=300)),
                ('utr', models.CharField(blank=True, max_length=22, verbose_name='UTR')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('ACCEPTED', 'Confirmed'), ('DECLINED', 'Declined'), ('OVERTAKEN', 'Overtaken by news from the bank')], max_length=10)),
            ],
            options={
                'indexes': [models.Index(fields=['-proposed_at', '-id'], name='payout_decision_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('outcome', '')), fields=('payout',), name='one_open_decision'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='decision_is_by_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by', None), ('outcome__in', ['', 'OVERTAKEN'])), models.Q(models.Q(('outcome__in', ['', 'OVERTAKEN']), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='decision_has_its_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('utr__regex', '^[A-Z0-9]{12,22}$'), ('verb', 'SETTLE')), models.Q(models.Q(('verb', 'SETTLE'), _negated=True), ('utr', '')), _connector='OR'), name='settling_decision_has_a_utr')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('decision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='payments.payoutdecision')),
                ('refund', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='payments.clientrefund')),
                ('deposit_return', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='payments.depositreturn')),
                ('liability_payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='payments.liabilitypayment')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='evidence_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', False), ('deposit_return__isnull', True), ('liability_payment__isnull', True), ('refund__isnull', True)), models.Q(('decision__isnull', True), ('deposit_return__isnull', True), ('liability_payment__isnull', True), ('refund__isnull', False)), models.Q(('decision__isnull', True), ('deposit_return__isnull', False), ('liability_payment__isnull', True), ('refund__isnull', True)), models.Q(('decision__isnull', True), ('deposit_return__isnull', True), ('liability_payment__isnull', False), ('refund__isnull', True)), _connector='OR'), name='evidence_is_of_one_thing')],
            },
        ),
        migrations.AddField(
            model_name='payout',
            name='payments',
            field=models.ManyToManyField(related_name='payouts', through='payments.PayoutItem', to='payments.payment'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='taxrule',
            trigger=pgtrigger.compiler.Trigger(name='rule_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='d2f26e468569e9d3719386d3719b56f890b46cd4', operation='DELETE', pgid='pgtrigger_rule_stays_9af35', table='payments_taxrule', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='taxrule',
            trigger=pgtrigger.compiler.Trigger(name='rule_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."caution" IS DISTINCT FROM (NEW."caution") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."rate_bp" IS DISTINCT FROM (NEW."rate_bp") OR OLD."no_pan_bp" IS DISTINCT FROM (NEW."no_pan_bp") OR OLD."free_up_to_paise" IS DISTINCT FROM (NEW."free_up_to_paise") OR OLD."yearly_free_up_to_paise" IS DISTINCT FROM (NEW."yearly_free_up_to_paise") OR OLD."catches_up" IS DISTINCT FROM (NEW."catches_up") OR OLD."thresholds_need_pan" IS DISTINCT FROM (NEW."thresholds_need_pan") OR OLD."rounding" IS DISTINCT FROM (NEW."rounding"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1a8098153c33c72ad153aaa46c8468b9a3381a81', operation='UPDATE', pgid='pgtrigger_rule_is_kept_bab1e', table='payments_taxrule', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='feerule',
            trigger=pgtrigger.compiler.Trigger(name='rule_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='eb022de6929ec98be97ef0974ebdeba86b5138b6', operation='DELETE', pgid='pgtrigger_rule_stays_894f5', table='payments_feerule', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='feerule',
            trigger=pgtrigger.compiler.Trigger(name='rule_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."caution" IS DISTINCT FROM (NEW."caution") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."fee_bp" IS DISTINCT FROM (NEW."fee_bp") OR OLD."gst_bp" IS DISTINCT FROM (NEW."gst_bp"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='19be8a88a5a5524b511ab1646e78363f83374c96', operation='UPDATE', pgid='pgtrigger_rule_is_kept_5d03f', table='payments_feerule', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='welfarefeerule',
            trigger=pgtrigger.compiler.Trigger(name='rule_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='0a208a963ee394e9de22f3d782dd4af6b1ce19cd', operation='DELETE', pgid='pgtrigger_rule_stays_94ab2', table='payments_welfarefeerule', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='welfarefeerule',
            trigger=pgtrigger.compiler.Trigger(name='rule_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."caution" IS DISTINCT FROM (NEW."caution") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."fee_bp" IS DISTINCT FROM (NEW."fee_bp") OR OLD."cap_paise" IS DISTINCT FROM (NEW."cap_paise"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1d186abaf8d3767abdc60306d1dcd74bf81a390e', operation='UPDATE', pgid='pgtrigger_rule_is_kept_cf01d', table='payments_welfarefeerule', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clientgstrule',
            trigger=pgtrigger.compiler.Trigger(name='rule_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b74fedffa4d17a14bd2aec7529efa36f23f7e138', operation='DELETE', pgid='pgtrigger_rule_stays_1df87', table='payments_clientgstrule', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clientgstrule',
            trigger=pgtrigger.compiler.Trigger(name='rule_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."caution" IS DISTINCT FROM (NEW."caution") OR OLD."legal_model" IS DISTINCT FROM (NEW."legal_model") OR OLD."gst_bp" IS DISTINCT FROM (NEW."gst_bp") OR OLD."sac" IS DISTINCT FROM (NEW."sac"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0e25795aadb2ee927c3b332b6e4bcdc998c725f8', operation='UPDATE', pgid='pgtrigger_rule_is_kept_69885', table='payments_clientgstrule', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rateproposal',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PROPOSED:APPROVED,PROPOSED:REJECTED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='a548067b90e00da57fa6cc32ee11b75e03d635c9', operation='UPDATE', pgid='pgtrigger_state_edges_714ec', table='payments_rateproposal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rateproposal',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'PROPOSED\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='3ceb3bddbc96606e9e7fe7428fb77c55f833733a', operation='INSERT', pgid='pgtrigger_state_start_5613f', table='payments_rateproposal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rateproposal',
            trigger=pgtrigger.compiler.Trigger(name='rate_proposal_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='d220cdeb65bcab0ce309b4d0f6357bcb04319743', operation='DELETE', pgid='pgtrigger_rate_proposal_stays_be708', table='payments_rateproposal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rateproposal',
            trigger=pgtrigger.compiler.Trigger(name='rate_proposal_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."rate" IS DISTINCT FROM (NEW."rate") OR OLD."terms" IS DISTINCT FROM (NEW."terms") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."payments_affected" IS DISTINCT FROM (NEW."payments_affected") OR OLD."difference_paise" IS DISTINCT FROM (NEW."difference_paise") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='8bafc8d55c04b327782b12b8e8693117efd9266c', operation='UPDATE', pgid='pgtrigger_rate_proposal_is_frozen_621c9', table='payments_rateproposal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rateproposalevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a0746a261b44f26a4f9f8b329dab9488bbfdf7a3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_957c5', table='payments_rateproposalevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PENDING:PROCESSING,PENDING:COMPLETED,PROCESSING:COMPLETED,PROCESSING:FAILED,PROCESSING:PENDING,FAILED:PENDING,COMPLETED:FAILED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='97608ac7ac12a0e7256e4e0c289d0851ae09cef6', operation='UPDATE', pgid='pgtrigger_state_edges_8d2b7', table='payments_payment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'PENDING\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='a6d76d993dcb0b56a68b699a5cdd0dadf0c1a031', operation='INSERT', pgid='pgtrigger_state_start_13ca5', table='payments_payment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='payment_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9840966bfbb50248a601f12702c9e463a7937c98', operation='DELETE', pgid='pgtrigger_payment_stays_75791', table='payments_payment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='payment_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."source_type" IS DISTINCT FROM (NEW."source_type") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id") OR OLD."gig_id" IS DISTINCT FROM (NEW."gig_id") OR OLD."work_id" IS DISTINCT FROM (NEW."work_id") OR OLD."corrects_id" IS DISTINCT FROM (NEW."corrects_id") OR OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."gross_paise" IS DISTINCT FROM (NEW."gross_paise") OR OLD."tds_paise" IS DISTINCT FROM (NEW."tds_paise") OR OLD."fee_paise" IS DISTINCT FROM (NEW."fee_paise") OR OLD."gst_paise" IS DISTINCT FROM (NEW."gst_paise") OR OLD."net_paise" IS DISTINCT FROM (NEW."net_paise") OR OLD."client_gst_paise" IS DISTINCT FROM (NEW."client_gst_paise") OR OLD."agent_state" IS DISTINCT FROM (NEW."agent_state") OR OLD."tax_rule_id" IS DISTINCT FROM (NEW."tax_rule_id") OR OLD."fee_rule_id" IS DISTINCT FROM (NEW."fee_rule_id") OR OLD."tds_bp" IS DISTINCT FROM (NEW."tds_bp") OR OLD."fee_bp" IS DISTINCT FROM (NEW."fee_bp") OR OLD."gst_bp" IS DISTINCT FROM (NEW."gst_bp") OR OLD."client_gst_rule_id" IS DISTINCT FROM (NEW."client_gst_rule_id") OR OLD."client_gst_bp" IS DISTINCT FROM (NEW."client_gst_bp"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c5cb7617ce606f53e2259d82ddbeb824c3b874c2', operation='UPDATE', pgid='pgtrigger_payment_is_frozen_063fd', table='payments_payment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paymentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='899bbfbff907f735235a7313123b9775d62e0a14', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_20207', table='payments_paymentevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjustment',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PROPOSED:APPROVED,PROPOSED:REJECTED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='bb54d76ecc3d9fd6bfe812f61e9cb60dff65864d', operation='UPDATE', pgid='pgtrigger_state_edges_f0fa5', table='payments_adjustment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjustment',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'PROPOSED\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='b4f7b39798e744c7a3a218e5520e7d86a56a13bc', operation='INSERT', pgid='pgtrigger_state_start_dd8d2', table='payments_adjustment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjustment',
            trigger=pgtrigger.compiler.Trigger(name='adjustment_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='e8dc931824f0779a776fb7bd62dcf5d9a73f41ab', operation='DELETE', pgid='pgtrigger_adjustment_stays_7c760', table='payments_adjustment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjustment',
            trigger=pgtrigger.compiler.Trigger(name='adjustment_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."gross_paise" IS DISTINCT FROM (NEW."gross_paise") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='bcc52d7ee4f2c9a97e457fb2e26b58ad6275e9c6', operation='UPDATE', pgid='pgtrigger_adjustment_is_frozen_a675c', table='payments_adjustment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjustmentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='39fe9c21318643386c19e25c91a3e24262660c0b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fdfff', table='payments_adjustmentevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='billingdetails',
            trigger=pgtrigger.compiler.Trigger(name='version_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e073c8db84204b2ffaf6cd11b5858032cfbe5296', operation='UPDATE OR DELETE', pgid='pgtrigger_version_stays_62aa3', table='payments_billingdetails', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='billingdetails',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='ebfa7df5cb01d4c1a91ff72836bde57e93309973', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_3aac2', table='payments_billingdetails', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='billseries',
            trigger=pgtrigger.compiler.Trigger(name='series_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='ba1e4d66358058c39213c21965757174faa7807c', operation='DELETE', pgid='pgtrigger_series_stays_9ba24', table='payments_billseries', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='billseries',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='33efad8b929ceafc946ab9964beb7fcda96ce1c2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_37cc6', table='payments_billseries', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='billseries',
            trigger=pgtrigger.compiler.Trigger(name='rises_by_one', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.last_number <> OLD.last_number + 1\n       OR (NEW.prefix, NEW.financial_year) <> (OLD.prefix, OLD.financial_year) THEN\n        RAISE EXCEPTION 'the numbers of a series follow one another'\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='035f4dc6ccf8e90fbb4baccfbb79346b8b057f6e', operation='UPDATE', pgid='pgtrigger_rises_by_one_96462', table='payments_billseries', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='billseries',
            trigger=pgtrigger.compiler.Trigger(name='number_is_used', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', declare='DECLARE wrong text;', func="\n    IF NOT EXISTS (SELECT FROM payments_bill\n                    WHERE series_id = NEW.id AND sequence = NEW.last_number)\n       AND NOT EXISTS (SELECT FROM payments_creditnote\n                        WHERE series_id = NEW.id AND sequence = NEW.last_number) THEN\n        RAISE EXCEPTION 'number % of series % has no document', NEW.last_number, NEW.prefix\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n", hash='3beebcc783bee2469ef1bb7d3219bd3c07d1ea44', operation='UPDATE', pgid='pgtrigger_number_is_used_28ef7', table='payments_billseries', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bill',
            trigger=pgtrigger.compiler.Trigger(name='issued', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0d0894cae9d3b040260ad45f54874ad22a2a0c20', operation='UPDATE OR DELETE', pgid='pgtrigger_issued_0ed1a', table='payments_bill', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bill',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='bb2e2b9526324fd699c9826bb46abc454ec4bad2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_5de2e', table='payments_bill', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bill',
            trigger=pgtrigger.compiler.Trigger(name='sum_of_lines', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', declare='DECLARE wrong text;', func="\n    SELECT document.number INTO wrong\n      FROM payments_bill AS document LEFT JOIN payments_billline AS line ON line.bill_id = document.id\n     WHERE document.id = NEW.id\n     GROUP BY document.id\n    HAVING (document.line_count, document.taxable_paise, document.cgst_paise,\n            document.sgst_paise, document.igst_paise, document.total_paise)\n        IS DISTINCT FROM (count(line.id), sum(line.taxable_paise), sum(line.cgst_paise),\n            sum(line.sgst_paise), sum(line.igst_paise), sum(line.total_paise));\n    IF FOUND THEN\n        RAISE EXCEPTION '% is not the sum of its lines', wrong USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n    ", hash='18af900825df5534e0f5111b7763ab4105c13a9a', operation='INSERT', pgid='pgtrigger_sum_of_lines_1fea2', table='payments_bill', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bill',
            trigger=pgtrigger.compiler.Trigger(name='takes_next_number', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE expected text;', func="\n    SELECT prefix || '/' || to_char(financial_year % 100, 'FM00') || '-'\n           || to_char((financial_year + 1) % 100, 'FM00') || '/'\n           || to_char(last_number, 'FM000000') INTO expected\n      FROM payments_billseries WHERE id = NEW.series_id AND last_number = NEW.sequence;\n    IF expected IS DISTINCT FROM NEW.number THEN\n        RAISE EXCEPTION '% is not the next number of its series', NEW.number\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='e627fa47cc52aa8fd47e29aba3f9800d6f0a3fe3', operation='INSERT', pgid='pgtrigger_takes_next_number_3e7d9', table='payments_bill', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='billline',
            trigger=pgtrigger.compiler.Trigger(name='issued', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='58e1a23a03d8fdb18245a7651f00eddf324dce98', operation='UPDATE OR DELETE', pgid='pgtrigger_issued_1e7c0', table='payments_billline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='billline',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='5ed6ea7401aea2abda95e0b52d91d751de7845f3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_a145c', table='payments_billline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='billline',
            trigger=pgtrigger.compiler.Trigger(name='sum_of_lines', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', declare='DECLARE wrong text;', func="\n    SELECT document.number INTO wrong\n      FROM payments_bill AS document LEFT JOIN payments_billline AS line ON line.bill_id = document.id\n     WHERE document.id = NEW.bill_id\n     GROUP BY document.id\n    HAVING (document.line_count, document.taxable_paise, document.cgst_paise,\n            document.sgst_paise, document.igst_paise, document.total_paise)\n        IS DISTINCT FROM (count(line.id), sum(line.taxable_paise), sum(line.cgst_paise),\n            sum(line.sgst_paise), sum(line.igst_paise), sum(line.total_paise));\n    IF FOUND THEN\n        RAISE EXCEPTION '% is not the sum of its lines', wrong USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n    ", hash='83e9f048573fe434f2379035c6f08b8c7ecdc0b8', operation='INSERT', pgid='pgtrigger_sum_of_lines_a9586', table='payments_billline', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='creditnote',
            trigger=pgtrigger.compiler.Trigger(name='issued', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e967cb66d7a29ca644b4a544f662a964128464ef', operation='UPDATE OR DELETE', pgid='pgtrigger_issued_a6b5e', table='payments_creditnote', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='creditnote',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='ad07fd2ef6d8947dac2368e01c745916d191eb23', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_49a86', table='payments_creditnote', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='creditnote',
            trigger=pgtrigger.compiler.Trigger(name='sum_of_lines', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', declare='DECLARE wrong text;', func="\n    SELECT document.number INTO wrong\n      FROM payments_creditnote AS document LEFT JOIN payments_creditnoteline AS line ON line.note_id = document.id\n     WHERE document.id = NEW.id\n     GROUP BY document.id\n    HAVING (document.line_count, document.taxable_paise, document.cgst_paise,\n            document.sgst_paise, document.igst_paise, document.total_paise)\n        IS DISTINCT FROM (count(line.id), sum(line.taxable_paise), sum(line.cgst_paise),\n            sum(line.sgst_paise), sum(line.igst_paise), sum(line.total_paise));\n    IF FOUND THEN\n        RAISE EXCEPTION '% is not the sum of its lines', wrong USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n    ", hash='e4f39097fdf951cfb7ce4459e330669bbc5e6b05', operation='INSERT', pgid='pgtrigger_sum_of_lines_10670', table='payments_creditnote', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='creditnote',
            trigger=pgtrigger.compiler.Trigger(name='takes_next_number', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE expected text;', func="\n    SELECT prefix || '/' || to_char(financial_year % 100, 'FM00') || '-'\n           || to_char((financial_year + 1) % 100, 'FM00') || '/'\n           || to_char(last_number, 'FM000000') INTO expected\n      FROM payments_billseries WHERE id = NEW.series_id AND last_number = NEW.sequence;\n    IF expected IS DISTINCT FROM NEW.number THEN\n        RAISE EXCEPTION '% is not the next number of its series', NEW.number\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='00da45fb3320bd4187a5fce2dc14924061aa2928', operation='INSERT', pgid='pgtrigger_takes_next_number_1b88f', table='payments_creditnote', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='creditnoteline',
            trigger=pgtrigger.compiler.Trigger(name='issued', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7ef269ef6380c1d4b7b27d7a251af90f3553c86a', operation='UPDATE OR DELETE', pgid='pgtrigger_issued_f05ce', table='payments_creditnoteline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='creditnoteline',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='9f5be9210296d740d8700e6e4347a27bf8b0cf90', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_3ab63', table='payments_creditnoteline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='creditnoteline',
            trigger=pgtrigger.compiler.Trigger(name='sum_of_lines', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', declare='DECLARE wrong text;', func="\n    SELECT document.number INTO wrong\n      FROM payments_creditnote AS document LEFT JOIN payments_creditnoteline AS line ON line.note_id = document.id\n     WHERE document.id = NEW.note_id\n     GROUP BY document.id\n    HAVING (document.line_count, document.taxable_paise, document.cgst_paise,\n            document.sgst_paise, document.igst_paise, document.total_paise)\n        IS DISTINCT FROM (count(line.id), sum(line.taxable_paise), sum(line.cgst_paise),\n            sum(line.sgst_paise), sum(line.igst_paise), sum(line.total_paise));\n    IF FOUND THEN\n        RAISE EXCEPTION '% is not the sum of its lines', wrong USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n    ", hash='798f74a2b69d439a8e8de7ecc34a3cb44c18730b', operation='INSERT', pgid='pgtrigger_sum_of_lines_4de5f', table='payments_creditnoteline', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='creditnoteline',
            trigger=pgtrigger.compiler.Trigger(name='credits_its_bill', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF NOT EXISTS (\n                    SELECT FROM payments_billline AS line\n                      JOIN payments_creditnote AS note ON note.bill_id = line.bill_id\n                      JOIN payments_payment AS correction\n                        ON correction.corrects_id = line.payment_id\n                     WHERE line.id = NEW.bill_line_id AND note.id = NEW.note_id\n                       AND correction.id = NEW.payment_id\n                       AND (line.taxable_paise, line.cgst_paise, line.sgst_paise, line.igst_paise)\n                           = (NEW.taxable_paise, NEW.cgst_paise, NEW.sgst_paise, NEW.igst_paise)\n                ) THEN\n                    RAISE EXCEPTION 'this is not a line of the bill that the note is for'\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                RETURN NEW;\n                ", hash='1cef2c65a69c7c6da0704fe2231c1d6b419d65b2', operation='INSERT', pgid='pgtrigger_credits_its_bill_4e0f7', table='payments_creditnoteline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clientfunding',
            trigger=pgtrigger.compiler.Trigger(name='stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='d1e56f1c808ba8908fd9576a5a74c30545a05967', operation='DELETE', pgid='pgtrigger_stays_f2bfe', table='payments_clientfunding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clientfunding',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."reference" IS DISTINCT FROM (NEW."reference"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='f053d4b6d45e5a335d8566ae8e29701fb051c81c', operation='UPDATE', pgid='pgtrigger_frozen_df9f6', table='payments_clientfunding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deposit',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{UNMATCHED:PROPOSED,UNMATCHED:MATCHED,UNMATCHED:RETURNING,PROPOSED:MATCHED,PROPOSED:UNMATCHED,RETURNING:RETURNED,RETURNING:UNMATCHED,RETURNED:UNMATCHED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='6eb10590b1a07dd73bd8d2bff10926bd333f8ab7', operation='UPDATE', pgid='pgtrigger_state_edges_3ea55', table='payments_deposit', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deposit',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'UNMATCHED\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='93ce813cab073451f758eeb3d1b81a33c80e9825', operation='INSERT', pgid='pgtrigger_state_start_dfacb', table='payments_deposit', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deposit',
            trigger=pgtrigger.compiler.Trigger(name='stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c20de0cee6c0cfd1bd2900388af3f218318777f6', operation='DELETE', pgid='pgtrigger_stays_a0afa', table='payments_deposit', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deposit',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."amount_paise" IS DISTINCT FROM (NEW."amount_paise") OR OLD."utr" IS DISTINCT FROM (NEW."utr") OR OLD."received_on" IS DISTINCT FROM (NEW."received_on") OR OLD."origin" IS DISTINCT FROM (NEW."origin"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='80ae6c61bbaf57cf97f2c8a796449baf03f5212c', operation='UPDATE', pgid='pgtrigger_frozen_188a0', table='payments_deposit', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deposit',
            trigger=pgtrigger.compiler.Trigger(name='narration_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."narration" IS DISTINCT FROM (NEW."narration") AND NOT (OLD."state" = \'UNMATCHED\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='8867acaec33930465a7001e8611f6cccc4a01812', operation='UPDATE', pgid='pgtrigger_narration_is_kept_7280f', table='payments_deposit', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='depositevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='499f6584360424d4d898d1fe24f9a939fb244d33', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d8e96', table='payments_depositevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reserve',
            trigger=pgtrigger.compiler.Trigger(name='reserve_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b29ff6e877e0b39e0884dd6116a304f931165b50', operation='UPDATE OR DELETE', pgid='pgtrigger_reserve_stays_7104f', table='payments_reserve', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reserveincrease',
            trigger=pgtrigger.compiler.Trigger(name='increase_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='629dc8e125e1eef701c032597debece3533e12e5', operation='UPDATE OR DELETE', pgid='pgtrigger_increase_stays_4f60b', table='payments_reserveincrease', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reserverelease',
            trigger=pgtrigger.compiler.Trigger(name='release_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='af26929f8f74c82b07844211d36fbd1e379ca3a5', operation='UPDATE OR DELETE', pgid='pgtrigger_release_stays_0d04a', table='payments_reserverelease', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clientrefund',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PROPOSED:PROCESSING,PROPOSED:REJECTED,PROCESSING:COMPLETED,PROCESSING:RETURNED,COMPLETED:RETURNED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='18b12996a88dc54c1b0f8de7a8878e8c8cbdb792', operation='UPDATE', pgid='pgtrigger_state_edges_efd6c', table='payments_clientrefund', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clientrefund',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'PROPOSED\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='e9a82158541135ae5b7be4840b0d6c5b4f086170', operation='INSERT', pgid='pgtrigger_state_start_56a95', table='payments_clientrefund', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clientrefund',
            trigger=pgtrigger.compiler.Trigger(name='stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='13a1ba215a58096cef039ebf26e23a3669456323', operation='DELETE', pgid='pgtrigger_stays_f7a98', table='payments_clientrefund', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clientrefund',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."deposit_id" IS DISTINCT FROM (NEW."deposit_id") OR OLD."amount_paise" IS DISTINCT FROM (NEW."amount_paise") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3a08cdf9dc6b8b15ac9d46bd652c5aaad0c98770', operation='UPDATE', pgid='pgtrigger_frozen_8c49a', table='payments_clientrefund', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clientrefundevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d3edc83f08b3af81c9d308ecdbb0f547a14d2c3c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_22719', table='payments_clientrefundevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='depositreturn',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PROPOSED:PROCESSING,PROPOSED:REJECTED,PROCESSING:COMPLETED,PROCESSING:RETURNED,COMPLETED:RETURNED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='5360d35ec54517471c63db5711164af170f10df5', operation='UPDATE', pgid='pgtrigger_state_edges_16a39', table='payments_depositreturn', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='depositreturn',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'PROPOSED\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='db9987a05e79be5d6bf034b417545fae976479c7', operation='INSERT', pgid='pgtrigger_state_start_2ff45', table='payments_depositreturn', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='depositreturn',
            trigger=pgtrigger.compiler.Trigger(name='deposit_return_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c78d502af253e400310ef863305a426858be5946', operation='DELETE', pgid='pgtrigger_deposit_return_stays_fcf7d', table='payments_depositreturn', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='depositreturn',
            trigger=pgtrigger.compiler.Trigger(name='deposit_return_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."deposit_id" IS DISTINCT FROM (NEW."deposit_id") OR OLD."amount_paise" IS DISTINCT FROM (NEW."amount_paise") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1190588cbce401f0b647e77b118f60aff8d457cd', operation='UPDATE', pgid='pgtrigger_deposit_return_is_frozen_9e6b4', table='payments_depositreturn', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='depositreturnevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='867480a3b5c2b415b1d87ba88ac5083be39a3c81', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_07040', table='payments_depositreturnevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='liabilitypayment',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PROPOSED:APPROVED,PROPOSED:REJECTED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='1f0f63fd65f627230aa10dbe5573afd3d8609c19', operation='UPDATE', pgid='pgtrigger_state_edges_bc1d8', table='payments_liabilitypayment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='liabilitypayment',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'PROPOSED\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='ffa3b111c670cd16695538b14f0e0e6c75fbc964', operation='INSERT', pgid='pgtrigger_state_start_bf18a', table='payments_liabilitypayment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='liabilitypayment',
            trigger=pgtrigger.compiler.Trigger(name='liability_payment_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='bef9649d95653c23ae7d54a14f7af2226a078a04', operation='DELETE', pgid='pgtrigger_liability_payment_stays_c45c3', table='payments_liabilitypayment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='liabilitypayment',
            trigger=pgtrigger.compiler.Trigger(name='liability_payment_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."period_from" IS DISTINCT FROM (NEW."period_from") OR OLD."region" IS DISTINCT FROM (NEW."region") OR OLD."amount_paise" IS DISTINCT FROM (NEW."amount_paise") OR OLD."paid_on" IS DISTINCT FROM (NEW."paid_on") OR OLD."bsr_code" IS DISTINCT FROM (NEW."bsr_code") OR OLD."challan" IS DISTINCT FROM (NEW."challan") OR OLD."utr" IS DISTINCT FROM (NEW."utr") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='815229e7857c5eb3eddc324df1c687f2e91f5e01', operation='UPDATE', pgid='pgtrigger_liability_payment_is_frozen_aa1d9', table='payments_liabilitypayment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='liabilitypaymentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='baef98a2a0a7a776e7c831c1ea9aa2b8fe347c22', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_679f2', table='payments_liabilitypaymentevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutbatch',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{DRAFT:SUBMITTED,DRAFT:REJECTED,SUBMITTED:CHECKED,SUBMITTED:APPROVED,SUBMITTED:REJECTED,CHECKED:APPROVED,CHECKED:REJECTED,APPROVED:SENDING,APPROVED:DONE,SENDING:DONE}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='6dd23467c7ffe1a0ecb2749d5d150104c5e28a66', operation='UPDATE', pgid='pgtrigger_state_edges_2b1b8', table='payments_payoutbatch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutbatch',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'DRAFT\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='06e39cc5fd9060a33d9549bc0286474a06f1d13f', operation='INSERT', pgid='pgtrigger_state_start_39306', table='payments_payoutbatch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutbatch',
            trigger=pgtrigger.compiler.Trigger(name='batch_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='4c3f384cbfa52983f65e1eaa22c20d94ba8dffa0', operation='DELETE', pgid='pgtrigger_batch_stays_46be9', table='payments_payoutbatch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutbatch',
            trigger=pgtrigger.compiler.Trigger(name='batch_keeps_its_maker', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."maker_id" IS DISTINCT FROM (NEW."maker_id") OR OLD."rail" IS DISTINCT FROM (NEW."rail") OR OLD."week_id" IS DISTINCT FROM (NEW."week_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='665c0e454427f44136f644364cbeee2cf5a0d391', operation='UPDATE', pgid='pgtrigger_batch_keeps_its_maker_f896f', table='payments_payoutbatch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutbatch',
            trigger=pgtrigger.compiler.Trigger(name='batch_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."state" = \'DRAFT\') AND (OLD."count" IS DISTINCT FROM (NEW."count") OR OLD."total_paise" IS DISTINCT FROM (NEW."total_paise") OR OLD."needs_second_check" IS DISTINCT FROM (NEW."needs_second_check")))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='aaf0efc2301ec331799148bf71b0d382a1479d04', operation='UPDATE', pgid='pgtrigger_batch_is_frozen_09a34', table='payments_payoutbatch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutbatchevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3cb99c0dec05474391135e3ee51286b844172bec', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b938a', table='payments_payoutbatchevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sendingswitch',
            trigger=pgtrigger.compiler.Trigger(name='switch_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='a98d86d2184a196f4bb4128f17a3ed11672548d8', operation='DELETE', pgid='pgtrigger_switch_stays_00212', table='payments_sendingswitch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paymenthold',
            trigger=pgtrigger.compiler.Trigger(name='hold_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='ecaf6eb241db9e5ed0201d84896918016e6e343b', operation='DELETE', pgid='pgtrigger_hold_stays_f613f', table='payments_paymenthold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paymenthold',
            trigger=pgtrigger.compiler.Trigger(name='hold_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."amount_paise" IS DISTINCT FROM (NEW."amount_paise") OR OLD."cause" IS DISTINCT FROM (NEW."cause") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."placed_by_id" IS DISTINCT FROM (NEW."placed_by_id") OR OLD."placed_at" IS DISTINCT FROM (NEW."placed_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c9c8d303d5d550afeec8aadf16811132896cd784', operation='UPDATE', pgid='pgtrigger_hold_is_frozen_eb1ba', table='payments_paymenthold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paymenthold',
            trigger=pgtrigger.compiler.Trigger(name='released_hold_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."released_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='25ddcb0f41a39d444f15f9a1c2b89714d8fb1eb0', operation='UPDATE', pgid='pgtrigger_released_hold_is_final_6c81d', table='payments_paymenthold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgeraccount',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bbc106546095c1c5c0178ae4a66de72059722b6c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0ea84', table='payments_ledgeraccount', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgeraccount',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='a80ab2461ff32c2400f799dd0638efc68da0fc3d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_b127c', table='payments_ledgeraccount', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgeraccount',
            trigger=pgtrigger.compiler.Trigger(name='open_balance', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.kind IN ('CLIENT_AVAILABLE', 'CLIENT_RESERVED') THEN\n        INSERT INTO payments_ledgerbalance (account_id, balance_paise) VALUES (NEW.id, 0);\n    END IF;\n    RETURN NULL;\n", hash='fd5cca4dc5e6352d36f9815357ace42cb96a0817', operation='INSERT', pgid='pgtrigger_open_balance_59680', table='payments_ledgeraccount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dff7ef170e1fb52ca49f8bde2e52788fd7eade17', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_28380', table='payments_entry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='4241bef6c1de185a164bd97c8b289035fdc7c421', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_341ea', table='payments_entry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='balanced_at_commit', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', declare='DECLARE total bigint; found bigint;', func="\n    SELECT coalesce(sum(amount_paise), 0), count(*) INTO total, found\n      FROM payments_leg WHERE entry_id = NEW.id;\n    IF total <> 0 OR found < 2 OR found <> NEW.leg_count THEN\n        RAISE EXCEPTION 'entry % is not balanced: % paise over % legs', NEW.id, total, found\n            USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.reverses_id IS NOT NULL AND EXISTS (\n        SELECT FROM payments_leg WHERE entry_id IN (NEW.id, NEW.reverses_id)\n         GROUP BY account_id HAVING sum(amount_paise) <> 0\n    ) THEN\n        RAISE EXCEPTION 'entry % does not mirror the one it reverses', NEW.id\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n", hash='e4803e4d374021a6ea40c5c8ec86103901f93abd', operation='INSERT', pgid='pgtrigger_balanced_at_commit_d9700', table='payments_entry', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='leg',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dd2cf221ef32ff8ac7c63a630d1bdb60fe1166e6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_dcdf7', table='payments_leg', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='leg',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='5eba8175321381a47e3ebf50e5fb34460d61cb53', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_02e77', table='payments_leg', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='leg',
            trigger=pgtrigger.compiler.Trigger(name='legs_inserted', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE wrong text; leg record;', func="\n    SELECT entry.kind || ' of ' || account.kind INTO wrong\n      FROM legs\n      JOIN payments_entry AS entry ON entry.id = legs.entry_id\n      JOIN payments_ledgeraccount AS account ON account.id = legs.account_id\n     WHERE legs.position > entry.leg_count\n        OR entry.kind <> 'REVERSAL'\n       AND (entry.kind, account.kind, sign(legs.amount_paise)::int) NOT IN (VALUES ('DEPOSIT_RECEIVED', 'CASH', 1), ('DEPOSIT_RECEIVED', 'UNMATCHED_RECEIPTS', -1), ('DEPOSIT_MATCHED', 'UNMATCHED_RECEIPTS', 1), ('DEPOSIT_MATCHED', 'CLIENT_AVAILABLE', -1), ('DEPOSIT_RETURNED', 'UNMATCHED_RECEIPTS', 1), ('DEPOSIT_RETURNED', 'CASH', -1), ('RESERVED', 'CLIENT_AVAILABLE', 1), ('RESERVED', 'CLIENT_RESERVED', -1), ('RESERVE_INCREASED', 'CLIENT_AVAILABLE', 1), ('RESERVE_INCREASED', 'CLIENT_RESERVED', -1), ('RESERVE_RELEASED', 'CLIENT_RESERVED', 1), ('RESERVE_RELEASED', 'CLIENT_AVAILABLE', -1), ('PAYMENT_OPENED', 'CLIENT_RESERVED', 1), ('PAYMENT_OPENED', 'CLIENT_RECEIVABLE', 1), ('PAYMENT_OPENED', 'AGENT_PAYABLE', -1), ('PAYMENT_OPENED', 'TDS_PAYABLE', -1), ('PAYMENT_OPENED', 'FEE_INCOME', -1), ('PAYMENT_OPENED', 'GST_PAYABLE', -1), ('WELFARE_FEE', 'WELFARE_FEE_EXPENSE', 1), ('WELFARE_FEE', 'WELFARE_FEE_PAYABLE', -1), ('TRANSFER_STARTED', 'AGENT_PAYABLE', 1), ('TRANSFER_STARTED', 'IN_TRANSIT', -1), ('TRANSFER_SETTLED', 'IN_TRANSIT', 1), ('TRANSFER_SETTLED', 'CASH', -1), ('TRANSFER_RETURNED', 'CASH', 1), ('TRANSFER_RETURNED', 'AGENT_PAYABLE', -1), ('REFUND_STARTED', 'CLIENT_AVAILABLE', 1), ('REFUND_STARTED', 'IN_TRANSIT', -1), ('REFUND_SETTLED', 'IN_TRANSIT', 1), ('REFUND_SETTLED', 'CASH', -1), ('REFUND_RETURNED', 'CASH', 1), ('REFUND_RETURNED', 'CLIENT_AVAILABLE', -1), ('LIABILITY_PAID', 'TDS_PAYABLE', 1), ('LIABILITY_PAID', 'GST_PAYABLE', 1), ('LIABILITY_PAID', 'WELFARE_FEE_PAYABLE', 1), ('LIABILITY_PAID', 'CASH', -1), ('BANK_CHARGED', 'BANK_CHARGES', 1), ('BANK_CHARGED', 'CASH', -1))\n     LIMIT 1;\n    IF FOUND THEN\n        RAISE EXCEPTION 'this entry cannot have this leg: %', wrong\n            USING ERRCODE = 'check_violation';\n    END IF;\n    FOR leg IN\n        SELECT legs.account_id, sum(legs.amount_paise) AS paise\n          FROM legs JOIN payments_ledgeraccount AS account ON account.id = legs.account_id\n         WHERE account.kind IN ('CLIENT_AVAILABLE', 'CLIENT_RESERVED')\n         GROUP BY account.kind, legs.account_id\n         ORDER BY account.kind DESC, legs.account_id\n    LOOP\n        UPDATE payments_ledgerbalance SET balance_paise = balance_paise - leg.paise\n         WHERE account_id = leg.account_id;\n    END LOOP;\n    RETURN NULL;\n", hash='ac7231c59509b0569e073a1fa58777cbecef3acf', level='STATEMENT', operation='INSERT', pgid='pgtrigger_legs_inserted_b7a82', referencing='REFERENCING NEW TABLE AS legs ', table='payments_leg', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerbalance',
            trigger=pgtrigger.compiler.Trigger(name='balance_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='032cd6113ca3eac4bbc91fbd65e76d4316642bf3', operation='DELETE', pgid='pgtrigger_balance_stays_f9902', table='payments_ledgerbalance', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerbalance',
            trigger=pgtrigger.compiler.Trigger(name='balance_follows_legs', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (pg_trigger_depth() = 0)', func="RAISE EXCEPTION 'pgtrigger: Cannot insert or update rows from % table', TG_TABLE_NAME;", hash='143c5baa86199107ecd23f45f2e5251e52221fa8', operation='INSERT OR UPDATE', pgid='pgtrigger_balance_follows_legs_81f75', table='payments_ledgerbalance', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerbalance',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='c6db01e39859b2795ab6b9c5af234a4d62faa99d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_fbf0c', table='payments_ledgerbalance', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerseal',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c882d56e6c66f748bfeb697c34c8e5e7d33173ef', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_132e1', table='payments_ledgerseal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerseal',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='7efd136d7dd35151d334aeb0a573166415cd4c73', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_2a327', table='payments_ledgerseal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgeranchor',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='999a2ca278c34bcfa727acf7105d1cd8eff56b79', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_53c49', table='payments_ledgeranchor', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgeranchor',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='f916f57a395521af10313327cdc3cb2c2b11b172', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_faac7', table='payments_ledgeranchor', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='balancesnapshot',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c141d721750350c288b6b8a175a6e98133a3a279', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_535f6', table='payments_balancesnapshot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='balancesnapshot',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='3b669b1f2b266e62264a5958aafda10d6b0dd58d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_a433b', table='payments_balancesnapshot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bankstatement',
            trigger=pgtrigger.compiler.Trigger(name='statement_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='05d7025afef653d72d658d1de1f4cd030bfa5a50', operation='UPDATE OR DELETE', pgid='pgtrigger_statement_stays_a4ef0', table='payments_bankstatement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bankstatement',
            trigger=pgtrigger.compiler.Trigger(name='statement_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='539bc1e7570739dbccbcf53dcec3deefca6b8f31', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_statement_no_truncate_6df81', table='payments_bankstatement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statementline',
            trigger=pgtrigger.compiler.Trigger(name='line_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3ea5e5f6887968ee1fd9e94d93512ea5d2c099aa', operation='UPDATE OR DELETE', pgid='pgtrigger_line_stays_4bf98', table='payments_statementline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statementline',
            trigger=pgtrigger.compiler.Trigger(name='line_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='968bb648e823df751cc06c675f19ffd7bf682286', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_line_no_truncate_71d61', table='payments_statementline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reconciliationrun',
            trigger=pgtrigger.compiler.Trigger(name='run_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='899a4ee109399b9714a34e15a8a976b8e85bd6a7', operation='DELETE', pgid='pgtrigger_run_stays_d0e0a', table='payments_reconciliationrun', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='difference',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{OPEN:RESOLVED,OPEN:EXPLAINED,RESOLVED:OPEN}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='89cf0b7b3974eebfd28205149302105b9a87d3d7', operation='UPDATE', pgid='pgtrigger_state_edges_d5a91', table='payments_difference', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='difference',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'OPEN\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='8362d3f524a0bd6e3a068d2ce0ebd9d50ab05885', operation='INSERT', pgid='pgtrigger_state_start_cb44b', table='payments_difference', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='difference',
            trigger=pgtrigger.compiler.Trigger(name='difference_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='62c805f66f078ab779ec17717ef8014846e54a06', operation='DELETE', pgid='pgtrigger_difference_stays_1be8d', table='payments_difference', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='difference',
            trigger=pgtrigger.compiler.Trigger(name='difference_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."ours" IS DISTINCT FROM (NEW."ours") OR OLD."theirs" IS DISTINCT FROM (NEW."theirs") OR OLD."ours_paise" IS DISTINCT FROM (NEW."ours_paise") OR OLD."theirs_paise" IS DISTINCT FROM (NEW."theirs_paise"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='067eb6d425fbd4ff658ee0ff3322ab6b4250c6b8', operation='UPDATE', pgid='pgtrigger_difference_is_frozen_5c00c', table='payments_difference', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='differenceevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='08a3224b8ae722bc19f6107049f0107aa35787c1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_41538', table='payments_differenceevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='udyamregistration',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{DECLARED:CONFIRMED,DECLARED:REJECTED,CONFIRMED:ENDED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='9dfcbfdcad832bc0e4c1eb5e68348dff4910db17', operation='UPDATE', pgid='pgtrigger_state_edges_cc899', table='payments_udyamregistration', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='udyamregistration',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'DECLARED\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='79707e6cb218a6481f50339d66491de23b481489', operation='INSERT', pgid='pgtrigger_state_start_5765f', table='payments_udyamregistration', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='udyamregistration',
            trigger=pgtrigger.compiler.Trigger(name='udyam_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='8fa8dfc9635cf095b3562a5a6388e63a9d32afc2', operation='DELETE', pgid='pgtrigger_udyam_stays_893cb', table='payments_udyamregistration', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='udyamregistration',
            trigger=pgtrigger.compiler.Trigger(name='udyam_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."number_index" IS DISTINCT FROM (NEW."number_index") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."registered_on" IS DISTINCT FROM (NEW."registered_on"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a683a0fc4bbb08b7d71d566ea401543dd90e3126', operation='UPDATE', pgid='pgtrigger_udyam_is_frozen_eae9c', table='payments_udyamregistration', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='udyamregistrationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0f02df1c62423a1b4256d62e6ad994b5919b60fd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6c64e', table='payments_udyamregistrationevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='withholdingyear',
            trigger=pgtrigger.compiler.Trigger(name='withholding_year_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='2fdae3bfa04978dedf9054a934bbba4c853c4646', operation='DELETE', pgid='pgtrigger_withholding_year_stays_403b0', table='payments_withholdingyear', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='withholdingyear',
            trigger=pgtrigger.compiler.Trigger(name='withholding_year_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='344b1788c8bd7051bc808163e987777e639c0a4e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_withholding_year_no_truncate_22295', table='payments_withholdingyear', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lowerdeductioncertificate',
            trigger=pgtrigger.compiler.Trigger(name='certificate_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='781cad3d7f40f6e5877184f67bb95c382ceab124', operation='DELETE', pgid='pgtrigger_certificate_stays_2b96e', table='payments_lowerdeductioncertificate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lowerdeductioncertificate',
            trigger=pgtrigger.compiler.Trigger(name='certificate_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."valid" IS DISTINCT FROM (NEW."valid") OR OLD."rate_bp" IS DISTINCT FROM (NEW."rate_bp") OR OLD."limit_paise" IS DISTINCT FROM (NEW."limit_paise") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6fb548016f6b21db3bf33e15ae0b48419026968e', operation='UPDATE', pgid='pgtrigger_certificate_is_frozen_ddd37', table='payments_lowerdeductioncertificate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='withholding',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f5f5eaf54b275cf102709d83fd4a8c918a1023bc', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c6562', table='payments_withholding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='withholding',
            trigger=pgtrigger.compiler.Trigger(name='withholding_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='e41f5688856d76b3b2ba8a3bce3c494b9936fba6', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_withholding_no_truncate_d4c65', table='payments_withholding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='welfarefee',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7e95fccaff4c00481915c32cf87f64519137ff6b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cd2cd', table='payments_welfarefee', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='welfarefee',
            trigger=pgtrigger.compiler.Trigger(name='welfare_fee_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='75eb37e83c67ec18f28f2d387a0cb0bfe5c36dce', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_welfare_fee_no_truncate_72426', table='payments_welfarefee', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payout',
            trigger=pgtrigger.compiler.Trigger(name='state_edges', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{READY:APPROVED,READY:PROCESSING,READY:CANCELLED,APPROVED:SENDING,APPROVED:PROCESSING,APPROVED:CANCELLED,SENDING:PROCESSING,SENDING:UNKNOWN,SENDING:COMPLETED,SENDING:FAILED,SENDING:REVERSED,PROCESSING:UNKNOWN,PROCESSING:COMPLETED,PROCESSING:FAILED,PROCESSING:REVERSED,UNKNOWN:PROCESSING,UNKNOWN:COMPLETED,UNKNOWN:FAILED,UNKNOWN:REVERSED,COMPLETED:REVERSED,FAILED:REVERSED,REVERSED:FAILED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='19e22697bc2cb8e303ce68ebf7fd00893cd97c32', operation='UPDATE', pgid='pgtrigger_state_edges_72c4a', table='payments_payout', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payout',
            trigger=pgtrigger.compiler.Trigger(name='state_start', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" IS DISTINCT FROM \'READY\')', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='4e09ef6f6620041fd73d76cb00b5c63d96309e1c', operation='INSERT', pgid='pgtrigger_state_start_8a5e9', table='payments_payout', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payout',
            trigger=pgtrigger.compiler.Trigger(name='payout_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='8deece3d2edc33229dcf637347170d4439767750', operation='DELETE', pgid='pgtrigger_payout_stays_34e58', table='payments_payout', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payout',
            trigger=pgtrigger.compiler.Trigger(name='payout_keeps_its_agent', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agent_id" IS DISTINCT FROM (NEW."agent_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a51259f96e74e52be1ea78546123209910d8a016', operation='UPDATE', pgid='pgtrigger_payout_keeps_its_agent_aaff1', table='payments_payout', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payout',
            trigger=pgtrigger.compiler.Trigger(name='amount_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."amount_paise" IS DISTINCT FROM (NEW."amount_paise") AND (NOT (OLD."state" = \'READY\') OR OLD."batch_id" IS NOT NULL))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c7a05fe47d7f80ffc495c35f966965a915aef2a8', operation='UPDATE', pgid='pgtrigger_amount_is_frozen_b4d3e', table='payments_payout', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutitem',
            trigger=pgtrigger.compiler.Trigger(name='item_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='d2424814167681140214f8515220ab16f632a83d', operation='DELETE', pgid='pgtrigger_item_stays_1a68b', table='payments_payoutitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutitem',
            trigger=pgtrigger.compiler.Trigger(name='item_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."payout_id" IS DISTINCT FROM (NEW."payout_id") OR OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."amount_paise" IS DISTINCT FROM (NEW."amount_paise"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='eaaa0cbdd44ae2d55336d95136f2369c69424d95', operation='UPDATE', pgid='pgtrigger_item_is_frozen_96e42', table='payments_payoutitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutitem',
            trigger=pgtrigger.compiler.Trigger(name='released_item_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."released_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='913c34aba92308fddf280186afa8e37b49309388', operation='UPDATE', pgid='pgtrigger_released_item_is_final_0b629', table='payments_payoutitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutitem',
            trigger=pgtrigger.compiler.Trigger(name='payment_is_paid_once', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE net bigint; live bigint; held bigint;', func="\n                    SELECT net_paise INTO net FROM payments_payment\n                     WHERE id = NEW.payment_id FOR NO KEY UPDATE;\n                    SELECT coalesce(sum(amount_paise), 0) INTO live FROM payments_payoutitem\n                     WHERE payment_id = NEW.payment_id AND released_at IS NULL;\n                    SELECT coalesce(sum(coalesce(amount_paise, abs(net) + 1)), 0) INTO held\n                      FROM payments_paymenthold\n                     WHERE payment_id = NEW.payment_id AND released_at IS NULL;\n                    IF live * sign(net) < 0 OR abs(live) + held > abs(net) THEN\n                        RAISE EXCEPTION 'payment % would be paid % of % paise, % on hold',\n                            NEW.payment_id, live, net, held USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NULL;\n                ", hash='17fecdd72562c4e524f0ad05f60bf08c6b0274c1', operation='INSERT', pgid='pgtrigger_payment_is_paid_once_2b8ca', table='payments_payoutitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutitem',
            trigger=pgtrigger.compiler.Trigger(name='items_are_the_amount', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', declare='DECLARE total bigint; amount bigint;', func="\n                    SELECT sum(amount_paise) INTO total FROM payments_payoutitem\n                     WHERE payout_id = NEW.payout_id;\n                    SELECT amount_paise INTO amount FROM payments_payout WHERE id = NEW.payout_id;\n                    IF total <> amount THEN\n                        RAISE EXCEPTION 'payout % is % paise, its items %',\n                            NEW.payout_id, amount, total USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NULL;\n                ", hash='2646491ec6a56bb9dacb3f0cf7e09f4c9895ed8b', operation='INSERT', pgid='pgtrigger_items_are_the_amount_89d99', table='payments_payoutitem', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='95dc3e52255769687a1664f4c3c2d7f9c5501c19', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_aaf95', table='payments_payoutevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutattempt',
            trigger=pgtrigger.compiler.Trigger(name='attempt_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='5a7e54ce73e60fc25de3ad78f579b8cce6dfda04', operation='DELETE', pgid='pgtrigger_attempt_stays_aede9', table='payments_payoutattempt', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutattempt',
            trigger=pgtrigger.compiler.Trigger(name='attempt_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."payout_id" IS DISTINCT FROM (NEW."payout_id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."rail" IS DISTINCT FROM (NEW."rail") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."at" IS DISTINCT FROM (NEW."at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='7edcde1035e5b53bf0c069f048a0e915f3a1d993', operation='UPDATE', pgid='pgtrigger_attempt_is_kept_ab7c2', table='payments_payoutattempt', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutdecision',
            trigger=pgtrigger.compiler.Trigger(name='decision_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='6fa351da299d5f994d0a17cbe811c6da1e45c143', operation='DELETE', pgid='pgtrigger_decision_stays_0db1d', table='payments_payoutdecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutdecision',
            trigger=pgtrigger.compiler.Trigger(name='decision_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."payout_id" IS DISTINCT FROM (NEW."payout_id") OR OLD."verb" IS DISTINCT FROM (NEW."verb") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."utr" IS DISTINCT FROM (NEW."utr") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='dd47d4c2a5ea743948d6ee5d502e36d9a2e90828', operation='UPDATE', pgid='pgtrigger_decision_is_frozen_5b2c1', table='payments_payoutdecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutdecision',
            trigger=pgtrigger.compiler.Trigger(name='decision_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."outcome" = \'\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='558689143a7294f35c6723f0aabf6c5f2920b1c2', operation='UPDATE', pgid='pgtrigger_decision_is_final_02234', table='payments_payoutdecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidencefile',
            trigger=pgtrigger.compiler.Trigger(name='evidence_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7f8e243841f31e64d1dce05001e4cec493c1198d', operation='UPDATE OR DELETE', pgid='pgtrigger_evidence_stays_bd3af', table='payments_evidencefile', when='BEFORE')),
        ),
    ]
