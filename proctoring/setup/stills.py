"""Judges a still of the camera: size, light, contrast, and the one face in it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from hitouch.core.files import faces, images
from proctoring.setup.results import CheckResult, failed_result, passed_result

MIN_WIDTH, MIN_HEIGHT = 320, 240
#: Brightness from 0 to 255. A covered lens is dark or flat, a lamp in front of it too bright.
TOO_BRIGHT = 240
MIN_CONTRAST = 20
#: The least width of the face as a share of the shorter side.
MIN_FACE_SHARE = 0.12
NOT_LOOKED_AT = "Faces were not looked at"


@dataclass(frozen=True)
class Still:
    """What is seen in a still. `faces` is None where faces are not looked at."""

    width: int
    height: int
    luminance: float
    #: Between the darkest and the brightest twentieth.
    contrast: float
    dark: bool
    faces: tuple[faces.Face, ...] | None

    @property
    def face_share(self) -> float | None:
        """The width of the largest face as a share of the shorter side."""
        if not self.faces:
            return None
        return self.faces[0].width / min(self.width, self.height)

    def as_json(self) -> dict[str, Any]:
        """Without descriptors."""
        return {
            "width": self.width,
            "height": self.height,
            "luminance": round(self.luminance, 1),
            "contrast": round(self.contrast, 1),
            "faces": None if self.faces is None else len(self.faces),
            "face_box": list(self.faces[0].box) if self.faces else None,
            "face_share": None if self.face_share is None else round(self.face_share, 3),
        }


def look_at(picture: bytes, *, find_faces: bool = True, describe: bool = False) -> Still:
    """Measure a picture. Raises `InvalidFile` for no picture."""
    grey = images.upright(picture).convert("L")
    width, height = grey.size
    grey.thumbnail((200, 200))
    light = np.asarray(grey)
    darkest, brightest = (float(each) for each in np.percentile(light, (5, 95)))
    found: tuple[faces.Face, ...] | None = None
    if find_faces:
        try:
            found = tuple(faces.find(picture, describe=describe))
        except faces.FaceMatchingUnavailable:
            found = None
    return Still(
        width=width,
        height=height,
        luminance=float(light.mean()),
        contrast=brightest - darkest,
        dark=brightest < images.LEAST_LIGHT,
        faces=found,
    )


def judge(still: Still, *, waives: Collection[str] = ()) -> list[CheckResult]:
    """What is right and wrong with it. Demands that are lifted are left out."""
    results = [_judge_picture(still)]
    if results[0].passed and "FACE" not in waives:
        results.append(_judge_face(still))
    return results


def _judge_picture(still: Still) -> CheckResult:
    key, title = "picture", "Camera picture"
    size = f"{still.width} x {still.height}"
    if still.width < MIN_WIDTH or still.height < MIN_HEIGHT:
        mend = f"Set your camera to {MIN_WIDTH} x {MIN_HEIGHT} or more, or use another one."
        return failed_result(key, title, size, mend)
    if still.dark:
        return failed_result(key, title, "Too dark", "Face a window or a lamp.")
    if still.contrast < MIN_CONTRAST:
        mend = "Uncover your camera, and check that the right one is chosen."
        return failed_result(key, title, "One flat colour", mend)
    if still.luminance > TOO_BRIGHT:
        mend = "Turn away from the window or lamp behind you or in front of the camera."
        return failed_result(key, title, "Too bright", mend)
    return passed_result(key, title, f"{size}, well lit")


def _judge_face(still: Still) -> CheckResult:
    key, title = "face", "Your face"
    if still.faces is None:
        return passed_result(key, title, NOT_LOOKED_AT)
    if not still.faces:
        mend = "Sit upright in front of the camera, with your whole face in the picture."
        return failed_result(key, title, "No face found", mend)
    if len(still.faces) > 1:
        mend = "Ask others to leave, and take down pictures of people behind you."
        return failed_result(key, title, f"{len(still.faces)} faces found", mend)
    if (still.face_share or 0) < MIN_FACE_SHARE:
        return failed_result(key, title, "Too far away", "Move closer to the camera.")
    return passed_result(key, title, "One face found")
