"""Imports the admin modules of the features, so that their classes are registered."""

from accounts.partners import admin as partners_admin  # noqa: F401
from accounts.privacy import admin as privacy_admin  # noqa: F401
from accounts.staff import admin as staff_admin  # noqa: F401
