"""A trigger that lets the site's database role change access only by an approved request.

The role of the site is not the owner of the tables. The owner may change access: migrations, the
first admin and a restored backup need no request.
"""

import pgtrigger

CHECK = """
    person := CASE WHEN TG_OP = 'DELETE' THEN OLD.{person} ELSE NEW.{person} END;
    IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
        AND NOT EXISTS (
            SELECT 1 FROM accounts_accesschange
            WHERE kind = 'ROLES' AND target_id = person AND state = 'APPLIED'
                AND applied_in = pg_current_xact_id()::text::bigint
        )
    THEN
        RAISE EXCEPTION 'pgtrigger: access of % changes by an approved request only', person;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


def access_guard(
    *,
    name: str,
    operation: pgtrigger.Operation,
    person: str,
    condition: pgtrigger.Condition | None = None,
) -> pgtrigger.Trigger:
    """The trigger; `person` is the column with the id of the user whose access changes."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        condition=condition,
        declare=[("person", "uuid")],
        func=CHECK.format(person=person),
    )
