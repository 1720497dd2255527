"""Work: transferred labour, public-welfare posts, community workshops."""

from collections.abc import Iterator

import pandas as pd

from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import NoteCode, count_rows, note_rows

# Some menus export a label for having no post instead of an empty cell.
_NO_POST = ("无", "否", "未享受", "不享受")


def work_indicators(
    migrant_work: pd.DataFrame | None,
    persons: list[pd.DataFrame],
    workshops: pd.DataFrame | None,
    scope: Scope,
) -> Iterator[pd.DataFrame]:
    """Persons working away, holders of public posts, workshops and their employees.

    Parameters
    ----------
    migrant_work
        One row a spell, in the order of the export; a person's last row counts.
    persons
        ``monitored_persons`` and ``lifted_persons``; a person in both counts once.
    workshops
        The bureau's list of workshops.
    """
    if migrant_work is None:
        yield note_rows("transferred_workers", scope.month, scope.upper_places, NoteCode.NOT_RECEIVED)
    else:
        last = scope.counted(migrant_work.drop_duplicates("person_key", keep="last"))
        working = last[last["is_working"].fillna(False).astype(bool)]
        yield count_rows("transferred_workers", scope.month, scope.by_place(working))
    holders = scope.counted(public_post_holders(persons))
    yield count_rows("public_post_holders", scope.month, scope.by_place(holders))
    if workshops is None:
        for name in ("workshops", "workshop_employees"):
            yield note_rows(name, scope.month, scope.upper_places, NoteCode.NOT_RECEIVED)
    else:
        listed = scope.counted(workshops)
        yield count_rows("workshops", scope.month, scope.by_place(listed))
        employees = listed["employees"].fillna(0)
        yield count_rows("workshop_employees", scope.month, scope.by_place(listed, employees))


def public_post_holders(persons: list[pd.DataFrame]) -> pd.DataFrame:
    """One row for each distinct person with a public-welfare post in any of the tables."""
    holding = []
    for table in persons:
        post = table["public_post"].astype("str")
        held = post.notna() & ~post.isin(_NO_POST)
        holding.append(table.loc[held, ["person_key", "town_code"]])
    return pd.concat(holding, ignore_index=True).drop_duplicates("person_key")
