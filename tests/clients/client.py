"""The documented relation calls with Python's standard library: one reply a line. Usage: client.py URL TOKEN SECRET."""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

ACTION = "urn:onoffice-de-ns:smart:2.5:smartml:action:"
TYPE = "urn:onoffice-de-ns:smart:2.5:relationTypes:"


def main(url: str, token: str, secret: str) -> None:
    def action(verb: str, resourcetype: str, parameters: Any, identifier: str = "", key: str = secret) -> Any:
        now = int(time.time())
        signed = f"{now}{token}{resourcetype}{ACTION}{verb}"
        return {
            "actionid": ACTION + verb,
            "resourceid": "",
            "identifier": identifier,
            "resourcetype": resourcetype,
            "timestamp": now,
            "hmac": base64.b64encode(hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest()).decode(),
            "hmac_version": 2,
            "parameters": parameters,
        }

    def post(*actions: Any) -> None:
        address = urlsplit(url)
        line = HTTPConnection(address.netloc, timeout=30)
        line.request("POST", address.path, json.dumps({"token": token, "request": {"actions": actions}}))
        print(line.getresponse().read().decode())

    participant = {"relationtype": TYPE + "calendar:address"}
    buyer = {"relationtype": TYPE + "estate:address:buyer"}
    post(action("create", "relation", participant | {"parentid": [2909], "childid": [10821, 10823]}))
    post(action("create", "relation", participant | {"parentid": 671, "childid": "153"}))
    post(action("get", "idsfromrelation", participant | {"parentids": [2909, 359]}))
    paged = {"parentids": [], "childids": [153], "listlimit": 500, "listoffset": 0}
    post(action("get", "idsfromrelation", participant | paged))
    info = {"relationinfo": {"statusTerminbestaetigung": "bestätigt"}}
    post(action("modify", "relation", participant | {"parentid": [2909], "childid": [10821]} | info))
    post(action("delete", "relation", participant | {"parentid": 2909, "childid": 10823}))
    post(
        action("create", "relation", buyer | {"parentid": [1001], "childid": [5001]}, "a"),
        action("create", "relation", buyer | {"parentid": [1001], "childid": [9000]}, "b"),
        action("get", "idsfromrelation", buyer | {"childids": [5001]}, "c"),
    )
    post(action("get", "idsfromrelation", participant | {"parentids": [2909]}, key="not the secret"))


if __name__ == "__main__":
    main(*sys.argv[1:])
