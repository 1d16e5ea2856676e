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
    """Answers are saved only while their section is open.

    The sitting is locked FOR SHARE, so that an answer cannot be saved while it is being ended.
    """
    return pgtrigger.Trigger(
        name="only_while_open",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("open", "boolean")],
        func="""
            SELECT sitting.state = 'IN_PROGRESS' AND part.closed_at IS NULL
                   AND part.opened_at IS NOT NULL AND NEW.answered_at <= part.ends_at
              INTO open
              FROM proctoring_sittingquestion drawn
              JOIN proctoring_sittingsection part ON part.id = drawn.part_id
              JOIN proctoring_sitting sitting ON sitting.id = drawn.sitting_id
             WHERE drawn.id = NEW.drawn_id
               FOR SHARE OF sitting;
            IF open IS NOT TRUE THEN
                RAISE EXCEPTION 'This section takes no answers.' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
