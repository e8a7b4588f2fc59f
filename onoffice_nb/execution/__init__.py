"""Execution: a plan is journaled, sent, read back and reported; a run can be retried, resumed and undone."""
