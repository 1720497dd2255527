"""The annex has the numbers of every drawing in cells, and a native chart made of these cells."""

import io
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest

from hanbin_lib.charts.gallery import EXAMPLES
from hanbin_lib.rendering import XlsxExporter
from hanbin_lib.rendering.spreadsheet import FIRST_ROW

WITHOUT = {"flow", "spans"}


def _bytes(notebook) -> bytes:
    return XlsxExporter(typography=None).from_notebook_node(notebook)[0]


@pytest.fixture(params=EXAMPLES)
def drawn(request, make_notebook):
    """A chart of the gallery, its sheet, and the workbook."""
    chart = EXAMPLES[request.param]()
    content = _bytes(make_notebook("## 一、图", chart))
    book = openpyxl.load_workbook(io.BytesIO(content))
    return chart, book.worksheets[-1], content


def test_every_number_of_the_drawing_is_a_number_in_a_cell_of_its_own(drawn):
    chart, sheet, _ = drawn
    heads = [cell.value for cell in sheet[FIRST_ROW]]
    for series in chart.data.series:
        for heading, values in (
            (series.name, series.values), (f"{series.name}下限", series.lower), (f"{series.name}上限", series.upper),
            (f"{series.name}（横轴）", series.at),
        ):  # fmt: skip
            if values:
                column = heads.index(heading) + 1
                cells = [sheet.cell(FIRST_ROW + 1 + n, column).value for n in range(len(values))]
                assert cells == [value if value is None else pytest.approx(value) for value in values]
    for name, value in chart.data.limits:
        assert sheet.cell(FIRST_ROW + 1, heads.index(f"界线：{name}") + 1).value == pytest.approx(value)


def test_a_native_chart_is_made_of_the_cells(drawn):
    chart, sheet, content = drawn
    assert len(sheet._charts) == (chart.data.kind not in WITHOUT)
    if chart.data.kind in WITHOUT:
        return
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        xml = package.read("xl/charts/chart1.xml").decode()
    shown = chart.data.series[:1] if chart.data.kind == "bars" else chart.data.series
    ranges = re.findall(r"<c:f>'[^']+'!\$[A-Z]+\$(\d+)(?::\$[A-Z]+\$(\d+))?</c:f>", xml)
    ends = {(int(first), int(last or first) - int(first) + 1) for first, last in ranges}
    assert ends == {(FIRST_ROW + 1, len(one.values)) for one in shown}
    assert chart.title in "".join(re.findall(r"<a:t>([^<]*)</a:t>", xml)).replace("&amp;", "&")


def test_the_contents_lead_to_the_charts_and_the_bytes_are_the_same(make_notebook):
    notebook = make_notebook("## 一、图", EXAMPLES["cause_bars"]())
    assert _bytes(notebook) == _bytes(notebook)
    sheet = openpyxl.load_workbook(io.BytesIO(_bytes(notebook))).worksheets[0]
    links = {cell.value for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert {text for text in links if text.startswith("图：")}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_every_chart(make_notebook, tmp_path):
    path = tmp_path / "annex.xlsx"
    path.write_bytes(_bytes(make_notebook("## 一、图", *(make() for make in EXAMPLES.values()))))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with zipfile.ZipFile(tmp_path / "annex.ods") as package:
        charts = [name for name in package.namelist() if re.fullmatch(r"Object \d+/content.xml", name)]
        intervals = [name for name in charts if b"error-indicator" in package.read(name)]
    drawn = [make().data for make in EXAMPLES.values()]
    assert len(charts) == sum(data.kind not in WITHOUT for data in drawn)
    assert len(intervals) == sum(data.kind == "dots" and bool(data.series[0].lower) for data in drawn)
