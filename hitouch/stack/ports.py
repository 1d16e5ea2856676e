"""TCP ports: is the web server's port free, a remembered port for the fakes, is the site up."""

import errno
import http.client
import os
import socket
import time
from pathlib import Path

from hitouch.stack.errors import StackError
from hitouch.stack.processes import Child


def port_from(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise StackError(f"HITOUCH_PORT is {text!r}: give a number from 1 to 65535.")
    return int(text)


def require_free_port(host: str, port: int) -> None:
    """Raise StackError when the port is in use or may not be bound."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise StackError(f"HITOUCH_HOST is {host!r}: no such address on this machine.") from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as fault:
            raise StackError(sentence(fault, host, port)) from None


def sentence(fault: OSError, host: str, port: int) -> str:
    if fault.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program: end it, "
            f"or start with HITOUCH_PORT={port + 1 if port < 65535 else 8000}."
        )
    if fault.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} is reserved for root: set HITOUCH_PORT to a number above 1023."
    return f"Nothing can listen on {host} port {port}: {os.strerror(fault.errno or 0)}."


def open_remembered_port(port_file: Path) -> socket.socket:
    """Listen on a free port of 127.0.0.1, the same as last time if possible, and remember it.

    The kernel picks the port from the ephemeral range, far from the ports people choose. The
    socket is returned open, so that no other program can take the port in between.
    """
    known = port_file.read_text().strip() if port_file.exists() else ""
    listening = _listen(int(known) if known.isascii() and known.isdigit() else 0)
    port_file.write_text(str(listening.getsockname()[1]))
    return listening


def _listen(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except (OSError, OverflowError) as fault:
        listening.close()
        if port:  # another program uses it now
            return _listen(0)
        raise StackError(f"No port of this machine is free: {fault}.") from None
    return listening


def reachable(host: str) -> str:
    """The address to connect to; a server on 0.0.0.0 or :: is reached by loopback."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104


def url(host: str, port: int) -> str:
    name = reachable(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def wait_until_answers(child: Child, host: str, port: int, *, within: float = 90) -> None:
    give_up_at = time.monotonic() + within
    while time.monotonic() < give_up_at:
        if not child.running:
            raise StackError(f"The web server did not start; its reason is in {child.log}.")
        if answers(reachable(host), port):
            return
        time.sleep(0.05)
    raise StackError(f"The web server did not answer within {within:.0f} s; see {child.log}.")


def answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
