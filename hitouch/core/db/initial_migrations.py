"""The base class of the migrations that create the tables of an app.

Django renders the models again after each operation, with all models that are related to them:
almost all, because most tables refer to users. For our 170 tables and 270 triggers that takes
half a minute of processor time, and a few seconds when each kind of operation is applied together.
"""

from itertools import groupby
from typing import Any

from django.db import migrations
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

#: What these create does not depend on the operations of the same kind beside them.
APPLIED_TOGETHER = (CreateModel, AddField, AddIndex, AddConstraint, AddTrigger)


class InitialMigration(migrations.Migration):
    """A migration whose neighbouring operations of one kind share one rendering of the models.

    It may only add: an operation that alters, renames or removes belongs in an ordinary migration.
    """

    initial = True

    def apply(
        self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False
    ) -> ProjectState:
        """Apply all operations, and return the state after them. `sqlmigrate` uses Django's way."""
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        for kind, operations in groupby(self.operations, type):
            if issubclass(kind, APPLIED_TOGETHER):
                self._apply_together(list(operations), project_state, schema_editor)
            else:
                for operation in operations:
                    self._apply_together([operation], project_state, schema_editor)
        return project_state

    def _apply_together(
        self, operations: list[Operation], state: ProjectState, schema_editor: Any
    ) -> None:
        before = state.clone()
        if isinstance(operations[0], APPLIED_TOGETHER):
            state.__dict__.pop("apps", None)  # rendered once, by the first operation that needs it
        for operation in operations:
            operation.state_forwards(self.app_label, state)
        for operation in operations:
            operation.database_forwards(self.app_label, schema_editor, before, state)
