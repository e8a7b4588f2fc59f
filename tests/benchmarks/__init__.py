"""Benchmarks: scripts that print ratios measured side by side in one run. None of them asserts a time."""
