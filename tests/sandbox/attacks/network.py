"""Reaching the network, or a service of the host."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

ATTACKS = [
    Attack(
        name="TCP connect to 127.0.0.1",
        code="""
import socket
socket.create_connection(("127.0.0.1", TCP_PORT), 1)
won()
""",
    ),
    Attack(
        name="UDP send to 127.0.0.1",
        code="""
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", UDP_PORT))
won()
""",
    ),
    Attack(
        name="route to the Internet (UDP connect sends nothing)",
        code="""
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("8.8.8.8", 9))
won()
""",
        control="if there is a route",
    ),
    Attack(
        name="DNS socket (UDP connect sends nothing)",
        code="""
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("127.0.0.1", 53))
won()
""",
    ),
    Attack(
        name="bind and listen on a port",
        code="""
import socket
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
won()
""",
    ),
    Attack(
        name="AF_UNIX connect to a host socket by path",
        code="""
import socket
socket.socket(socket.AF_UNIX).connect(STREAM_SOCKET)
won()
""",
    ),
    Attack(
        name="AF_UNIX connect to an abstract socket",
        code="""
import socket
socket.socket(socket.AF_UNIX).connect(chr(0) + ABSTRACT_SOCKET)
won()
""",
    ),
    Attack(
        name="AF_UNIX datagram socketpair, sendto a host socket",
        code="""
import socket
left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
left.sendto(b"x", DATAGRAM_SOCKET)
won()
""",
    ),
    Attack(
        name="AF_NETLINK, AF_ALG, AF_PACKET sockets",
        code="""
import socket
for family, kind in ((16, 3), (38, 5), (17, 3), (40, 1), (31, 3)):
    try:
        socket.socket(family, kind, 0)
        won(str(family))
    except OSError:
        pass
""",
    ),
]
