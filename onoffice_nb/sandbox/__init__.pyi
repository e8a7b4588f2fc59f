from .behaviour import Behaviour
from .desk import Reply
from .embedded import Entry, Sandbox
from .faults import Dropped, Fault, Faults
from .running import run
from .server import Server

__all__ = ["Behaviour", "Dropped", "Entry", "Fault", "Faults", "Reply", "Sandbox", "Server", "run"]
