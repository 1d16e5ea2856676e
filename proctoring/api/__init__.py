"""Proctoring for programs."""
