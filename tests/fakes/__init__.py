"""Servers of ours that speak what outside services speak, for tests and rehearsals."""
