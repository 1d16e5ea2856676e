import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("proctoring", "0005_questions_become_items")]

    operations = [
        migrations.RemoveConstraint(model_name="sittingquestion", name="drawn_once"),
        migrations.RemoveField(model_name="sittingquestion", name="question"),
        migrations.AlterField(
            model_name="sittingquestion",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drawn",
                to="proctoring.itemversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="sittingquestion",
            constraint=models.UniqueConstraint(fields=("sitting", "version"), name="drawn_once"),
        ),
        migrations.DeleteModel(name="Question"),
    ]
