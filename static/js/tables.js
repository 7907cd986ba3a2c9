// Where a table has no room its rows become cards, and each cell says the head of its column
// itself. Without scripts the table scrolls inside its frame.

const COLUMN = 6.2; // rem that a column needs before its words break in the middle

/** Watch all tables of the page. */
export function fitTables() {
  const watcher = new ResizeObserver((entries) => entries.forEach((entry) => fit(entry.target)));
  for (const frame of document.querySelectorAll(".table-frame")) {
    labelCells(frame);
    watcher.observe(frame);
  }
}

function fit(frame) {
  const heads = frame.querySelectorAll("thead th").length;
  const columns = frame.querySelector("tbody input:not([type=hidden])") ? heads + 1 : heads; // to write in
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  frame.querySelector("table").classList.toggle("is-cards", frame.clientWidth < columns * COLUMN * rem);
}

function labelCells(frame) {
  const heads = [...frame.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  for (const row of frame.querySelectorAll("tbody tr")) {
    [...row.children].forEach((cell, column) => {
      if (cell.colSpan === 1 && !isBlank(cell)) cell.dataset.label = heads[column] ?? "";
    });
  }
}

function isBlank(cell) {
  return cell.textContent.trim() === "" && !cell.querySelector("input, select, button");
}
