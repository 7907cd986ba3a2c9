"""Reads of papers and of cases at the counter."""

from victim_support.certificates.queries.cases import (
    Case,
    find_cases,
    get_case,
    list_newest_cases,
)
from victim_support.certificates.queries.papers import (
    NumberCheck,
    Paper,
    Papers,
    check_number,
    count_issued,
    find_current_paper,
    find_entry,
    find_paper,
    get_paper,
    get_papers,
    last_counter,
    list_doubled_numbers,
    list_open_certificates,
    list_open_copies,
    list_papers_for,
    number_id,
)

__all__ = [
    "Case",
    "NumberCheck",
    "Paper",
    "Papers",
    "check_number",
    "count_issued",
    "find_cases",
    "find_current_paper",
    "find_entry",
    "find_paper",
    "get_case",
    "get_paper",
    "get_papers",
    "last_counter",
    "list_doubled_numbers",
    "list_newest_cases",
    "list_open_certificates",
    "list_open_copies",
    "list_papers_for",
    "number_id",
]
