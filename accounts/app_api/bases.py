"""Who may knock at a door of the client for apps."""

from typing import ClassVar

from rest_framework.permissions import BasePermission

from accounts.app_api.shape import StrictView
from accounts.audience import Everyone, IsPerson

Permissions = list[type[BasePermission]]


class ForEveryone(StrictView):
    """Also for apps in which nobody is logged in yet."""

    permission_classes: ClassVar[Permissions] = [Everyone]


class ForPeople(StrictView):
    """For somebody who is logged in, with the token of that session."""

    permission_classes: ClassVar[Permissions] = [IsPerson]
