"""The app that connects allauth's second factors to django-otp.

It is separate from accounts because its foreign key to allauth's model would otherwise make the
migrations circular.
"""

from django.apps import AppConfig


class BridgeConfig(AppConfig):
    """django-otp devices for allauth's authenticators."""

    name = "accounts.bridge"
    label = "otpbridge"
    verbose_name = "Two-step verification"
    default_auto_field = "django.db.models.BigAutoField"
