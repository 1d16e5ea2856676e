"""Looking at a still without searching faces: digest, fingerprint, brightness, and whether it is
plausible as a picture of a camera.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

from hitouch.core.files import images

#: Sides of a still, and the spread of brightness below which there is nothing to see.
MIN_WIDTH, MIN_HEIGHT = 120, 90
LEAST_SPREAD = 4.0
#: Mean brightness, of 255, below which a picture is dark.
DARK = 30.0
#: Columns and rows of the difference hash: each bit compares two neighbours.
COLUMNS, ROWS = 9, 8


@dataclass(frozen=True)
class StillLook:
    """What can be said of a still at once. `spread` is the deviation of brightness."""

    digest: str
    fingerprint: str
    luminance: float
    spread: float
    width: int
    height: int

    @property
    def is_dark(self) -> bool:
        return self.luminance < DARK

    @property
    def is_plausible(self) -> bool:
        """Whether a camera may have taken it: large enough, and not of one colour."""
        is_large = self.width >= MIN_WIDTH and self.height >= MIN_HEIGHT
        return is_large and self.spread >= LEAST_SPREAD


def look(fresh: bytes) -> StillLook:
    """Look at a picture that was decoded and encoded anew.

    The digest is of that, as bytes that show nothing make no other picture.
    """
    whole = images.upright(fresh)
    grey = whole.convert("L")
    small = grey.copy()
    small.thumbnail((160, 160))
    levels = np.asarray(small, dtype=np.float32)
    return StillLook(
        digest=hashlib.sha256(fresh).hexdigest(),
        fingerprint=fingerprint(grey),
        luminance=round(float(levels.mean()), 2),
        spread=round(float(levels.std()), 2),
        width=whole.width,
        height=whole.height,
    )


def fingerprint(grey: Image.Image) -> str:
    """The difference hash: 64 bits that stay when a picture is encoded or scaled anew."""
    levels = np.asarray(grey.resize((COLUMNS, ROWS), Image.Resampling.BOX), dtype=np.int16)
    bits = (levels[:, 1:] > levels[:, :-1]).flatten()
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"
