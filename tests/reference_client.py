"""An onOffice client by hand, from the API's documentation: httpx, and none of our own code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx

URN = "urn:onoffice-de-ns:smart:2.5:relationTypes:"
ACTION = "urn:onoffice-de-ns:smart:2.5:smartml:action:"


class ReferenceClient:
    """Signs and sends on its own. `call` gives the one result, `post` the whole reply."""

    def __init__(
        self,
        token: str,
        secret: str,
        transport: httpx.BaseTransport | None = None,
        url: str = "http://sandbox.invalid/api/stable/api.php",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.token, self.secret, self.url, self.clock = token, secret, url, clock
        self.http = httpx.Client(transport=transport, timeout=30)

    def action(self, verb: str, resourcetype: str, parameters: Any, **others: Any) -> dict[str, Any]:
        stamp = int(self.clock())
        text = f"{stamp}{self.token}{resourcetype}{ACTION}{verb}"
        digest = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).digest()
        return {
            "actionid": ACTION + verb,
            "resourceid": "",
            "identifier": "",
            "resourcetype": resourcetype,
            "timestamp": stamp,
            "hmac": base64.b64encode(digest).decode(),
            "hmac_version": 2,
            "parameters": parameters,
        } | others

    def post(self, *actions: Any) -> Any:
        return json.loads(self.raw(*actions))

    def raw(self, *actions: Any) -> bytes:
        return self.send({"token": self.token, "request": {"actions": list(actions)}})

    def send(self, request: Any) -> bytes:
        body = request if isinstance(request, bytes) else json.dumps(request).encode()
        return self.http.post(self.url, content=body).content

    def call(self, verb: str, resourcetype: str, parameters: Any, **others: Any) -> Any:
        (result,) = self.post(self.action(verb, resourcetype, parameters, **others))["response"]["results"]
        return result

    def code(self, verb: str, resourcetype: str, parameters: Any, **others: Any) -> int:
        code: int = self.call(verb, resourcetype, parameters, **others)["status"]["errorcode"]
        return code

    def relate(self, verb: str, suffix: str, parent: Any, child: Any, **others: Any) -> int:
        """The code of creating, modifying or deleting links."""
        parameters = {"relationtype": URN + suffix, "parentid": parent, "childid": child, **others}
        return self.code(verb, "relation", parameters)

    def related(self, suffix: str, **sides: Any) -> Any:
        """What `get` answers as the elements of its one record."""
        result = self.call("get", "idsfromrelation", {"relationtype": URN + suffix, **sides})
        assert result["status"]["errorcode"] == 0, result
        (record,) = result["data"]["records"]
        return record["elements"]
