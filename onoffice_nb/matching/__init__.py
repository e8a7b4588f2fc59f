"""Matching: from what people have (object numbers, e-mails, names, streets) to record ids, by rules and never by score.

Reads from the CRM, never writes. What is not sure is a list of candidates for the user to judge.
"""
