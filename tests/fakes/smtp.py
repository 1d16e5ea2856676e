"""A fake SMTP server that accepts every mail, with as much of RFC 5321 as that needs."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class _Session(socketserver.StreamRequestHandler):
    """Answers the commands of one client."""

    ANSWERS = {b"EHLO": b"250 here", b"MAIL": b"250 ok", b"RCPT": b"250 ok", b"RSET": b"250 ok"}

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self._take_mail()
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(self.ANSWERS.get(word, b"502 no") + b"\r\n")

    def _take_mail(self) -> None:
        self.wfile.write(b"354 go on\r\n")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        if self.server.fails:  # type: ignore[attr-defined]
            self.wfile.write(b"451 not now\r\n")
            return
        mail = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.taken.append(mail)  # type: ignore[attr-defined]
        self.wfile.write(b"250 taken\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    """Accepted mails are in `taken`; while `fails` is set every mail is refused."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[EmailMessage] = []
        self.fails = False

    @property
    def port(self) -> int:
        return self.server_address[1]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run the server in a thread until the block ends."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
