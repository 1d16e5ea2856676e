"""Measures by which angle the lines of print on a photo are skewed, and rotates it."""

import numpy as np
from PIL import Image, ImageFilter

#: Longer side in pixels. The coarse size is small enough that steps of a degree find the peak.
FINE_SIZE, COARSE_SIZE = 420, 210
MAX_ANGLE = 45


def measure_skew(picture: Image.Image) -> float:
    """The angle between -45 and 45 degrees by which rotating makes lines horizontal or vertical."""
    edges = _edges(picture, COARSE_SIZE)
    coarse = max(range(-MAX_ANGLE, MAX_ANGLE), key=lambda angle: _levelness(edges, angle))
    edges = _edges(picture, FINE_SIZE)
    candidates = [coarse + step / 2 for step in range(-3, 4)]
    return max(candidates, key=lambda angle: _levelness(edges, angle))


def _edges(picture: Image.Image, longest: int) -> Image.Image:
    grey = picture.convert("L")
    grey.thumbnail((longest, longest))
    edges = grey.filter(ImageFilter.FIND_EDGES)
    return edges.crop((2, 2, edges.width - 2, edges.height - 2))


def _levelness(edges: Image.Image, angle: float) -> float:
    """How much neighbouring rows or columns differ, whichever differ more."""
    rotated = np.asarray(edges.rotate(angle, expand=True), dtype=np.float32)
    return max(_unevenness(rotated.sum(axis=1)), _unevenness(rotated.sum(axis=0)))


def _unevenness(sums: np.ndarray) -> float:
    return float(np.square(np.diff(sums)).sum())


def rotate(picture: Image.Image, angle: float) -> Image.Image:
    """The picture rotated by so many degrees, on a canvas that is large enough."""
    if angle % 360 == 0:
        return picture.copy()
    if angle % 90 == 0:
        return picture.rotate(angle, expand=True)
    resample = Image.Resampling.BICUBIC
    return picture.rotate(angle, expand=True, fillcolor="white", resample=resample)


def candidate_angles(picture: Image.Image) -> list[float]:
    """The angles to try: level in all four orientations, unrotated if it is nearly level."""
    skew = measure_skew(picture)
    level = 0.0 if abs(skew) < 1 else skew
    return [level, level + 180, level + 90, level - 90]
