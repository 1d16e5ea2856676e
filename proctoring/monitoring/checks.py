"""The server's own look at stills: whether the faces agree with what the page says.

It looks at stills of events, at challenges, at proofs and at a random share of the others. A still
that cannot be looked at is no finding.
"""

import json
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from hitouch.core.files import faces, storage
from proctoring.delivery.locks import lock_sitting
from proctoring.models import IdentityCheck, MonitoringDemand, Sitting, Snapshot
from proctoring.observations import services as observations
from proctoring.observations.services import Fact

Check = Snapshot.Check
#: A face this far from the person's photo may be another person's. Measured on labelled portraits:
#: `faces.SAME_PERSON` and a margin for small pictures.
OTHER_PERSON = 0.62
#: Stills that in a row show a face so far away before that is an observation.
OTHER_PERSON_STILLS = 2
#: Kinds that say how many faces the page saw.
CLAIMS = {"NO_FACE": 0, "SEVERAL_FACES": 2}
#: A check whose task was lost is made up for after this time.
OVERDUE = timedelta(seconds=20)


def due(now: datetime) -> QuerySet[Snapshot]:
    """Stills that are to be looked at, and whose task was lost."""
    pending = Snapshot.objects.filter(check_result=Check.PENDING, taken_at__lte=now - OVERDUE)
    return pending.select_related("file", "sitting", "observation")


def check_still(*, still: Snapshot, at: datetime) -> str:
    """Look for faces, and record what that means. Returns the result."""
    if still.check_result != Check.PENDING:
        return str(still.check_result)
    waives = set(still.sitting.waives)
    if waives & {MonitoringDemand.CAMERA, MonitoringDemand.FACE}:
        return _settle(still, Check.NOT_NEEDED, None, None, at)
    try:
        found = faces.find(storage.read(still.file))
    except (faces.FaceMatchingUnavailable, storage.InvalidFile, OSError):
        return _settle(still, Check.UNAVAILABLE, None, None, at)
    distance = _distance(still.sitting, found)
    result = Check.CONFIRMED if _agrees(still, len(found), distance) else Check.CONTRADICTED
    return _settle(still, result, len(found), distance, at)


def _distance(sitting: Sitting, found: list[faces.Face]) -> float | None:
    """How far the face that is nearest to the person's photo is from it."""
    reference = _descriptor(sitting)
    described = [face for face in found if face.descriptor]
    if reference is None or not described:
        return None
    return min(faces.distance(reference, face) for face in described)


def _descriptor(sitting: Sitting) -> faces.Face | None:
    """The face of the photo taken before the assessment, while that is kept."""
    check = (
        IdentityCheck.objects.filter(sitting=sitting).exclude(descriptor="").order_by("-number")
    ).first()
    if check is None:
        return None
    try:
        numbers = tuple(float(each) for each in json.loads(check.descriptor))
    except (TypeError, ValueError):
        return None
    return faces.Face((0, 0, 1, 1), numbers) if len(numbers) == 128 else None


def _agrees(still: Snapshot, found: int, distance: float | None) -> bool:
    """Whether the picture shows what the page reported of it."""
    kind = still.observation.kind if still.observation else ""
    if kind == "OTHER_PERSON":
        return distance is None or distance > faces.SAME_PERSON
    claimed = CLAIMS.get(kind, still.faces_claimed)
    if claimed is None or kind not in CLAIMS:
        # The page says there is one person: it hides something only if there is not.
        return claimed is None or claimed != 1 or found == 1
    return found >= claimed if claimed else found == 0


@transaction.atomic
def _settle(
    still: Snapshot, result: str, found: int | None, distance: float | None, at: datetime
) -> str:
    locked = lock_sitting(still.sitting)
    changed = Snapshot.objects.filter(pk=still.pk, check_result=Check.PENDING).update(
        check_result=result,
        faces_found=found,
        distance=distance if distance is not None else still.distance,
        checked_at=at,
        updated_at=at,
    )
    if not changed:
        return result
    facts = _facts(locked, still, result, found, distance)
    observations.append(sitting=locked, facts=facts, at=at)
    return result


def _facts(
    locked: Sitting, still: Snapshot, result: str, found: int | None, distance: float | None
) -> list[Fact]:
    if found is None:
        return []
    about = still.observation.kind if still.observation else ""
    data = {"still": str(still.pk), "faces": found, "claimed": still.faces_claimed, "kind": about}
    facts = []
    if result == Check.CONTRADICTED:
        facts.append(Fact("FACE_CONTRADICTED", data=data))
    elif about:
        facts.append(Fact("FACE_CONFIRMED", data=data))
    if distance is not None and distance > OTHER_PERSON and _is_second_stranger(locked, still):
        far = {"still": str(still.pk), "distance": round(distance, 3)}
        facts.append(Fact("OTHER_PERSON_FOUND", data=far))
    return facts


def _is_second_stranger(locked: Sitting, still: Snapshot) -> bool:
    """Whether the still that was looked at before shows a stranger too."""
    looked_at = Q(check_result__in=(Check.CONFIRMED, Check.CONTRADICTED), faces_found__gte=1)
    before = locked.snapshots.filter(looked_at, taken_at__lt=still.taken_at, distance__isnull=False)
    newest = before.order_by("-taken_at").values_list("distance", flat=True)
    earlier = list(newest[: OTHER_PERSON_STILLS - 1])
    return len(earlier) == OTHER_PERSON_STILLS - 1 and all(
        far is not None and far > OTHER_PERSON for far in earlier
    )
