import django.contrib.postgres.indexes
from django.db import migrations, models

from hitouch.core.db import online_indexes


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("gigs", "0009_search")]

    operations = [
        online_indexes.AddIndexOnline(
            model_name='opportunity',
            index=models.Index(condition=models.Q(('state', 'OPEN')), fields=['-published_at', 'id'], include=('category', 'pay_kind', 'minimum_level', 'rate_paise', 'last_evening_at', 'last_weekend_at', 'apply_by'), name='board_newest'),
        ),
        online_indexes.AddIndexOnline(
            model_name='opportunity',
            index=models.Index(condition=models.Q(('state', 'OPEN')), fields=['apply_by', 'id'], include=('category', 'pay_kind', 'minimum_level', 'rate_paise', 'last_evening_at', 'last_weekend_at'), name='board_deadline'),
        ),
        online_indexes.AddIndexOnline(
            model_name='opportunity',
            index=models.Index(condition=models.Q(('state', 'OPEN')), fields=['-pay_kind', '-rate_paise', 'id'], include=('category', 'minimum_level', 'last_evening_at', 'last_weekend_at', 'apply_by'), name='board_pay'),
        ),
        online_indexes.AddIndexOnline(
            model_name='opportunity',
            index=models.Index(condition=models.Q(('state', 'OPEN')), fields=['category', 'minimum_level', 'apply_by'], name='board_levels'),
        ),
        online_indexes.AddIndexOnline(
            model_name='opportunity',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('state', 'OPEN')), fastupdate=False, fields=['search', 'skills', 'languages'], name='board_words'),
        ),
    ]
