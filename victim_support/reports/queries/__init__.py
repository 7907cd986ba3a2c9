"""Reads of reports: live figures of any moment, what was told, published, sent and counted."""

from victim_support.reports.queries.damage import (
    damage_situation,
    get_damage_form,
    latest_damage_figures,
    list_damage_figures,
)
from victim_support.reports.queries.figures import live_situation, read_scene, situation_of
from victim_support.reports.queries.published import (
    Published,
    find_last_published,
    get_published,
    list_changes_since_sent,
    list_corrections,
    list_published,
    list_transfers,
    live_of,
    next_number,
)
from victim_support.reports.queries.telephone import (
    Contact,
    latest_shelter_reports,
    list_contacts,
    list_shelter_reports,
    report_interval,
)

__all__ = [
    "Contact",
    "Published",
    "damage_situation",
    "find_last_published",
    "get_damage_form",
    "get_published",
    "latest_damage_figures",
    "latest_shelter_reports",
    "list_changes_since_sent",
    "list_contacts",
    "list_corrections",
    "list_damage_figures",
    "list_published",
    "list_shelter_reports",
    "list_transfers",
    "live_of",
    "live_situation",
    "next_number",
    "read_scene",
    "report_interval",
    "situation_of",
]
