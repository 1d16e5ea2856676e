"""Making the groups of the database equal to the roles of the file."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from accounts import roles

SEE = ("view",)
CHANGE = ("view", "add", "change")


@transaction.atomic
def apply_roles() -> list[str]:
    """Add, change and remove groups as the file says. Answers with the names it holds now."""
    Group.objects.exclude(name__in=roles.all_roles()).delete()
    for role in roles.all_roles().values():
        group, _ = Group.objects.get_or_create(name=role.name)
        group.permissions.set(_permissions(role))
    return sorted(roles.all_roles())


def _permissions(role: roles.Role) -> list[Permission]:
    wanted = Q(pk=None)
    for place in role.sees:
        wanted |= _within(place, SEE)
    for place in role.changes:
        wanted |= _within(place, CHANGE)
    return list(Permission.objects.filter(wanted))


def _within(place: str, verbs: tuple[str, ...]) -> Q:
    """`app` for all its rows, `app.model` for one kind."""
    app, _, model = place.partition(".")
    by_verb = Q()
    for verb in verbs:
        by_verb |= Q(codename=f"{verb}_{model}") if model else Q(codename__startswith=f"{verb}_")
    return Q(content_type__app_label=app) & by_verb
