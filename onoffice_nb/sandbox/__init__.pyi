from .behaviour import Behaviour
from .endpoint.handler import Reply
from .faults import Dropped, Fault, Faults
from .sandbox import LogEntry, Sandbox
from .serve import serve
from .transports.http_server import Server

__all__ = ["Behaviour", "Dropped", "Fault", "Faults", "LogEntry", "Reply", "Sandbox", "Server", "serve"]
