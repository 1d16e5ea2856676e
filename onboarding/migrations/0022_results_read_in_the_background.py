
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_identity_of_the_file_store"),
        ("onboarding", "0021_reasons_of_digilocker_sessions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="kycheldpicture",
            name="state_edges",
        ),
        migrations.RemoveConstraint(
            model_name="kycheldpicture",
            name="held_result_while_it_waits",
        ),
        migrations.AddField(
            model_name="kycheldpicture",
            name="boxes",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="kycheldpicture",
            name="next_try_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="kycheldpicture",
            name="proposed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="kycheldpicture",
            name="refusal_code",
            field=models.CharField(
                blank=True, help_text="Why nothing came of the last proposal.", max_length=40
            ),
        ),
        migrations.AddField(
            model_name="kycheldpicture",
            name="refusal_message",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="kycheldpicture",
            name="shows_number",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="kycheldpicture",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="kycheldpicture",
            name="state",
            field=models.CharField(
                choices=[
                    ("HELD", "To mask"),
                    ("READING", "Result being read"),
                    ("RESULT", "Result to confirm"),
                    ("SECOND_LOOK", "Needs a second look"),
                    ("ENDED", "Ended"),
                ],
                default="HELD",
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="kycheldpicture",
            index=models.Index(
                condition=models.Q(("next_try_at__isnull", False)),
                fields=["next_try_at"],
                name="held_queue",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kycheldpicture",
            trigger=pgtrigger.compiler.Trigger(
                name="state_edges",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{HELD:READING,HELD:ENDED,READING:RESULT,READING:HELD,READING:ENDED,RESULT:HELD,RESULT:SECOND_LOOK,RESULT:ENDED,SECOND_LOOK:HELD,SECOND_LOOK:ENDED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="91d1e3e69ac6b9192d3f4fee503c7405ac7a083f",
                    operation="UPDATE",
                    pgid="pgtrigger_state_edges_58956",
                    table="onboarding_kycheldpicture",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="kycheldpicture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result", None), ("state__in", ["HELD", "READING", "ENDED"])),
                    models.Q(
                        ("result__isnull", False),
                        ("result_by__isnull", False),
                        ("state__in", ["RESULT", "SECOND_LOOK"]),
                    ),
                    _connector="OR",
                ),
                name="held_result_while_it_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="kycheldpicture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "READING"), _negated=True),
                    models.Q(
                        ("next_try_at__isnull", False),
                        ("proposed_at__isnull", False),
                        ("result_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="held_proposal_is_due",
            ),
        ),
    ]
