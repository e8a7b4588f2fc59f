from .behaviour import Behaviour
from .endpoint.handler import Reply
from .faults import Dropped, Fault, Faults
from .sandbox import Entry, Sandbox
from .serve import run
from .transports.http_server import Server

__all__ = ["Behaviour", "Dropped", "Entry", "Fault", "Faults", "Reply", "Sandbox", "Server", "run"]
