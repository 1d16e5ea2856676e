"""PaddleOCR's models, run by ONNX Runtime: the second OCR engine, of another kind than Tesseract.

It detects lines of text in any orientation, so it also reads cards that are turned against each
other and numbers written by hand. The model files come with the package `rapidocr`, whose own code
is not imported: it would configure logging and may download files.
"""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when the library is loaded: no usage data is sent
import onnxruntime

from onboarding.kyc.ocr.symbols import Box, OcrLine, OcrSymbol, Reading

#: The network takes sides that are multiples of this.
STRIDE = 32
#: A pixel belongs to text from this probability on; a box needs this mean.
PIXEL_THRESHOLD, BOX_THRESHOLD = 0.3, 0.45
#: By which part of area / perimeter a detected core of a line is enlarged.
ENLARGEMENT = 1.6
MIN_SIDE, MAX_BOXES = 3, 400
LINE_HEIGHT, FLIP_SHAPE = 48, (48, 192)
#: Lines taller than wide by this factor are sideways.
SIDEWAYS_RATIO = 1.5
BATCH, MIN_WIDTH, MAX_WIDTH = 8, 64, 2400
#: Below this certainty of its orientation or text, a line is read upside down as well.
SURE_OF_FLIP, SURE_OF_TEXT = 0.95, 90.0
#: How far a character reaches from its middle, in distances of characters.
REACH = 0.8
#: Lines within so many degrees belong to the same reading.
SAME_DIRECTION = 12.0
#: Confidence from which on a line tells the direction and counts as text.
LEGIBLE = 80.0

Image3 = np.ndarray
cv2.setNumThreads(0)  # no threads survive a fork


def _session(name: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # no threads survive a fork
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    spec = find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("rapidocr")
    path = Path(spec.submodule_search_locations[0]) / "models" / name
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


_detector = _session("PP-OCRv6_det_small.onnx")
_recognizer = _session("PP-OCRv6_rec_small.onnx")
_flip_classifier = _session("ch_ppocr_mobile_v2.0_cls_mobile.onnx")
_character_list = _recognizer.get_modelmeta().custom_metadata_map["character"].splitlines()
#: Class 0 is “no character”, the last one is the space.
_characters = ["", *_character_list, " "]


@dataclass(frozen=True)
class _Strip:
    """One detected line: its corners in reading order and its pixels, turned horizontally."""

    corners: np.ndarray
    pixels: Image3

    def upside_down(self) -> "_Strip":
        return _Strip(np.roll(self.corners, -2, axis=0), cv2.rotate(self.pixels, cv2.ROTATE_180))


@dataclass(frozen=True)
class _Text:
    strip: _Strip
    #: Character, centre as a fraction of the line's length, confidence from 0 to 100.
    characters: list[tuple[str, float, float]]

    @property
    def sure(self) -> float:
        sure = [each[2] for each in self.characters]
        return sum(sure) / len(sure) if sure else 0.0

    @property
    def angle(self) -> float:
        x, y = self.strip.corners[1] - self.strip.corners[0]
        return math.degrees(math.atan2(y, x))


def read(picture: Image.Image, *, longest: int) -> list[Reading]:
    """All text on a picture, the direction of most of it first.

    Lines are detected on a copy with this longer side and read on the original.
    """
    pixels = np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])
    strips = [_cut(pixels, corners) for corners in _detect(pixels, longest)]
    return _by_direction(_read_both_ways(strips))


def _normalised(pixels: Image3) -> np.ndarray:
    return (pixels.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)


def _run(session: onnxruntime.InferenceSession, batch: np.ndarray) -> np.ndarray:
    result: np.ndarray = session.run(None, {session.get_inputs()[0].name: batch})[0]
    return result


