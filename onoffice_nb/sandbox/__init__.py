"""An embedded onOffice for the relation calls: for tests, notebooks, demos and any client in any language.

    Sandbox()                     the agency "Muster Immobilien", in memory
    Sandbox().client()            a client of it, without a socket
    Sandbox().serve()             the same over HTTP on loopback
    Behaviour(...), Faults(...)   what nobody knows of the real API; what can go wrong on the way

What it knows and from where stands in FACTS.md beside this file. It is not
onOffice: it holds no mails, no files, no searches, and it knows no call but
the relation calls and the reading of six modules.
"""

from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.desk import Reply
from onoffice_nb.sandbox.embedded import Entry, Sandbox
from onoffice_nb.sandbox.faults import Dropped, Fault, Faults

__all__ = ["Behaviour", "Dropped", "Entry", "Fault", "Faults", "Reply", "Sandbox"]
