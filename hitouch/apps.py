"""The project as Django apps: its commands, and the admin with our own site."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class HitouchConfig(AppConfig):
    """The project: management commands and what knows every app."""

    name = "hitouch"
    default = True

    def ready(self) -> None:
        """Every process that rings the bell, also a command, knows the broker."""
        from hitouch import celery

        celery.app.set_default()


class HitouchAdminConfig(admin_apps.AdminConfig):
    """Django's admin on our site, which asks for a second factor."""

    default = False
    default_site = "hitouch.admin_site.HitouchAdminSite"
