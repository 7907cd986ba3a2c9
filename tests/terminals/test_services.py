"""The laptop's own certificate."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from victim_support.core import clock
from victim_support.terminals.services import KEY_FILE, LASTS, ensure_certificate

NAMES = ["shelter17.example.jp", "192.0.2.7"]


def read(made):
    return x509.load_pem_x509_certificate(made.pem)


def test_it_is_made_once_and_names_where_the_laptop_is(instance):
    made = ensure_certificate(instance, NAMES)
    again = ensure_certificate(instance, NAMES[:1])

    names = read(made).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(each.value) for each in names] == NAMES
    assert again.fingerprint == made.fingerprint
    assert len(made.fingerprint) == 64


def test_it_can_sign_no_other(instance):
    made = read(ensure_certificate(instance, NAMES))

    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_another_place_gets_another_certificate_with_the_same_key(instance):
    first = read(ensure_certificate(instance, NAMES))
    second = read(ensure_certificate(instance, ["192.0.2.8"]))

    assert first.public_key() == second.public_key()
    assert first.serial_number != second.serial_number


def test_it_is_renewed_before_it_is_over(instance, frozen):
    first = ensure_certificate(instance, NAMES)

    frozen(clock.now() + LASTS - timedelta(days=10))

    assert ensure_certificate(instance, NAMES).fingerprint != first.fingerprint


def test_its_key_lies_encrypted_and_for_its_owner_only(instance):
    made = ensure_certificate(instance, NAMES)

    key_file = instance.folder / KEY_FILE
    assert key_file.stat().st_mode & 0o077 == 0
    with pytest.raises(TypeError):
        load_pem_private_key(key_file.read_bytes(), None)
    assert load_pem_private_key(key_file.read_bytes(), made.password.encode())
