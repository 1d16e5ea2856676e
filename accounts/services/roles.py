"""Making the groups of the database equal to the roles of the file."""

from collections.abc import Iterator

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts import roles

SEE = ("view",)
CHANGE = ("view", "add", "change")
Held = Group.permissions.through


@transaction.atomic
def apply_roles() -> list[str]:
    """Add, change and remove groups as the file says. Answers with the names it holds now."""
    names = sorted(roles.all_roles())
    Group.objects.exclude(name__in=names).delete()
    Group.objects.bulk_create([Group(name=name) for name in names], ignore_conflicts=True)
    groups = dict(Group.objects.values_list("name", "pk"))
    wanted = set(_wanted(groups))
    held = {(row.group_id, row.permission_id): row.pk for row in Held.objects.all()}
    Held.objects.filter(pk__in=[pk for pair, pk in held.items() if pair not in wanted]).delete()
    Held.objects.bulk_create(
        [Held(group_id=group, permission_id=given) for group, given in wanted - held.keys()]
    )
    return names


def _wanted(groups: dict[str, int]) -> Iterator[tuple[int, int]]:
    """Pairs of a group and a permission that it has by the file."""
    facts = Permission.objects.values_list("pk", "codename", "content_type__app_label")
    for pk, codename, app in facts:
        verb, _, model = codename.partition("_")
        for role in roles.all_roles().values():
            if _gives(role.sees, SEE, verb, app, model) or _gives(
                role.changes, CHANGE, verb, app, model
            ):
                yield groups[role.name], pk


def _gives(places: list[str], verbs: tuple[str, ...], verb: str, app: str, model: str) -> bool:
    """`app` stands for all its rows, `app.model` for one kind."""
    return verb in verbs and (app in places or f"{app}.{model}" in places)
