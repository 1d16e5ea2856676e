"""Which operations of a migration share one rendering of the models."""

from django.db import models
from django.db.migrations.operations import AddField, AddIndex, AlterField, CreateModel, RunSQL

from hitouch.core.db.grouped_migrations import groups

ONE = CreateModel("One", [("id", models.AutoField(primary_key=True))])
TWO = CreateModel("Two", [("one", models.ForeignKey("One", models.CASCADE))])
FIELD = AddField("three", "size", models.IntegerField(default=0))
INDEX = AddIndex("three", models.Index(fields=["size"], name="three_size"))


def test_what_only_adds_is_one_group() -> None:
    """Tables, columns and indexes of other tables."""
    assert list(groups([ONE, TWO, FIELD, INDEX])) == [[ONE, TWO, FIELD, INDEX]]


def test_what_is_added_to_a_new_table_comes_after_it() -> None:
    """Else the table would be created with the column, which is then added again."""
    later = AddField("two", "size", models.IntegerField(default=0))
    assert list(groups([ONE, TWO, later, FIELD])) == [[ONE, TWO], [later, FIELD]]


def test_everything_else_is_applied_alone() -> None:
    """What alters or runs something sees exactly what comes before it."""
    alter = AlterField("three", "size", models.BigIntegerField())
    run = RunSQL("SELECT 1")
    assert list(groups([alter, run, FIELD, run])) == [[alter], [run], [FIELD], [run]]
