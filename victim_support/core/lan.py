"""Where this machine is reached on the networks that it is connected to."""

import fcntl
import socket
import struct

_ASK_ADDRESS = 0x8915  # SIOCGIFADDR of Linux: the address of an interface
_ANSWER = slice(20, 24)


def list_own_addresses() -> list[str]:
    """Return the IPv4 addresses of this machine but the loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        found = [_address_of(asker, name) for _number, name in socket.if_nameindex()]
    return [address for address in found if address and not address.startswith("127.")]


def _address_of(asker: socket.socket, interface: str) -> str | None:
    asked = struct.pack("256s", interface.encode()[:15])
    try:
        return socket.inet_ntoa(fcntl.ioctl(asker.fileno(), _ASK_ADDRESS, asked)[_ANSWER])
    except OSError:  # it has none
        return None
