"""Bring files of rows (写真) over a network: after the operations, as many as one exchange bears.

Each file is a unit of its own, so that the next exchange goes on where this one was cut off.
"""

from dataclasses import dataclass

from victim_support.core.db import db
from victim_support.sync.client import PeerClient, PeerError
from victim_support.sync.files import keep, question_for, read_sound
from victim_support.sync.messages import BLOBS_PROTOCOL, Blob, Hello
from victim_support.sync.queries import Enrolment

BUDGET = 16 << 20  # bytes each way: operations never wait long behind pictures
_NO_ROOM = "このパソコンに書き込めません。空き容量を増やしてください。記録は受け取っています。"


@dataclass
class FilesExchanged:
    """What was brought, and whether more waits for the next exchange."""

    received: int = 0
    sent: int = 0
    refused: int = 0  # what came was not what its name says
    has_more: bool = False


def exchange_files(client: PeerClient, hello: Hello, enrolment: Enrolment) -> FilesExchanged:
    """Take in files that are lacking here, then bring those that lack there.

    Raises:
        PeerError: The connection was cut, or this machine cannot write; what came stays.
    """
    result = FilesExchanged()
    if BLOBS_PROTOCOL not in hello.protocols:
        return result
    question = question_for(client.peer, enrolment.certificate)
    db.session.remove()
    if question is None:
        return result
    compared = client.compare(question)
    _pull(client, compared.held, result)
    _push(client, compared.lacking, result)
    return result


def _pull(client: PeerClient, addresses: list[str], result: FilesExchanged) -> None:
    left = BUDGET
    for address in addresses:
        if left <= 0:
            result.has_more = True
            return
        blob = client.get_blob(address)
        left -= len(blob.content)
        if not blob.content:
            continue
        if _kept(address, blob.content):
            result.received += 1
        else:
            result.refused += 1


def _push(client: PeerClient, addresses: list[str], result: FilesExchanged) -> None:
    left = BUDGET
    for address in addresses:
        content = read_sound(address)
        if content is None:
            continue
        if left <= 0:
            result.has_more = True
            return
        left -= len(content)
        result.sent += client.put_blob(Blob(address, content))


def _kept(address: str, content: bytes) -> bool:
    try:
        return keep(address, content)
    except OSError as error:
        raise PeerError(_NO_ROOM) from error
    finally:
        db.session.remove()
