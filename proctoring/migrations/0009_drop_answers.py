import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("proctoring", "0008_answers_become_entries")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='answerentry',
            trigger=pgtrigger.compiler.Trigger(name='only_while_open', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE state text; took boolean; opened timestamptz; ends timestamptz; closed boolean;', func="\n            SELECT sitting.state INTO state FROM proctoring_sitting sitting\n             WHERE sitting.id = NEW.sitting_id FOR SHARE;\n            took := CASE\n                WHEN NEW.origin = 'RESCUE' THEN\n                    NEW.late AND state IN\n                        ('SUBMITTED', 'AUTO_SUBMITTED', 'GRADING', 'GRADED', 'CLEARED')\n                ELSE state IN ('IN_PROGRESS', 'AUTO_SUBMITTED')\n            END;\n            IF took AND NEW.counted THEN\n                SELECT part.opened_at, COALESCE(part.closed_at, part.ends_at),\n                       part.closed_at IS NOT NULL\n                  INTO opened, ends, closed\n                  FROM proctoring_sittingquestion drawn\n                  JOIN proctoring_sittingsection part ON part.id = drawn.part_id\n                 WHERE drawn.id = NEW.question_id AND drawn.sitting_id = NEW.sitting_id;\n                took := NEW.written_at >= opened AND (\n                    NEW.origin = 'RESCUE'\n                    OR NEW.written_at <= ends\n                       AND (NEW.late OR NOT closed AND NEW.received_at <= ends)\n                       AND NEW.received_at <= ends + interval '10 minutes'\n                );\n            END IF;\n            IF took IS NOT TRUE THEN\n                RAISE EXCEPTION 'This section takes no answers.' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='5f6a3dddc82f409b6fbf8480bee3f5acce40960f', operation='INSERT', pgid='pgtrigger_only_while_open_50675', table='proctoring_answerentry', when='BEFORE')),
        ),
        migrations.DeleteModel(name="Answer"),
    ]
