"""The support desk: tickets, whose they are, and by when they are to be answered."""
