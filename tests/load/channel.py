"""The websocket between a page and its kernel, in the protocol that JupyterLab speaks."""

import asyncio
import json
import time
import uuid

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

PROTOCOL = "v1.kernel.websocket.jupyter.org"
PARTS = ("header", "parent_header", "metadata", "content")


class Lost(Exception):
    """The other side closed the websocket."""


class Channel:
    """`await Channel.to(url, headers)`; then `async for second, message in channel.ask("execute_request", {...}, 60)`."""

    def __init__(self, socket):
        self.socket, self.session = socket, uuid.uuid4().hex

    @classmethod
    async def to(cls, url, headers):
        socket = await websocket_connect(HTTPRequest(url, headers=headers, connect_timeout=60), subprotocols=[PROTOCOL])
        if socket.selected_subprotocol != PROTOCOL:
            raise Lost(f"the server does not speak {PROTOCOL}")
        return cls(socket)

    def close(self):
        self.socket.close()

    async def ask(self, kind, content, seconds):
        """Sends a message on the shell channel, and yields (second since then, message) for all of IOPub until its work is done.

        An answer on shell, such as execute_reply, ends nothing: the kernel says on IOPub when it is idle again.
        TimeoutError after `seconds`.
        """
        identity = uuid.uuid4().hex
        header = {"msg_id": identity, "msg_type": kind, "session": self.session, "username": "", "version": "5.3", "date": ""}
        parts = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        start = time.perf_counter()
        await self.socket.write_message(serialize_msg_to_ws_v1(parts, "shell", lambda part: json.dumps(part).encode()), binary=True)
        async with asyncio.timeout(seconds):
            while True:
                channel, message = await self.receive()
                ours = message["parent_header"].get("msg_id") == identity
                if channel == "iopub":
                    message["ours"] = ours
                    yield time.perf_counter() - start, message
                    if ours and message["header"]["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                        return

    async def receive(self):
        raw = await self.socket.read_message()
        if raw is None:
            raise Lost(f"the websocket was closed: {self.socket.close_code} {self.socket.close_reason or ''}")
        channel, parts = deserialize_msg_from_ws_v1(raw)
        return channel, dict(zip(PARTS, map(json.loads, parts[:4])))
