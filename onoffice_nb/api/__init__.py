"""The onOffice API: what goes over the wire, sans-I/O operations, and the clients that drive them.

Uses nothing but the domain (`model`, `catalogue`, `errors`); knows no frames and no plans.
"""
