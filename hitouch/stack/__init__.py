"""Starts and stops a site's programs: embedded PostgreSQL and Valkey, web, worker. No Django."""

from hitouch.stack.errors import StackError
from hitouch.stack.paths import Addresses, addresses

__all__ = ["Addresses", "StackError", "addresses"]
