"""What tests ask of the database itself."""

from django.db import connection


def check_deferred_constraints() -> None:
    """Make the database run the constraint triggers it defers until commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
