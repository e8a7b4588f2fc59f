"""The ways into the sandbox: in process for our own client, over HTTP for any other."""
