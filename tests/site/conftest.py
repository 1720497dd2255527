"""Two published months with a gap between them."""

import pytest
from publications import publication, rows, values

from hanbin_lib.params import County
from hanbin_lib.site import PublishedMonth, index_page


@pytest.fixture(scope="session")
def county() -> County:
    return County(
        code="610902", name="汉滨区", kind="区", bureau_name="某局", bulletin_name="某区月报", calibre="全区"
    )


@pytest.fixture(scope="session")
def months() -> tuple[PublishedMonth, ...]:
    """2022-07 and 2022-09; September's publication tells of July and August, too."""
    july = rows("open_risk_households", "2022-07", values(30, 10, 20))
    september = [
        *rows("open_risk_households", "2022-07", values(99, 98, 97)),
        *rows("open_risk_households", "2022-08", values(28, 9, 19)),
        *rows("open_risk_households", "2022-09", values(25, 8, None)),
        *rows("phone_problem_share", "2022-09", values(0.1, 0.25, 0.05), lower=0.0204, upper=0.3),
        *rows("monitored_households", "2022-09", values(50, 20, 30)),
        *rows("monitored_households", "2022-09", {"610902110": 7.0}, group="category=边缘易致贫户"),
    ]
    return publication("2022-07", july), publication(
        "2022-09", september, revision=2, reason="补录", failed=("610902111_大竹园镇",)
    )


@pytest.fixture(scope="session")
def index_html(months, county, tmp_path_factory):
    """The start page of the two months, as a file."""
    path = tmp_path_factory.mktemp("reports") / "index.html"
    path.write_text(index_page(months, county, {}), encoding="utf-8")
    return path
