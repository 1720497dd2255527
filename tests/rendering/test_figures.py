"""Figures as files: the drawing itself, a picture that knows its size, the numbers, and what each is."""

import csv
import io

import pytest
from PIL import Image
from support import MONTH, TYPOGRAPHY
from typer.testing import CliRunner

from hanbin_lib.charts import group_bars
from hanbin_lib.charts.gallery import EXAMPLES
from hanbin_lib.cli.main import app
from hanbin_lib.display import Columns
from hanbin_lib.release.excerpts import CONTENTS, PIXELS_PER_INCH, figure_files
from hanbin_lib.rendering import content_of


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture(scope="module")
def charts():
    return [make() for make in EXAMPLES.values()]


def test_every_figure_is_there_as_drawing_picture_and_numbers(make_notebook, charts):
    content = content_of(
        make_notebook("## 一、图", charts[0], Columns((charts[1], charts[2]), (80, 80)), *charts[3:])
    )
    files = figure_files(content, TYPOGRAPHY)
    assert len(files) == 1 + 3 * len(charts)
    assert figure_files(content, TYPOGRAPHY) == files
    listed = _rows(files[CONTENTS])[1:]
    assert [row[1] for row in listed] == [chart.title for chart in charts]
    assert [row[5] for row in listed] == [chart.alt for chart in charts]
    names = [name.removesuffix(".svg") for name in files if name.endswith(".svg")]
    for name, chart in zip(names, charts, strict=True):
        assert files[f"{name}.svg"].decode() == chart.svg
        with Image.open(io.BytesIO(files[f"{name}.png"])) as picture:
            assert round(picture.info["dpi"][0]) == PIXELS_PER_INCH
            assert picture.width == pytest.approx(chart.width_mm / 25.4 * PIXELS_PER_INCH, abs=2)
        heads, *rows = _rows(files[f"{name}.csv"])
        for series in chart.data.series:
            for heading, values in ((series.name, series.values), (f"{series.name}下限", series.lower)):
                told = [row[heads.index(heading)] for row in rows[: len(values)]] if values else []
                assert [float(one) if one else None for one in told] == list(values)  # not rounded


def test_a_title_is_a_name_of_a_file_and_a_label_is_no_formula(make_notebook):
    chart = group_bars(
        groups=(("=1+1", 3.0), ("-甲", 2.0)), unit="户", title='甲/乙\\丙:"丁"?*|<戊>.', unit_line="户"
    )
    files = figure_files(content_of(make_notebook(chart)), TYPOGRAPHY)
    numbers = next(name for name in files if name.startswith("01_") and name.endswith(".csv"))
    assert numbers == "01_甲／乙＼丙：＂丁＂？＊｜＜戊＞.csv"
    assert [row[0] for row in _rows(files[numbers])] == ["类别", "'=1+1", "'-甲"]


def test_the_command_writes_a_folder_and_does_not_write_over_another(make_notebook, monkeypatch, tmp_path):
    content = content_of(make_notebook(EXAMPLES["cause_bars"]()))
    asked = []
    monkeypatch.setattr(
        "hanbin_lib.release.excerpts.published_document",
        lambda *a: (asked.append(a[1:]), ("610902_甲区", content))[1],
    )
    arguments = ["figures", str(MONTH), "--output", str(tmp_path / "图")]
    first, again = (CliRunner().invoke(app, arguments) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert asked[0] == (MONTH, "610902")
    assert "1张图" in first.output
    assert len(list((tmp_path / "图").iterdir())) == 4
    (tmp_path / "图" / "别的.txt").write_text("别的", encoding="utf-8")
    refused = CliRunner().invoke(app, arguments)
    assert refused.exception.code == "HB-REL-009"
    assert (tmp_path / "图" / "别的.txt").read_text(encoding="utf-8") == "别的"
