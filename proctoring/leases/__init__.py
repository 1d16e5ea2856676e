"""The lease of a sitting: which connection is proven, so that questions go there."""
