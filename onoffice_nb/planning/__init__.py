"""Planning: from pairs to the fewest actions that make the links, compared with what is there already.

Reads from the CRM, never writes.
"""
