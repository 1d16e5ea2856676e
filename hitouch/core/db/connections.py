"""Giving back a database connection before long work without it."""

from django.db import connection


def release_connection() -> None:
    """Return this thread's connection to the pool; the next query takes another.

    Does nothing in a transaction, which needs its connection.
    """
    if not connection.in_atomic_block:
        connection.close()
