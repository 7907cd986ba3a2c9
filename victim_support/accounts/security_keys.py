"""FIDO2 security keys (セキュリティキー): what is asked of the browser, and what it answers.

A key is bound to the name in the address bar; with a bare IP address browsers refuse keys.
"""

import json
import re

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from flask import request, session

from victim_support.accounts.one_time import WrongCodeError

_STATE = "key_state"
_REFUSED = "セキュリティキーを確かめられません。もう一度行ってください。"


def ask_to_register(*, user: bytes, name: str) -> tuple[str, str]:
    """Return what the browser is asked, as JSON, and the state to keep for the answer."""
    options, state = _server(host_name()).register_begin(
        PublicKeyCredentialUserEntity(id=user, name=name, display_name=name),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    return json.dumps(dict(options)["publicKey"]), json.dumps(state)


def registered(*, state: str, answer: str, host: str) -> bytes:
    """Return the public part of a new key.

    Raises:
        WrongCodeError: The answer does not belong to what was asked.
    """
    try:
        data = _server(host).register_complete(json.loads(state), json.loads(answer))
    except (ValueError, KeyError, TypeError) as error:
        raise WrongCodeError(_REFUSED) from error
    if data.credential_data is None:
        raise WrongCodeError(_REFUSED)
    return bytes(data.credential_data)


def ask_to_prove(credentials: list[bytes]) -> str | None:
    """Return what the browser is asked at a login, as JSON; None when the person has no key."""
    if not credentials:
        return None
    known = [AttestedCredentialData(each) for each in credentials]
    options, state = _server(host_name()).authenticate_begin(
        known, user_verification=UserVerificationRequirement.DISCOURAGED
    )
    session[_STATE] = state
    return json.dumps(dict(options)["publicKey"])


def answered(*, answer: str, credentials: list[bytes]) -> int:
    """Return which of the keys has answered what was asked; each question counts once.

    Raises:
        WrongCodeError: None has.
    """
    known = [AttestedCredentialData(each) for each in credentials]
    try:
        used = _server(host_name()).authenticate_complete(
            session.pop(_STATE), known, json.loads(answer)
        )
    except (ValueError, KeyError, TypeError) as error:
        raise WrongCodeError(_REFUSED) from error
    return known.index(used)


def host_name() -> str:
    """Return the name in the address bar."""
    return request.host.partition(":")[0]


def is_named() -> bool:
    """Tell whether the address bar shows a name, as keys need, and not a bare address."""
    return re.fullmatch(r"[\d.]+", host_name()) is None


def _server(host: str) -> Fido2Server:
    relying_party = PublicKeyCredentialRpEntity(id=host, name="被災者支援システム")
    return Fido2Server(relying_party, verify_origin=lambda origin: origin == _origin())


def _origin() -> str:
    return f"{request.scheme}://{request.host}"
