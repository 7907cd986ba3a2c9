"""Pack a bundle: envelopes of parcels one after the other, then the manifest that names them."""

import hashlib
from collections.abc import Iterable, Iterator
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.sync import messages
from victim_support.sync.bundles import (
    BLOB_KIND,
    BYTES_OF_FILE,
    FORMAT,
    MANIFEST_KIND,
    SEGMENT_KIND,
    Manifest,
    Part,
)
from victim_support.sync.carrying import Plan
from victim_support.sync.envelope import seal
from victim_support.sync.files import Carried, read_sound
from victim_support.sync.parcels import Parcel, parcels_by_scope, statements_of
from victim_support.sync.queries import Enrolment, Position, Vector, held_vector
from victim_support.sync.services.answers import vector_rows
from victim_support.sync.statements import Certificate


class Packing:
    """The envelopes of one bundle, for a stick or for a stream; first all parcels, then the end."""

    def __init__(self, plan: Plan, enrolment: Enrolment, *, level: int) -> None:
        self.plan, self._enrolment, self._level = plan, enrolment, level
        self.parts: list[Part] = []
        self.blobs: list[Part] = []
        self.end: Vector = {}

    @property
    def ops(self) -> int:
        return sum(part.ops for part in self.parts)

    def envelopes(self) -> Iterator[bytes]:
        """Yield one envelope after the other, from one state of the ledger."""
        plan = self.plan
        parcels = parcels_by_scope(
            db.session.connection(), plan.start, plan.end, self._enrolment, BYTES_OF_FILE
        )
        for scope, parcel in parcels:
            raw = self._sealed(parcel.pack(), SEGMENT_KIND, plan.readers[scope])
            self._note(parcel, raw)
            yield raw

    def blob_envelopes(self, carried: Iterable[Carried]) -> Iterator[bytes]:
        """Yield the envelope of one file after the other; a damaged one stays behind."""
        for each in carried:
            content = read_sound(each.address)
            if content is not None:
                raw = self._sealed(content, BLOB_KIND, each.readers)
                self.blobs.append(Part(len(raw), hashlib.sha256(raw).digest(), 0))
                yield raw

    def manifest(self, bundle: UUID, *, is_first_fill: bool) -> bytes:
        """Return the envelope of the manifest."""
        plan = self.plan
        end = plan.told(self.end)
        certificates, revocations = statements_of({each.node for each in plan.recipients})
        manifest = Manifest(
            format=FORMAT,
            bundle=bundle,
            written_at=clock.now(),
            is_first_fill=is_first_fill,
            scopes=sorted({scope for scope, _ in end}),
            start=vector_rows({key: plan.start[key] for key in end}),
            end=vector_rows(end),
            recipients=[each.node for each in plan.recipients],
            parts=self.parts,
            certificates=certificates,
            revocations=revocations,
            blobs=self.blobs,
            heard=vector_rows(self._heard()),
        )
        return self._sealed(messages.pack(manifest), MANIFEST_KIND, plan.recipients)

    def _sealed(self, text: bytes, kind: str, readers: list[Certificate]) -> bytes:
        return seal(
            text,
            kind=kind,
            certificate=self._enrolment.raw,
            key=self._enrolment.secrets.sign_key,
            recipients=[reader.box_key for reader in readers],
            level=self._level,
        )

    def _heard(self) -> Vector:
        """Return what is held here: so a machine finds out that it has forgotten something."""
        held = held_vector(db.session.connection(), self._enrolment.certificate)
        return self.plan.told(held)

    def _note(self, parcel: Parcel, raw: bytes) -> None:
        ops = sum(len(segment.tbls) for segment in parcel.segments)
        self.parts.append(Part(len(raw), hashlib.sha256(raw).digest(), ops))
        for segment in parcel.segments:
            self.end[segment.scope, segment.node] = Position(segment.last_seq, segment.hash)
