"""Forms of shelters: add, correct, open and close, import."""

import re
from datetime import datetime, time

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    TimeField,
)
from wtforms.validators import NumberRange, ValidationError

from victim_support.core.clock import JAPAN
from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    NameField,
    Optional,
    PhoneField,
    TextField,
    TicksField,
    WarekiDateField,
    required,
)
from victim_support.shelters.models import Shelter
from victim_support.shelters.rules import Hazard, OperationStatus, ShelterKind
from victim_support.shelters.rules.moments import read_moment
from victim_support.shelters.rules.positions import read_position
from victim_support.shelters.services import ShelterDetails

_MOST = 100_000


class AddShelterForm(DeskForm):
    """A shelter nobody designated: name and place are enough."""

    name = NameField("名称", [required(), Length(max=100)])
    address = LineField("場所", [Length(max=200)])
    opens = BooleanField("すぐ開設する", default=True)
    idempotency_key = IdempotencyField()


class ShelterForm(DeskForm):
    """The master data of a shelter."""

    name = NameField("名称", [required(), Length(max=100)])
    name_kana = LineField("名称のカナ", [Length(max=200)])
    kind = SelectField(
        "区分",
        choices=[("", "区分未確認"), *((kind.value, kind.label) for kind in ShelterKind)],
    )
    address = LineField("住所", [Length(max=200)])
    district = LineField("地区", [Length(max=100)])
    position = LineField("緯度と経度", [Length(max=60)])
    phone = PhoneField("電話番号", [Length(max=40)])
    capacity_indoor = IntegerField("屋内の定員", [Optional(), NumberRange(0, _MOST)])
    capacity_outdoor = IntegerField("屋外の定員", [Optional(), NumberRange(0, _MOST)])
    hazards = TicksField(
        "対応する災害",
        choices=[(hazard.value, hazard.label) for hazard in Hazard],
    )
    accepts = LineField("受入対象者", [Length(max=200)])
    note = TextField("備考")
    version = HiddenField()

    def validate_position(self, field: LineField) -> None:
        if field.data and read_position(field.data, "").latitude is None:
            message = "緯度と経度として読めません。37.0412, 136.9737 のように入れてください。"
            raise ValidationError(message)

    def show(self, shelter: Shelter, version: str) -> None:
        """Fill in what is known, and what the reader saw."""
        for name in ("name", "name_kana", "address", "district", "phone", "accepts", "note"):
            self[name].data = getattr(shelter, name)
        for name in ("capacity_indoor", "capacity_outdoor"):
            self[name].data = getattr(shelter, name)
        self.kind.data = shelter.kind if isinstance(shelter.kind, ShelterKind) else ""
        self.hazards.data = list(shelter.hazards or ())
        if shelter.latitude is not None and shelter.longitude is not None:
            self.position.data = f"{shelter.latitude}, {shelter.longitude}"
        self.version.data = version

    @property
    def details(self) -> ShelterDetails:
        """Return what the service takes."""
        position = read_position(self.position.data or "", "")
        chosen = set(self.hazards.data or ())
        return ShelterDetails(
            name=self.name.data or "",
            name_kana=self.name_kana.data or "",
            kind=ShelterKind(self.kind.data) if self.kind.data else None,
            address=self.address.data or "",
            district=self.district.data or "",
            phone=self.phone.data or "",
            latitude=position.latitude,
            longitude=position.longitude,
            capacity_indoor=self.capacity_indoor.data,
            capacity_outdoor=self.capacity_outdoor.data,
            hazards=tuple(hazard for hazard in Hazard if hazard.value in chosen),
            accepts=self.accepts.data or "",
            note=self.note.data or "",
        )


class StatusForm(DeskForm):
    """Open, close, or say what else is known; now, unless a time is said."""

    status = SelectField(
        "開設状況", choices=[(status.value, status.label) for status in OperationStatus]
    )
    day = WarekiDateField("日付", [Optional()])
    time = TimeField("時刻", [Optional()])

    @property
    def at(self) -> datetime | None:
        """Return the time that was said, None for now."""
        if self.day.data is None:
            return None
        return datetime.combine(self.day.data, self.time.data or time(), JAPAN)


class UploadForm(DeskForm):
    """A list of shelters to look at."""

    file = FileField("ファイル", [FileRequired("ファイルを選んでください。")])
    as_of = LineField("人数の時点", [Length(max=40)])

    def validate_as_of(self, field: LineField) -> None:
        if field.data and read_moment(field.data) is None:
            message = "日時として読めません。2026/7/15 18:00 のように入れてください。"
            raise ValidationError(message)

    @property
    def moment(self) -> datetime | None:
        """Return the time of head counts that the file does not say."""
        return read_moment(self.as_of.data or "")

    @property
    def file_name(self) -> str:
        """Return the name of the file, short and on one line."""
        name = getattr(self.file.data, "filename", None) or "名前のないファイル"
        return re.sub(r"[\x00-\x1f]", "", name)[-100:]


class ImportForm(DeskForm):
    """Import what was looked at."""

    same_name_is_same = BooleanField("名称と住所が同じ行は、登録されている避難所として更新する")
