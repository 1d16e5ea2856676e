"""The servers HitouchCX brings along: PostgreSQL and Valkey from their wheels. Knows no Django."""

from hitouch.stack.errors import StackError
from hitouch.stack.paths import Addresses, addresses

__all__ = ["Addresses", "StackError", "addresses"]
