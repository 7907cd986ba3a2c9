"""The forms of what is carried on a stick."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import ValidationError

from victim_support.core.forms import DeskForm, LineField
from victim_support.sync.media import FolderError, Medium, checked_folder
from victim_support.sync.statements import Certificate

OTHER = ""


class FolderForm(DeskForm):
    """On which stick, or in which folder."""

    medium = RadioField("USB", default=OTHER, validate_choice=False)
    path = LineField(
        "ほかの場所",
        description="上にないときだけ書きます。例 /media/usb",
    )

    def __init__(self, instance: Path, media: Sequence[Medium], **values: Any) -> None:
        super().__init__(**values)
        self._instance = instance
        self.has_media = bool(media)
        self.medium.choices = [
            *((str(each.path), each.label) for each in media),
            (OTHER, "ほかの場所"),
        ]
        if media and "formdata" in values:  # a page that nobody has sent yet
            self.medium.data = str(media[0].path)

    @property
    def folder(self) -> Path:
        """Return the folder; only after ``validate``.

        Raises:
            FolderError: It cannot be used any more.
        """
        return checked_folder(self.path.data or self.medium.data or "", self._instance)

    def validate_path(self, field: Any) -> None:
        """Refuse what is no folder, or a part of the program's own data."""
        try:
            _ = self.folder
        except FolderError as error:
            raise ValidationError(str(error)) from error


class ExportForm(FolderForm):
    """For whom, and how much."""

    target = SelectField("届け先", default="")
    is_all = BooleanField(
        "相手が持っている記録も含めて、すべて書き出す",
        description="相手のパソコンを入れ替えたときなど。",
    )
    is_first_fill = BooleanField(
        "新しい端末に初めから入れる",
        description="届け先の端末と本部だけが開ける束になります。届け先を選んでください。",
    )

    has_files = BooleanField("写真も運ぶ", default=True)

    def __init__(
        self,
        instance: Path,
        media: Sequence[Medium],
        machines: Sequence[Certificate],
        **values: Any,
    ) -> None:
        super().__init__(instance, media, **values)
        self.target.choices = [
            ("", "本部とすべての端末"),
            *((str(each.node), each.name) for each in machines),
        ]

    @property
    def targets(self) -> list[str]:
        """Return the ids of the machines chosen; none means everybody."""
        return [str(UUID(self.target.data))] if self.target.data else []

    def validate_is_first_fill(self, field: Any) -> None:
        """Ask for one machine: its bundle is readable by nobody else but the headquarters."""
        if field.data and not self.target.data:
            raise ValidationError("届け先の端末を選んでください。")
