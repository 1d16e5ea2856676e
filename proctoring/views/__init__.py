"""Proctoring's pages."""
