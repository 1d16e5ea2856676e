"""The bridge from allauth's factors to django-otp's gate, as an app of its own.

In the app of the user model its foreign key would make the migrations run in a circle.
"""

from django.apps import AppConfig


class BridgeConfig(AppConfig):
    """One row for each factor that somebody used."""

    name = "accounts.bridge"
    label = "otpbridge"
    verbose_name = "Two-step verification"
    default_auto_field = "django.db.models.BigAutoField"
