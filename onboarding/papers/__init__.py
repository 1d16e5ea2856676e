"""Signed agreements as PDF: their pages, our seal, and a look at what a stranger brings.

Nothing here knows a database or asks a network.
"""
