"""`manage.py rotate_keys`: re-encrypts everything with the first key of HITOUCH_KEYS."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hitouch.core.files.stores.base import StoreUnavailable
from hitouch.management import key_rotation


class Command(BaseCommand):
    """`manage.py rotate_keys`: put the new key first in HITOUCH_KEYS everywhere, then run this.

    Safe while the site runs, and idempotent: run it again if it was interrupted.
    """

    help = "Re-encrypt fields, files and second factors with the first key of HITOUCH_KEYS."

    def handle(self, *args: object, **options: object) -> None:
        """Rotate, and print the result for each table and each key."""
        places = []
        try:
            for place in key_rotation.rotate():
                places.append(place)
                self.stdout.write(self._line(place))
        except StoreUnavailable:
            raise CommandError(STORE_LOST) from None
        self._print_keys(places)

    def _line(self, place: key_rotation.RotationTarget) -> str:
        keys = ", ".join(f"{count} under {key}" for key, count in sorted(place.keys.items()))
        broken = f", {place.broken} CANNOT BE DECRYPTED" if place.broken else ""
        return f"{place.name}: {place.resealed} re-encrypted, now {keys or 'nothing'}{broken}"

    def _print_keys(self, places: list[key_rotation.RotationTarget]) -> None:
        unused, index = key_rotation.unused_keys(places), key_rotation.index_key()
        for key in settings.HITOUCH_KEYS:
            if key == index and len(settings.HITOUCH_KEYS) > 1:
                usage = "no data is encrypted with it, but" if key in unused else "in use, and"
                self.stdout.write(f"{key}: {usage} {KEPT}")
            elif key in unused:
                self.stdout.write(
                    f"{key}: no data is encrypted with it; remove it from HITOUCH_KEYS."
                )
            else:
                self.stdout.write(f"{key}: in use.")


STORE_LOST = "The store of private files does not answer. Run this again later: it goes on."
KEPT = (
    "keep it as the last key: the keyed hashes of codes, tokens, places, PANs and bank accounts "
    "were made with it and cannot be made again, because their input is not stored."
)
