"""A fresh database can be migrated: each trigger is made after the columns that it names."""

import re

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState
from pgtrigger.migrations import AddTrigger

COLUMN = re.compile(r'\b(?:OLD|NEW)\.(?:"(\w+)"|(\w+))', re.IGNORECASE)


def columns_of(model: ModelState) -> set[str]:
    """From the fields alone: building the models at each migration would take minutes."""
    return {
        getattr(field, "db_column", None) or (f"{name}_id" if field.many_to_one else name)
        for name, field in model.fields.items()
    } | {f"{name}_id" for name, field in model.fields.items() if field.one_to_one}


def test_a_trigger_comes_after_the_columns_that_it_names() -> None:
    """makemigrations puts triggers before the columns that refer to another new table."""
    loader = MigrationLoader(None)
    state, wrong = loader.project_state(()), []
    leaves = sorted(loader.graph.leaf_nodes())
    plan = dict.fromkeys(key for leaf in leaves for key in loader.graph.forwards_plan(leaf))
    for app, name in plan:
        for operation in loader.graph.nodes[app, name].operations:
            if isinstance(operation, AddTrigger):
                model = state.models[app, operation.model_name.lower()]
                found = COLUMN.findall(str(operation.trigger.install_sql))
                named = {quoted or plain for quoted, plain in found}
                missing = sorted(named - columns_of(model))
                wrong += [f"{app} {name}: {column} of {model.name}" for column in missing]
            operation.state_forwards(app, state)
    assert wrong == []
