"""What the sandbox holds: its store of records and links, and the demo agency that fills it."""
