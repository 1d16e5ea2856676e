"""Management command: make the groups in the database equal to accounts/staff/roles.yaml."""

from django.core.management.base import BaseCommand

from accounts.staff import services as staff


class Command(BaseCommand):
    """`manage.py apply_roles`; can be repeated."""

    help = "Make the groups in the database equal to accounts/staff/roles.yaml."

    def handle(self, *args: object, **options: object) -> None:
        """Apply the file and print the names of the roles."""
        names = staff.apply_roles()
        self.stdout.write(f"Roles: {', '.join(names)}")
