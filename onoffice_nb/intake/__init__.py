"""Intake: from files, pasted text, lists and frames to ids and pairs; whatever is not certain is a reject.

Nothing here talks to the CRM.
"""
