"""How a card lies on its picture: by which angle its lines of print are off."""

import numpy as np
from PIL import Image, ImageFilter

#: Lines of print are a narrow peak: on a picture of half the size no whole degree can miss it.
SMALL, SMALLEST = 420, 210
WIDEST = 45


def measure_skew(picture: Image.Image) -> float:
    """The angle, between -45 and 45 degrees, that makes lines lie level when turned back."""
    edges = _edges(picture, SMALLEST)
    rough = max(range(-WIDEST, WIDEST), key=lambda angle: _levelness(edges, angle))
    edges = _edges(picture, SMALL)
    near = [rough + step / 2 for step in range(-3, 4)]
    return max(near, key=lambda angle: _levelness(edges, angle))


def _edges(picture: Image.Image, longest: int) -> Image.Image:
    grey = picture.convert("L")
    grey.thumbnail((longest, longest))
    edges = grey.filter(ImageFilter.FIND_EDGES)
    return edges.crop((2, 2, edges.width - 2, edges.height - 2))


def _levelness(edges: Image.Image, angle: float) -> float:
    """How much the rows differ from each other, or the columns, whichever differ more."""
    turned = np.asarray(edges.rotate(angle, expand=True), dtype=np.float32)
    return max(_unevenness(turned.sum(axis=1)), _unevenness(turned.sum(axis=0)))


def _unevenness(sums: np.ndarray) -> float:
    return float(np.square(np.diff(sums)).sum())


def rotate(picture: Image.Image, angle: float) -> Image.Image:
    """The picture turned by so many degrees, on paper that is large enough."""
    if angle % 360 == 0:
        return picture.copy()
    if angle % 90 == 0:
        return picture.rotate(angle, expand=True)
    how = Image.Resampling.BICUBIC
    return picture.rotate(angle, expand=True, fillcolor="white", resample=how)


def candidate_angles(picture: Image.Image) -> list[float]:
    """The angles to try: as it lies when it is nearly level, then all four quarters."""
    skew = measure_skew(picture)
    level = 0.0 if abs(skew) < 1 else skew
    return [level, level + 180, level + 90, level - 90]
