"""Database triggers: used assessments are immutable, answers need an open section."""

import pgtrigger


def freeze_taken_assessment() -> pgtrigger.Trigger:
    """An assessment cannot be changed once it was taken."""
    return pgtrigger.Trigger(
        name="frozen_once_sat",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("kind", "language", "pass_level", "code", "version"),
        func="""
            IF EXISTS (SELECT 1 FROM proctoring_sitting WHERE assessment_id = OLD.id) THEN
                RAISE EXCEPTION 'This assessment has been sat; make a new version.'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


def require_open_section() -> pgtrigger.Trigger:
    """Entries count only if written while their section was open, and none follows the grading.

    An entry received after the end of its section is late, and only in a sitting that goes on or
    was ended by the server. What staff admit from a rescue file comes after the end. The sitting
    is locked FOR SHARE, so that no entry is saved while it is being ended.
    """
    return pgtrigger.Trigger(
        name="only_while_open",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[
            ("state", "text"),
            ("took", "boolean"),
            ("opened", "timestamptz"),
            ("ends", "timestamptz"),
            ("closed", "boolean"),
        ],
        func="""
            SELECT sitting.state INTO state FROM proctoring_sitting sitting
             WHERE sitting.id = NEW.sitting_id FOR SHARE;
            took := CASE
                WHEN NEW.origin = 'RESCUE' THEN
                    NEW.late AND state IN
                        ('SUBMITTED', 'AUTO_SUBMITTED', 'TERMINATED', 'GRADING', 'GRADED',
                         'CLEARED', 'FLAGGED', 'UPHELD')
                ELSE state IN ('IN_PROGRESS', 'AUTO_SUBMITTED', 'TERMINATED')
            END;
            IF took AND NEW.counted THEN
                SELECT part.opened_at, LEAST(part.closed_at, part.ends_at),
                       part.closed_at IS NOT NULL
                  INTO opened, ends, closed
                  FROM proctoring_sittingquestion drawn
                  JOIN proctoring_sittingsection part ON part.id = drawn.part_id
                 WHERE drawn.id = NEW.question_id AND drawn.sitting_id = NEW.sitting_id;
                took := NEW.written_at >= opened AND (
                    NEW.origin = 'RESCUE'
                    OR NEW.written_at <= ends
                       AND (NEW.late OR NOT closed AND NEW.received_at <= ends)
                       AND NEW.received_at <= ends + interval '10 minutes'
                );
            END IF;
            IF took IS NOT TRUE THEN
                RAISE EXCEPTION 'This section takes no answers.' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
