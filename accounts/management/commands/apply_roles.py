"""Make the groups in the database equal to accounts/roles.yaml."""

from django.core.management.base import BaseCommand

from accounts import services


class Command(BaseCommand):
    """`manage.py apply_roles`: harmless twice."""

    help = "Make the groups in the database equal to accounts/roles.yaml."

    def handle(self, *args: object, **options: object) -> None:
        """Apply and say which roles there are."""
        names = services.apply_roles()
        self.stdout.write(f"Roles: {', '.join(names)}")
