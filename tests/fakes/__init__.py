"""Fake servers of external services, for tests."""
