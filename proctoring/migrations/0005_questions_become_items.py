"""Move the questions of assessments into the item bank, with what was drawn of them.

Questions with the same code in several versions of an assessment become versions of one item. A
version keeps the id of its question, so drawn questions find it.
"""

from django.db import migrations

ITEMS = """
    INSERT INTO proctoring_item
           (id, created_at, updated_at, code, kind, language, level, topic, state)
    SELECT DISTINCT ON (question.code)
           gen_random_uuid(), question.created_at, now(), question.code, question.kind,
           assessment.language, question.level, 'general', 'DRAFT'
      FROM proctoring_question question
      JOIN proctoring_section section ON section.id = question.section_id
      JOIN proctoring_assessment assessment ON assessment.id = section.assessment_id
     ORDER BY question.code, assessment.version DESC
"""
REVIEWED = "UPDATE proctoring_item SET state = 'IN_REVIEW' WHERE state = 'DRAFT'"
LIVE = """
    UPDATE proctoring_item SET state = 'LIVE'
     WHERE code IN (SELECT code FROM proctoring_question WHERE active)
"""
VERSIONS = """
    INSERT INTO proctoring_itemversion
           (id, created_at, updated_at, item_id, number, passage, text, options, plays, min_words,
            max_words, preparation_seconds, seconds, published_at)
    SELECT question.id, question.created_at, now(), item.id,
           row_number() OVER (PARTITION BY item.id ORDER BY assessment.version, question.created_at),
           question.passage, question.text, question.options, 2, 0, 0, 0, 0, question.created_at
      FROM proctoring_question question
      JOIN proctoring_item item ON item.code = question.code
      JOIN proctoring_section section ON section.id = question.section_id
      JOIN proctoring_assessment assessment ON assessment.id = section.assessment_id
"""
KEYS = """
    INSERT INTO proctoring_itemkey
           (id, created_at, updated_at, version_id, key, accepted, script, expected, model_answer)
    SELECT gen_random_uuid(), created_at, now(), id, key, accepted, '[]', '[]', ''
      FROM proctoring_question
"""
FIGURES = """
    INSERT INTO proctoring_itemfigures
           (id, created_at, updated_at, version_id, origin, difficulty, difficulty_error,
            discrimination, choices, responses, fitted_at, current)
    SELECT gen_random_uuid(), now(), now(), question.id, 'AUTHOR', middle.difficulty, 0.6,
           1.0, '{}', 0, question.created_at, true
      FROM proctoring_question question
      JOIN (VALUES ('A1', -3.0), ('A2', -1.8), ('B1', -0.6), ('B2', 0.6), ('C1', 1.8), ('C2', 3.0))
           AS middle (level, difficulty) ON middle.level = question.level
"""
DRAWN = "UPDATE proctoring_sittingquestion SET version_id = question_id"


class Migration(migrations.Migration):
    dependencies = [("proctoring", "0004_item_bank")]

    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop)
        for statement in (ITEMS, REVIEWED, LIVE, VERSIONS, KEYS, FIGURES, DRAWN)
    ]
