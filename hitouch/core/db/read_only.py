"""Transactions in which PostgreSQL refuses every change."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def read_only_transaction() -> Iterator[None]:
    """A transaction, or a savepoint of the current one, in which nothing can be written.

    All reads within see the same state only if the transaction's isolation level says so; what
    this guarantees is that none of them writes.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
