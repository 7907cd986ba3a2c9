"""Stop a table one of whose columns is individual numbers (個人番号) under another header."""

from dataclasses import dataclass, field

from victim_support.core.csv_io import CsvRow
from victim_support.core.mapping.errors import IndividualNumberError
from victim_support.core.mapping.layouts import Layout
from victim_support.core.numbers import ColumnSuspicion

LOOKED_AT = 2000
"""Rows; a column that is individual numbers shows it long before."""


@dataclass(slots=True)
class Suspicions:
    """Counts over the columns that are read and that nobody has confirmed."""

    layout: Layout
    rows: int = 0
    columns: dict[str, ColumnSuspicion] = field(default_factory=dict)

    def add(self, row: CsvRow) -> None:
        """Look at a row of the table.

        Raises:
            IndividualNumberError: A column as a whole passes as individual numbers.
        """
        if self.rows >= LOOKED_AT:
            return
        self.rows += 1
        for name, position in self.layout.positions.items():
            if position < len(row.cells) and name not in self.layout.confirmed:
                self.columns.setdefault(name, ColumnSuspicion()).add(row.cells[position].strip())
        if self.rows == LOOKED_AT:
            self.stop_if_any()

    def stop_if_any(self) -> None:
        """Call it at the end of the table.

        Raises:
            IndividualNumberError: A column as a whole passes as individual numbers.
        """
        for name, suspicion in self.columns.items():
            if suspicion.is_individual_numbers:
                raise IndividualNumberError(
                    f"{self.layout.positions[name] + 1}列目({self.layout.targets.labels[name]})の"
                    "値が、どれも個人番号の検査数字に合います。個人番号なら、この列を除いた表を"
                    "作り直してください。何も取り込んでいません。",
                    on_screen="個人番号でないと確かめたら、番号の列なら選ぶ画面の「確かめた」を"
                    f'選び、ほかの列なら対応表に confirmed = ["{name}"] と書いてください。',
                    in_command=f"個人番号でないと確かめたら、--confirm {name} を付けてください。",
                )
