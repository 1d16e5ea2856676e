"""Triggers that several apps use."""

from typing import Any

import pgtrigger


class NoTruncate(pgtrigger.Trigger):
    """Refuses TRUNCATE, which fires no row triggers, also when it cascades from another table."""

    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Truncate

    def get_func(self, model: Any) -> str:
        """Raise whatever is in the table."""
        return "RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;"
