"""Writes of the staff LAN: the laptop's own certificate, made at first use."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from victim_support.core import clock
from victim_support.core.files import write_private
from victim_support.core.instance import OpenInstance
from victim_support.terminals.rules import is_address

CERTIFICATE_FILE, KEY_FILE = "lan-certificate.pem", "lan-key.pem"
LASTS, RENEWED_BEFORE = timedelta(days=397), timedelta(days=30)
_SKEW = timedelta(days=1)


@dataclass(frozen=True)
class LanCertificate:
    """The certificate of this laptop and the file of its key, which opens with a password."""

    certificate_file: Path
    key_file: Path
    password: str
    pem: bytes
    fingerprint: str


def ensure_certificate(opened: OpenInstance, names: Sequence[str]) -> LanCertificate:
    """Return the laptop's certificate, made anew when it is over or names another place.

    The key stays the same for the life of the instance; it is kept encrypted.

    Args:
        opened: The instance.
        names: Names and addresses by which other terminals call the laptop.
    """
    password = opened.subkey("staff-lan").hex()
    place = opened.folder / CERTIFICATE_FILE
    key = _ensure_key(opened.folder / KEY_FILE, password.encode())
    found = x509.load_pem_x509_certificate(place.read_bytes()) if place.is_file() else None
    if found is None or not _fits(found, names):
        found = _issue(key, names)
        write_private(place, found.public_bytes(Encoding.PEM))
    return LanCertificate(
        place,
        opened.folder / KEY_FILE,
        password,
        found.public_bytes(Encoding.PEM),
        found.fingerprint(hashes.SHA256()).hex(),
    )


class PatientAdapter(BuiltinSSLAdapter):
    """TLS whose handshake waits in a thread of its own: a silent caller holds up nobody else."""

    def __init__(self, made: LanCertificate) -> None:
        """Take the certificate; TLS 1.2 and newer only."""
        super().__init__(
            str(made.certificate_file), str(made.key_file), private_key_password=made.password
        )
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2

    def wrap(self, sock: Any) -> tuple[Any, dict[str, str]]:
        """Return the socket, not yet greeted, and what requests say of it."""
        wrapped = self.context.wrap_socket(sock, do_handshake_on_connect=False, server_side=True)
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


def _ensure_key(place: Path, password: bytes) -> ec.EllipticCurvePrivateKey:
    if place.is_file():
        found = load_pem_private_key(place.read_bytes(), password)
        if isinstance(found, ec.EllipticCurvePrivateKey):
            return found
    key = ec.generate_private_key(ec.SECP256R1())
    encrypted = BestAvailableEncryption(password)
    write_private(place, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encrypted))
    return key


def _fits(found: x509.Certificate, names: Sequence[str]) -> bool:
    known = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    named = {str(each.value) for each in known}
    return set(names) <= named and clock.now() < found.not_valid_after_utc - RENEWED_BEFORE


def _issue(key: ec.EllipticCurvePrivateKey, names: Sequence[str]) -> x509.Certificate:
    """Sign a certificate for the laptop by itself; it can sign no other."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "victim-support")])
    moment = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - _SKEW)
        .not_valid_after(moment + LASTS)
        .add_extension(x509.SubjectAlternativeName([_named(name) for name in names]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .sign(key, hashes.SHA256())
    )


def _named(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if is_address(name) else x509.DNSName(name)
