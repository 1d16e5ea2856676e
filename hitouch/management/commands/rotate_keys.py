"""`manage.py rotate_keys`: re-encrypts everything with the first key of HITOUCH_KEYS."""

from django.conf import settings
from django.core.management.base import BaseCommand

from hitouch.management import key_rotation


class Command(BaseCommand):
    """`manage.py rotate_keys`: put the new key first in HITOUCH_KEYS everywhere, then run this.

    Safe while the site runs, and idempotent: run it again if it was interrupted.
    """

    help = "Seal fields, files and factors anew under the first key of HITOUCH_KEYS."

    def handle(self, *args: object, **options: object) -> None:
        """Rotate, and print the result for each table and each key."""
        places = []
        for place in key_rotation.rotate():
            places.append(place)
            self.stdout.write(self._line(place))
        self._print_keys(places)

    def _line(self, place: key_rotation.RotationTarget) -> str:
        keys = ", ".join(f"{count} under {key}" for key, count in sorted(place.keys.items()))
        broken = f", {place.broken} DID NOT OPEN" if place.broken else ""
        return f"{place.name}: {place.resealed} sealed anew, now {keys or 'nothing'}{broken}"

    def _print_keys(self, places: list[key_rotation.RotationTarget]) -> None:
        unused, index = key_rotation.unused_keys(places), key_rotation.index_key()
        for key in settings.HITOUCH_KEYS:
            if key == index and len(settings.HITOUCH_KEYS) > 1:
                told = "nothing is sealed with it any more, but" if key in unused else "in use, and"
                self.stdout.write(f"{key}: {told} {KEPT}")
            elif key in unused:
                self.stdout.write(f"{key}: nothing is sealed with it; take it out of HITOUCH_KEYS.")
            else:
                self.stdout.write(f"{key}: in use.")


KEPT = (
    "it stays, as the last one: the keyed hashes by which codes, tokens, places, PANs and bank "
    "accounts are found again are made with it, and what they were made of is not kept."
)
