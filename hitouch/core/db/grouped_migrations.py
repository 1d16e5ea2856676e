"""The base class of our migrations: what they add is applied in groups.

Django renders the models again after each operation, with all models that are related to them:
almost all, because most tables refer to users. For our 170 tables and 270 triggers that takes
half a minute of processor time, and a few seconds when operations share a rendering.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import migrations
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

#: These do not look at what the operations beside them add.
ADDING = (CreateModel, AddField, AddIndex, AddConstraint, AddTrigger, RemoveTrigger)


class GroupedMigration(migrations.Migration):
    """A migration whose neighbouring operations share one rendering, as far as they only add.

    All others, such as `AlterField`, are applied one by one as in any migration.
    """

    def apply(
        self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False
    ) -> ProjectState:
        """Apply all operations, and return the state after them.

        `sqlmigrate`, and migrations that are no transaction, use Django's way.
        """
        if collect_sql or not schema_editor.atomic_migration:
            return super().apply(project_state, schema_editor, collect_sql)
        for operations in groups(self.operations):
            before = project_state.clone()
            if len(operations) > 1:
                # Rendered once, by the first operation that asks for it.
                project_state.__dict__.pop("apps", None)
            for operation in operations:
                operation.state_forwards(self.app_label, project_state)
            for operation in operations:
                operation.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state


def groups(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    """Neighbours that only add, and every other operation alone.

    What is added to a model comes after the group that creates it: a model is created as it is at
    the end of its group.
    """
    group: list[Operation] = []
    created: set[str] = set()
    for operation in operations:
        model = getattr(operation, "model_name_lower", "")
        if group and (not isinstance(operation, ADDING) or model in created):
            yield group
            group, created = [], set()
        if not isinstance(operation, ADDING):
            yield [operation]
            continue
        group.append(operation)
        if isinstance(operation, CreateModel):
            created.add(operation.name_lower)
    if group:
        yield group
