"""The journal takes over from the answers: each becomes the entry of a device of its own.

The entries of a sitting are chained in the order in which the answers were saved. Their device is
the sitting itself.
"""

import django.db.models.deletion
from django.db import migrations, models

ENTRIES = """
    WITH RECURSIVE numbered AS (
        SELECT drawn.sitting_id, answer.drawn_id, answer.value, answer.answered_at,
               date_trunc('milliseconds', answer.answered_at) AS stated_at,
               row_number() OVER (
                   PARTITION BY drawn.sitting_id ORDER BY answer.answered_at, drawn.position
               ) AS sequence
          FROM proctoring_answer answer
          JOIN proctoring_sittingquestion drawn ON drawn.id = answer.drawn_id
    ), worded AS (
        SELECT numbered.*,
               format('["hitouch-answer-1","%s","%s","%s",%s,"',
                      sitting_id, drawn_id, sitting_id, sequence) AS before,
               format('","ANSWER",%s,"","%s"]', to_json(value),
                      to_char(stated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
               ) AS after
          FROM numbered
    ), chained AS (
        SELECT worded.*, '' AS previous_hash,
               encode(sha256(convert_to(before || after, 'UTF8')), 'hex') AS hash
          FROM worded
         WHERE sequence = 1
         UNION ALL
        SELECT worded.*, chained.hash,
               encode(sha256(convert_to(worded.before || chained.hash || worded.after, 'UTF8')),
                      'hex')
          FROM chained
          JOIN worded ON worded.sitting_id = chained.sitting_id
                     AND worded.sequence = chained.sequence + 1
    )
    INSERT INTO proctoring_answerentry
           (id, created_at, updated_at, sitting_id, question_id, device, sequence, previous_hash,
            hash, kind, value, stated_at, written_at, received_at, origin, late, counted, conflict,
            refusal)
    SELECT gen_random_uuid(), now(), now(), sitting_id, drawn_id, sitting_id, sequence,
           previous_hash, hash, 'ANSWER', value, stated_at, stated_at, answered_at, 'PAGE', false,
           true, false, ''
      FROM chained
"""


class Migration(migrations.Migration):
    dependencies = [
        ('proctoring', '0007_item_reviews'),
    ]

    operations = [
        migrations.AddField(
            model_name='answerentry',
            name='refusal',
            field=models.CharField(blank=True, max_length=24),
        ),
        migrations.AddField(
            model_name='answerentry',
            name='stated_at',
            field=models.DateTimeField(default=None),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='answerentry',
            name='question',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='proctoring.sittingquestion'),
        ),
        migrations.AddConstraint(
            model_name='answerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('counted', True), ('question__isnull', False), ('refusal', '')), models.Q(('counted', False), models.Q(('refusal', ''), _negated=True)), _connector='OR'), name='answer_entry_counts_or_is_refused'),
        ),
        migrations.AddConstraint(
            model_name='answerentry',
            constraint=models.CheckConstraint(condition=models.Q(('written_at__lte', models.F('received_at'))), name='answer_entry_written_before_receipt'),
        ),
        migrations.RunSQL(ENTRIES, migrations.RunSQL.noop),
    ]
