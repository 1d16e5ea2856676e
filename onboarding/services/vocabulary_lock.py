"""Who saves a profile shares the vocabulary; who decides on a word has it alone."""

from django.db import connection

#: Any constant; it names the advisory lock.
VOCABULARY_LOCK = 7_401_963


def hold_vocabulary() -> None:
    """Until the transaction ends no word is decided: what is saved now is in today's words.

    Taken before the agent's row, as a decision does.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [VOCABULARY_LOCK])


def hold_alone() -> None:
    """Until the transaction ends nobody else decides, and no profile is saved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [VOCABULARY_LOCK])
