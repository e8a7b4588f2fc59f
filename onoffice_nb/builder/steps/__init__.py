"""The steps of the page, from top to bottom: relation, ids, check, send."""
