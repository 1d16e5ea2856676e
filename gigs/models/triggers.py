"""Database triggers: counters kept for check constraints, and immutable columns."""

from collections.abc import Sequence

import pgtrigger


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
