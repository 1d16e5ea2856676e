
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('onboarding', '0022_results_read_in_the_background'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='kycupload',
            options={'verbose_name': 'uploaded document'},
        ),
    ]
