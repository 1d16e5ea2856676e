"""Where identity data comes from when it is not a picture: signed by who issued it."""
