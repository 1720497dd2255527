"""What may not come in: every optional column, every table beside the register; and what changes by itself then."""

from hanbin_lib.contract import TABLES

# Made of what there is: the list of faults, and scores of the parts that could be scored.
OF_WHAT_THERE_IS = {
    "data_warnings", "town_score", "town_rank", "town_front_share", "town_back_share", "department_score",
    "department_rank",
}  # fmt: skip
OPTIONAL = [
    f"{table.name}.{column.name}"
    for table in TABLES.values()
    for column in table.columns
    if not column.required
    and not column.is_area_code
    and column.name not in ("province_name", "city_name", "county_name", "birth_date")
]
TABLES_BESIDE = [name for name in TABLES if name != "monitored_persons"]
# For the fast lane, together: columns of persons, households, answers, dates, money and places; a table.
SAMPLES = (
    (
        "lifted_persons.public_post", "monitored_persons.eliminated_month", "monitored_persons.measure_housing",
        "phone_checks.drinking_water", "rectification.closed_date", "workshops.town_name", "projects.paid_10k_yuan",
    ),
    ("lifted_persons", "rectification.town_name"),
)  # fmt: skip
