"""An embedded onOffice for the relation calls: for tests, notebooks, demos and any client in any language.

    Sandbox()                     the agency "Muster Immobilien", in memory
    Sandbox().client()            a client of it, without a socket
    Sandbox().serve()             the same over HTTP on loopback
    Behaviour(...), Faults(...)   what nobody knows of the real API; what can go wrong on the way
    serve(print)                  a server in a terminal
    onoffice_sandbox              a fixture for pytest

What it knows and from where stands in FACTS.md beside this file. It is not
onOffice: it sends no mails, keeps no files and no search criteria, and knows
the relation calls, the reading of six modules, appointments, searching, users,
their rights and the log of links, but no other call. Names load when they are
first used, so that the pytest plugin costs nothing where it is not.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
