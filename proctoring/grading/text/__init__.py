"""Scores of a written answer or of the transcript of a spoken one. Does not use Django.

`evaluation.evaluate` is the entry point.
"""
