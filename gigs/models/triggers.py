"""Database triggers: counters kept for check constraints, immutable columns, and keys that agree.

They hold for SQL by the site's own role too, so that no path around the services can oversell a
slot, change published pay, or touch time that was paid.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import pgtrigger
from django.db.models import Q


def counter_trigger(
    *, of: str, by: str, column: str, live: Sequence[str] = ()
) -> list[pgtrigger.Trigger]:
    """Keep `of.column` equal to the rows that point to it through `by`.

    With `live`, only rows in one of these states count; the first state must be one.
    """
    states = ", ".join(f"'{state}'" for state in live)
    add = f"UPDATE {of} SET {column} = {column} + 1 WHERE id = NEW.{by}; RETURN NULL;"  # noqa: S608
    drop = f"UPDATE {of} SET {column} = {column} - 1 WHERE id = OLD.{by}; RETURN NULL;"  # noqa: S608
    gone = pgtrigger.Condition(f"OLD.state IN ({states})") if live else None
    triggers = [
        _after(f"count_{column}_in", pgtrigger.Insert, add),
        _after(f"count_{column}_out", pgtrigger.Delete, drop, gone),
    ]
    if live:
        left = pgtrigger.Condition(f"OLD.state IN ({states}) AND NEW.state NOT IN ({states})")
        triggers.append(_after(f"count_{column}_left", pgtrigger.Update, drop, left))
    return triggers


def _after(
    name: str,
    operation: pgtrigger.Operation,
    func: str,
    condition: pgtrigger.Condition | None = None,
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.After, operation=operation, func=func, condition=condition
    )


def immutable_columns(*fields: str) -> pgtrigger.Trigger:
    """The columns cannot change after the insert."""
    return pgtrigger.ReadOnly(name="frozen", fields=list(fields))


def never_deleted() -> pgtrigger.Trigger:
    """Rows are never deleted."""
    return pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)


def counted_by_triggers(column: str) -> list[pgtrigger.Trigger]:
    """The counter starts at zero, and only a trigger of another table changes it."""
    changed = f"NEW.{column} IS DISTINCT FROM OLD.{column} AND pg_trigger_depth() = 0"
    return [
        pgtrigger.Protect(
            name=f"{column}_starts_at_0",
            operation=pgtrigger.Insert,
            condition=pgtrigger.Condition(f"NEW.{column} <> 0"),
        ),
        pgtrigger.Protect(
            name=f"{column}_is_counted",
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(changed),
        ),
    ]


def agreement(
    name: str, *, query: str, operation: pgtrigger.Operation = pgtrigger.Insert, when: str = ""
) -> pgtrigger.Trigger:
    """A new row is refused unless the query, which reads NEW, finds a row.

    The columns it compares are immutable on both sides, so that looking at new rows is enough.
    """
    func = (
        f"IF NOT EXISTS ({query}) THEN RAISE EXCEPTION "
        "'pgtrigger: % row does not agree with the rows it points to', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW;"
    )
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        condition=pgtrigger.Condition(when) if when else None,
        func=func,
    )


def in_this_century(field: str) -> Q:
    """A condition on a time: years that pages and reports can show in any time zone."""
    years = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    return Q(**{f"{field}__range": years})
