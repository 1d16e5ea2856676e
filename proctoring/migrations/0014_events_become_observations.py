"""Monitoring events become observations, with what the rules made of them as rulings of their own.

The hash of an event covers its severity, standing and points, so these stay with it in `legacy`.
"""

from django.db import migrations

from hitouch.core.db.grouped_migrations import GroupedMigration

OBSERVATIONS = """
    INSERT INTO proctoring_observation
           (id, created_at, updated_at, sitting_id, number, origin, kind, count, client_at,
            received_at, data, hash_version, legacy, previous_hash, hash)
    SELECT id, created_at, updated_at, sitting_id, number,
           CASE WHEN kind IN ('NETWORK_BACK', 'NETWORK_LOST', 'SECTION_CHANGED', 'OPENED_TWICE')
                THEN 'SERVER' ELSE 'BROWSER' END,
           kind, 1, browser_at, received_at, data, 1,
           jsonb_build_object('browser_id', browser_id::text, 'severity', severity,
                              'standing', standing, 'points', points),
           previous_hash, hash
      FROM proctoring_monitoringevent
"""
RULINGS = """
    INSERT INTO proctoring_ruling
           (id, created_at, updated_at, sitting_id, observation_id, number, severity, standing,
            points, submits, verdict, reason, at)
    SELECT gen_random_uuid(), created_at, updated_at, sitting_id, id, 1, severity, standing,
           points, false, 'AUTOMATIC', '', received_at
      FROM proctoring_monitoringevent
"""
STATES = """
    INSERT INTO proctoring_monitoringstate
           (id, created_at, updated_at, sitting_id, last_number, last_hash, warnings, points,
            engine, submit_reason, stills, last_still_at)
    SELECT gen_random_uuid(), now(), now(), sitting.id, COALESCE(events.newest, 0),
           COALESCE(events.hash, ''), COALESCE(events.warnings, 0), COALESCE(events.points, 0),
           '{}', '', COALESCE(stills.count, 0), stills.newest
      FROM proctoring_sitting sitting
      LEFT JOIN (SELECT sitting_id, max(number) AS newest,
                        (array_agg(hash ORDER BY number DESC))[1] AS hash,
                        count(*) FILTER (WHERE standing = 'WARNED') AS warnings,
                        sum(points) AS points
                   FROM proctoring_monitoringevent GROUP BY sitting_id) events
             ON events.sitting_id = sitting.id
      LEFT JOIN (SELECT sitting_id, count(*) AS count, max(taken_at) AS newest
                   FROM proctoring_snapshot GROUP BY sitting_id) stills
             ON stills.sitting_id = sitting.id
     WHERE sitting.begun_at IS NOT NULL
    ON CONFLICT DO NOTHING
"""
PICTURES = """
    UPDATE proctoring_snapshot SET observation_id = event_id, origin = 'EVENT'
     WHERE event_id IS NOT NULL
"""


class Migration(GroupedMigration):
    dependencies = [("proctoring", "0013_live_proctoring")]
    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop)
        for statement in (OBSERVATIONS, RULINGS, STATES, PICTURES)
    ]
