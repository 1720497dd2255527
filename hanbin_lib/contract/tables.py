"""The tables that come in each month, A to O, by name."""

from hanbin_lib.contract.bureau import (
    AREA_SERIES,
    ASSISTANCE_ROSTER,
    CLUES,
    DEPARTMENT_TASKS,
    DUTIES,
    INSPECTION_FINDINGS,
    INSPECTION_UNITS,
    PHONE_CHECKS,
    PROJECTS,
    RECTIFICATION,
    WEEKLY_ROUNDS,
    WORKSHOPS,
)
from hanbin_lib.contract.columns import Table
from hanbin_lib.contract.national import (
    LIFTED_PERSONS,
    MEASURES,
    MIGRANT_WORK,
    MONITORED_PERSONS,
    VILLAGES,
)

__all__ = ["AREAS", "LIFTED_PERSONS", "MEASURES", "MONITORED_PERSONS", "TABLES"]

AREAS = "areas"  # stored beside them: the register that the month was matched with
TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        MONITORED_PERSONS,
        LIFTED_PERSONS,
        MIGRANT_WORK,
        VILLAGES,
        PHONE_CHECKS,
        INSPECTION_UNITS,
        INSPECTION_FINDINGS,
        RECTIFICATION,
        PROJECTS,
        WORKSHOPS,
        DEPARTMENT_TASKS,
        AREA_SERIES,
        WEEKLY_ROUNDS,
        DUTIES,
        CLUES,
        ASSISTANCE_ROSTER,
    )
}
