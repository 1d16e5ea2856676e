"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id at OWASP's minimum (19 MiB, 2 passes, 1 lane; Password Storage Cheat Sheet).

    Django's own default takes 100 MiB and eight lanes, which a small server cannot give to
    several people who log in at once.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
