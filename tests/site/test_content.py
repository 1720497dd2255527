"""The start page's data: each figure once, as printed, with where it comes from."""

from publications import publication, rows, values

from hanbin_lib.site.content import content


def _series(data, indicator, place):
    one = next(one for one in data["indicators"] if one["id"] == indicator)
    return dict(zip(data["months"], one["series"][place].split(","), strict=True))


def test_a_month_has_the_figure_it_was_published_with(months):
    series = _series(content(months, "610902"), "open_risk_households", "610902110")
    assert series["2022-07"] == "10"  # not 98, which a later publication says


def test_a_month_without_publication_has_the_next_ones_figure(months):
    data = content(months, "610902")
    assert _series(data, "open_risk_households", "610902")["2022-08"] == "28"
    assert set(data["published"]) == {"2022-07", "2022-09"}


def test_a_missing_figure_is_no_zero_and_says_why(months):
    data = content(months, "610902")
    letter = _series(data, "open_risk_households", "610902111")["2022-09"]
    assert data["notes"][letter] == "未收到"
    assert _series(data, "monitored_households", "610902")["2022-08"] == ""


def test_an_estimate_carries_its_interval_in_the_same_rounding(months):
    data = content(months, "610902")
    assert _series(data, "phone_problem_share", "610902110")["2022-09"] == "25.0~2.0~30.0"
    assert next(o["unit"] for o in data["indicators"] if o["id"] == "phone_problem_share") == "%"


def test_groups_and_villages_are_left_out():
    table = rows("monitored_households", "2022-09", values(5, 2, 3))
    village = [table[0] | {"place_code": "610902110001", "value": 1.0}, table[0] | {"group": "category=x"}]
    assert len(publication("2022-09", table + village).figures) == 3


def test_the_order_of_the_months_does_not_matter(months):
    one, other = (content(order, "610902") for order in (months, months[::-1]))
    assert one["indicators"] == other["indicators"]
    assert one["months"] == ["2022-07", "2022-08", "2022-09"]