def _detect(pixels: Image3, longest: int) -> Iterator[np.ndarray]:
    """The corners of each line, clockwise from the top left."""
    height, width = pixels.shape[:2]
    factor = longest / max(height, width)
    size = [max(STRIDE, round(side * factor / STRIDE) * STRIDE) for side in (width, height)]
    resized = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if factor < 1 else 1)
    likely = _run(_detector, _normalised(resized)[None])[0, 0]
    mask = cv2.dilate((likely > PIXEL_THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    scale = np.array([width / size[0], height / size[1]], np.float32)
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:MAX_BOXES]:
        middle, (across, down), angle = cv2.minAreaRect(contour)
        if min(across, down) < MIN_SIDE or _mean_inside(likely, contour) < BOX_THRESHOLD:
            continue
        margin = 2 * ENLARGEMENT * across * down / (2 * (across + down))
        corners = cv2.boxPoints((middle, (across + margin, down + margin), angle))
        yield _clockwise(corners.astype(np.float32)) * scale


def _mean_inside(likely: np.ndarray, contour: np.ndarray) -> float:
    left, top, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [contour - [left, top]], 1)
    return float(cv2.mean(likely[top : top + height, left : left + width], mask)[0])


def _clockwise(corners: np.ndarray) -> np.ndarray:
    """The corners from the top left on, where the longer side of a line may stand upright."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)


def _cut(pixels: Image3, corners: np.ndarray) -> _Strip:
    across = max(1, round(float(np.linalg.norm(corners[1] - corners[0]))))
    down = max(1, round(float(np.linalg.norm(corners[3] - corners[0]))))
    target = np.array([[0, 0], [across, 0], [across, down], [0, down]], np.float32)
    move = cv2.getPerspectiveTransform(corners, target)
    border = cv2.BORDER_REPLICATE
    strip = cv2.warpPerspective(
        pixels, move, (across, down), flags=cv2.INTER_CUBIC, borderMode=border
    )
    if down < across * SIDEWAYS_RATIO:
        return _Strip(corners, strip)
    turned = cv2.rotate(strip, cv2.ROTATE_90_COUNTERCLOCKWISE)
    return _Strip(np.roll(corners, -1, axis=0), turned)


def _read_both_ways(strips: list[_Strip]) -> list[_Text]:
    """Read each line in its orientation, and in both where that is not certain."""
    flipped = _likely_flipped(strips)
    likely = [
        strip.upside_down() if flip > 0.5 else strip
        for strip, flip in zip(strips, flipped, strict=True)
    ]
    texts = _recognise(likely)
    doubtful = [
        text.strip.upside_down()
        for text, flip in zip(texts, flipped, strict=True)
        if max(flip, 1 - flip) < SURE_OF_FLIP or text.sure < SURE_OF_TEXT
    ]
    return texts + _recognise(doubtful)


def _likely_flipped(strips: list[_Strip]) -> list[float]:
    """For each line the probability that it is upside down."""
    if not strips:
        return []
    height, width = FLIP_SHAPE
    batch = np.zeros((len(strips), 3, height, width), np.float32)
    for row, strip in zip(batch, strips, strict=True):
        resized = _of_height(strip.pixels, height, width)
        row[:, :, : resized.shape[1]] = _normalised(resized)
    return [float(each[1]) for each in _run(_flip_classifier, batch)]


def _of_height(pixels: Image3, height: int, most: int) -> Image3:
    width = min(most, max(1, math.ceil(pixels.shape[1] * height / pixels.shape[0])))
    resized: Image3 = cv2.resize(pixels, (width, height))
    return resized


def _recognise(strips: list[_Strip]) -> list[_Text]:
    resized = [_of_height(strip.pixels, LINE_HEIGHT, MAX_WIDTH) for strip in strips]
    order = sorted(range(len(strips)), key=lambda each: resized[each].shape[1])
    texts: dict[int, _Text] = {}
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        width = max(MIN_WIDTH, *(resized[each].shape[1] for each in chosen))
        batch = np.zeros((len(chosen), 3, LINE_HEIGHT, width), np.float32)
        for row, each in zip(batch, chosen, strict=True):
            row[:, :, : resized[each].shape[1]] = _normalised(resized[each])
        for each, likely in zip(chosen, _run(_recognizer, batch), strict=True):
            length = len(likely) * resized[each].shape[1] / width
            texts[each] = _Text(strips[each], list(_decode(likely, length)))
    return [texts[each] for each in range(len(strips))]


def _decode(likely: np.ndarray, length: float) -> Iterator[tuple[str, float, float]]:
    """The characters of one line (greedy CTC decoding): repeated and empty classes are dropped."""
    best, sure = likely.argmax(axis=1), likely.max(axis=1)
    column = 0
    while column < len(best):
        last = column
        while last + 1 < len(best) and best[last + 1] == best[column]:
            last += 1
        if best[column]:
            middle = (column + last + 1) / 2 / length
            yield (
                _characters[best[column]],
                min(1.0, middle),
                float(sure[column : last + 1].max()) * 100,
            )
        column = last + 1


def _by_direction(texts: list[_Text]) -> list[Reading]:
    """Group lines by direction; the direction with most confident characters first."""
    groups: list[list[_Text]] = []
    for text in sorted(texts, key=_weight, reverse=True):
        for group in groups:
            if abs((text.angle - group[0].angle + 180) % 360 - 180) <= SAME_DIRECTION:
                group.append(text)
                break
        else:
            groups.append([text])
    groups.sort(key=lambda group: sum(map(_weight, group)), reverse=True)
    return [_as_reading(group) for group in groups]


def _weight(text: _Text) -> float:
    legible = [each for each in text.characters if each[0].isalnum() and each[0].isascii()]
    return len(legible) * (text.sure / 100) ** 4


def _as_reading(group: list[_Text]) -> Reading:
    angles = [text.angle for text in group if text.sure >= LEGIBLE and len(text.characters) > 4]
    first = group[0].angle
    offsets = sorted((angle - first + 180) % 360 - 180 for angle in angles) or [0.0]
    angle = first + offsets[len(offsets) // 2]
    lines = [list(_symbols(text, angle)) for text in group]
    lines = [line for line in lines if line]
    return Reading(angle, sorted(lines, key=lambda line: (line[0].box[1], line[0].box[0])))


def _symbols(text: _Text, angle: float) -> Iterator[OcrSymbol]:
    """The characters with boxes in the frame that is rotated by `angle`.

    A box reaches halfway to the next character, at most to the middle of a gap between words:
    where exactly a character begins, the network does not say.
    """
    turn = np.array(rotation(-angle))
    top_left, top_right, bottom_right, bottom_left = text.strip.corners @ turn.T
    printed = [each for each in text.characters if not each[0].isspace()]
    reach = REACH * _pitch([each[1] for each in text.characters])
    begins = _word_beginnings(text)
    middles = [-1.0, *(each[1] for each in printed), 2.0]
    for place, (character, middle, sure) in enumerate(printed):
        start = max(0.0, middle - min(reach, (middle - middles[place]) / 2))
        end = min(1.0, middle + min(reach, (middles[place + 2] - middle) / 2))
        edge = [
            point
            for part in (start, end)
            for point in (
                top_left + (top_right - top_left) * part,
                bottom_left + (bottom_right - bottom_left) * part,
            )
        ]
        yield OcrSymbol(character, _hull(edge), sure, begins[place])


def _word_beginnings(text: _Text) -> list[bool]:
    """For each printed character whether a space or nothing stands before it."""
    before = [" ", *(each[0] for each in text.characters)]
    pairs = zip(before, text.characters, strict=False)
    return [left.isspace() for left, each in pairs if not each[0].isspace()]


def _pitch(middles: list[float]) -> float:
    """The usual distance from one character to the next."""
    steps = sorted(after - before for before, after in pairwise(middles))
    return steps[len(steps) // 2] if steps else 1.0


def _hull(points: list[Any]) -> Box:
    xs, ys = [float(x) for x, _ in points], [float(y) for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def in_blocks(lines: list[OcrLine]) -> list[OcrLine]:
    """The lines in the order in which people read them, one column after the other."""
    blocks: list[list[tuple[OcrLine, Box]]] = []
    for line in sorted(lines, key=lambda line: line[0].box[1]):
        box = _hull([point for each in line for point in (each.box[:2], each.box[2:])])
        near = [block for block in blocks if _continues(block[-1][1], box)]
        if near:
            max(near, key=lambda block: block[-1][1][1]).append((line, box))
        else:
            blocks.append([(line, box)])
    return [line for block in blocks for line, _ in block]


def _continues(above: Box, below: Box) -> bool:
    """Whether a line begins below another, as lines of one paragraph do."""
    shared = min(above[2], below[2]) - max(above[0], below[0])
    narrower = min(above[2] - above[0], below[2] - below[0])
    height = min(above[3] - above[1], below[3] - below[1])
    return shared > narrower * 0.3 and below[1] - above[3] < 2 * height


def rotation(angle: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The matrix that rotates points clockwise on a picture by so many degrees."""
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    return (cosine, -sine), (sine, cosine)
