"""The password hasher."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id at OWASP's minimum (19 MiB, 2 passes, 1 lane; Password Storage Cheat Sheet).

    Measured with `bench/accounts.py`: 22 ms of CPU per log-in, more than half of its cost. Django's
    default takes 100 MiB and eight lanes, ten times as much, which a small server cannot spend on
    several log-ins at once.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
