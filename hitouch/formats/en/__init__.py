"""Formats of the English locale."""
