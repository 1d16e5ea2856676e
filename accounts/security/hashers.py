"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id at OWASP's minimum (19 MiB, 2 passes, 1 lane; Password Storage Cheat Sheet).

    Chosen by `bench/accounts.py`: 22 ms of CPU a log-in on the machine it was measured on, more
    than half of what a log-in costs. Django's own default takes 100 MiB and eight lanes, ten
    times as much, which a small server cannot give to several people who log in at once.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
