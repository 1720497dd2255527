"""A month's run: complete, repeatable, nothing to do twice, nothing half published."""

import csv
import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace

import docx
import nbformat
import openpyxl
import papermill
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from pages import pages
from support import MONTH, PUBLISHED, copied, drop_scenarios_of_towns, word_text

from hanbin_lib import state
from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.bulletin.chapters import appendix
from hanbin_lib.cli import monthly
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.kernels import KERNEL
from hanbin_lib.months import Month
from hanbin_lib.params import Acknowledgement
from hanbin_lib.release import ledger, release_month
from hanbin_lib.release.batch import Batch, Jump, load_batch
from hanbin_lib.release.checks.documents import check_document, over_budget
from hanbin_lib.release.checks.preflight import check_figures
from hanbin_lib.release.plan import Document
from hanbin_lib.release.publication import Published
from hanbin_lib.rendering import FORMATS, PUBLIC_FORMATS, content_of
from hanbin_lib.schedule import due
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE, Workspace

pytestmark = [pytest.mark.xdist_group("release"), pytest.mark.usefixtures("kernel_parent")]
COUNTY, TOWN = PUBLISHED
OTHER = "610902118"


def _figures(folder):
    with (folder / "indicators.csv").open(encoding="utf-8") as stream:
        return {
            (row["indicator"], row["month"], row["place_code"], row["group"]): row["value"]
            for row in csv.DictReader(stream)
        }


def test_all_files_are_there(published):
    _, outcome = published
    names = {path.name for path in outcome.folder.iterdir()}
    assert {f"610902_汉滨区{one.ending}" for one in FORMATS} <= names
    town = {f"610902110_流水镇{one.ending}" for one in FORMATS}
    assert town - names == {"610902110_流水镇.pptx"}  # the meeting shows the county's
    assert {"indicators.csv", "manifest.json", "说明.txt"} <= names
    assert not list(outcome.folder.glob(".*"))


@pytest.mark.parametrize(("name", "most"), [("610902_汉滨区", 8), ("610902110_流水镇", 4)])
def test_the_bulletin_is_short_and_no_page_of_it_ends_white(published, name, most):
    _, outcome = published
    seen = pages(outcome.folder / f"{name}.pdf")
    assert len(seen) <= most
    assert [number for number, page in enumerate(seen[:-1], 1) if page.end > 0.15] == []
    assert outcome.notes == ()


def test_a_bulletin_over_its_pages_is_named(published, tmp_path):
    document = Document(TOWN, "610902110_流水镇", tmp_path, {}, "")
    for count, told in ((4, ()), (5, ("HB-REL-007 610902110_流水镇：月报5页，超过4页；照常发布",))):
        pdf = pypdfium2.PdfDocument.new()
        for _ in range(count):
            pdf.new_page(100, 100)
        pdf.save(tmp_path / "610902110_流水镇.pdf")
        assert over_budget(tmp_path, [document], COUNTY) == told


def test_the_annex_has_the_rest_and_names_its_pages(published):
    _, outcome = published
    seen = pages(outcome.folder / "610902_汉滨区_附册.pdf")
    headings = re.findall(r"^附册[一二三四五六七八九十]+　?.*?[.\s]+\d+\s*$", seen[0].text, re.MULTILINE)
    assert len(headings) > 8
    assert "主要指标口径" in "".join(page.text for page in seen)


def test_the_start_page_lists_the_month(published):
    workspace, _ = published
    page = (workspace.reports / "index.html").read_text(encoding="utf-8")
    assert 'data-month="2022-09"' in page
    assert page.count("/610902110_") == len([one for one in PUBLIC_FORMATS if one.is_of_towns])  # no slides


def test_the_pdf_prints_what_the_table_of_figures_holds(published):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    _, outcome = published
    figures = _figures(outcome.folder)

    def value(stem, unit, area):
        return f"{float(figures[(f'{stem}_{unit}', '2022-09', area, 'all')]):.0f}"

    for area, name in ((COUNTY, "610902_汉滨区"), (TOWN, "610902110_流水镇")):
        pdf = outcome.folder / f"{name}.pdf"
        text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True).stdout.decode()
        for stem in ("monitored", "risk_eliminated", "open_risk"):
            pair = f"{value(stem, 'households', area)}户{value(stem, 'persons', area)}人"
            assert pair in text, (name, stem)
        assert "演示数据" in text


def test_the_word_edition_prints_every_figure_of_the_page_s_first_volume(published):
    _, outcome = published
    for name in ("610902_汉滨区", "610902110_流水镇"):
        page = (outcome.folder / f"{name}.html").read_text(encoding="utf-8")
        page, is_divided, _ = page.partition('<section class="hb-volume"')
        assert is_divided
        figures = {tag.get_text() for tag in BeautifulSoup(page, "html.parser").find_all("data")}
        text = word_text(docx.Document(outcome.folder / f"{name}.docx"))
        assert len(figures) > 40
        assert sorted(figure for figure in figures if figure not in text) == []


def test_the_annex_sums_to_what_the_table_of_figures_holds(published):
    """The towns of the first sheet add up to its total, which is the county's figure."""
    _, outcome = published
    annex = openpyxl.load_workbook(outcome.folder / "610902_汉滨区.xlsx")
    rows = list(annex.worksheets[1].iter_rows(min_row=4, values_only=True))
    *towns, county = [row[1] for row in rows]
    assert len(towns) == 26
    assert sum(towns) == county
    assert county == float(_figures(outcome.folder)[("monitored_households", "2022-09", COUNTY, "all")])


def _copied(published, tmp_path):
    _, outcome = published
    folder = tmp_path / "month"
    shutil.copytree(outcome.folder, folder)
    return folder, Document(TOWN, "610902110_流水镇", folder, {}, "")


def test_every_number_in_print_is_found_among_the_results(published, tmp_path):
    folder, document = _copied(published, tmp_path)
    check_document(document, folder, folder / "indicators.csv")


def test_a_figure_that_is_not_its_result_is_stopped(published, tmp_path):
    folder, document = _copied(published, tmp_path)
    text = (folder / "indicators.csv").read_text(encoding="utf-8")
    line = next(
        row for row in text.splitlines() if row.startswith(f"open_risk_persons,2022-09,{TOWN},流水镇,all")
    )
    value = line.split(",")[7]
    changed = line.replace(f",{value},", ",987654,")
    assert changed != line
    other = tmp_path / "changed.csv"
    other.write_text(text.replace(line, changed), encoding="utf-8")
    with pytest.raises(HanbinError, match=r"HB-GAT-003(.|\n)*open_risk_persons\|2022-09\|610902110\|all"):
        check_document(document, folder, other)


def test_another_place_s_pdf_is_stopped(published, tmp_path):
    folder, document = _copied(published, tmp_path)
    shutil.copy(folder / "610902_汉滨区.pdf", folder / f"{document.name}.pdf")
    with pytest.raises(HanbinError, match=r"HB-GAT-003(.|\n)*不在笔记本的结果里"):
        check_document(document, folder, folder / "indicators.csv")


def test_a_dry_run_tells_papermill_all_it_needs(published, tmp_path, monkeypatch):
    workspace, outcome = published
    command = [sys.executable, "-m", "hanbin_lib.cli", "bulletin", str(MONTH), "--dry-run", "--json"]
    command += ["--area", TOWN, "--workspace", str(workspace.root)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    told = json.loads(done.stdout)
    (document,) = told["documents"]
    assert document["is_up_to_date"]
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, told["workspace"])
    executed = papermill.execute_notebook(
        document["notebook"],
        str(tmp_path / "out.ipynb"),
        document["parameters"],
        kernel_name=KERNEL,
        progress_bar=False,
        execution_timeout=120,
    )
    released = nbformat.read(outcome.folder / f"{document['name']}.ipynb", as_version=4)
    assert content_of(executed).parts == content_of(released).parts


def test_a_jump_since_last_month_needs_somebody_who_answers_for_it(demo_workspace):
    county = open_bulletin(str(MONTH), COUNTY, workspace=demo_workspace)
    policy = Batch(jumps=(Jump(indicator="monitored_households", share=0.0001, least=0),))
    with pytest.raises(HanbinError, match="HB-GAT-002") as stopped:
        check_figures(county, policy)
    places = re.findall(r"（([0-9]+)）", stopped.value.message)
    assert COUNTY in places
    assert stopped.value.exit_code is ExitCode.GATE_FAILED
    answered = tuple(
        Acknowledgement(indicator="monitored_households", area=area, by="王某", reason="新一轮排查")
        for area in county.scope.upper_places
    )
    issue = county.issue.model_copy(update={"acknowledgements": answered})
    check_figures(replace(county, issue=issue), policy)
    check_figures(county, load_batch(demo_workspace))  # the demonstration has no jump


def test_a_familys_loss_lets_the_month_out_once_somebody_answers_for_it(demo_workspace):
    county = open_bulletin(str(MONTH), COUNTY, workspace=demo_workspace)
    table = county.figures.table.copy()
    lost = table["indicator"].eq("income_component_share") & table["group"].eq("component=生产经营净收入")
    lost &= table["place_code"].eq(COUNTY) & table["month"].eq(str(MONTH))
    assert lost.sum() == 1
    table.loc[lost, ["numerator", "value"]] = [-90_000.0, -0.2]
    county = replace(county, figures=replace(county.figures, table=table))
    with pytest.raises(HanbinError, match="HB-GAT-002") as stopped:
        check_figures(county, Batch())
    assert "收入构成（生产经营净收入）为-20.0%" in stopped.value.message
    answered = Acknowledgement(
        indicator="income_component_share", area=COUNTY, by="王某", reason="一户亏本3万元"
    )
    county = replace(county, issue=county.issue.model_copy(update={"acknowledgements": (answered,)}))
    check_figures(county, Batch())
    note = appendix.calibre_note(county)
    assert "收入构成与常见不同，已核实确认：一户亏本3万元（王某）。" in "".join(
        str(getattr(p, "text", p)) for p in note.parts
    )


def test_towns_add_up_to_the_county(published):
    _, outcome = published
    from hanbin_lib.indicators import DEFINITIONS

    additive = {d.id for d in DEFINITIONS.values() if d.is_additive}
    sums: dict = {}
    figures = _figures(outcome.folder)
    for (name, month, place, group), value in figures.items():
        if name in additive and len(place) == 9 and value:
            key = (name, month, group)
            sums[key] = sums.get(key, 0.0) + float(value)
    assert len(sums) > 100
    for (name, month, group), total in sums.items():
        assert float(figures[(name, month, COUNTY, group)]) == pytest.approx(total)


def test_the_same_run_again_touches_nothing(published):
    workspace, outcome = published
    before = {p: p.stat().st_mtime_ns for p in outcome.folder.iterdir()}
    again = release_month(workspace, MONTH, (COUNTY, TOWN))
    assert again.made == ()
    assert len(again.kept) == 2
    assert before == {p: p.stat().st_mtime_ns for p in outcome.folder.iterdir()}


def test_what_is_missing_is_said_each_time_until_a_damaged_document_is_made_again(
    published, tmp_path, capsys
):
    """A chapter that failed when the month was published: who asks again is not told that all is well."""
    root = tmp_path / "workspace"
    shutil.copytree(published[0].root, root)
    missing = {"610902110_流水镇": ("status_flow（MemoryError）",)}
    before = Published.read(Workspace(root), MONTH)
    manifest = before.manifest.model_copy(update={"gaps": missing})
    (before.folder / "manifest.json").write_bytes(state.as_json(manifest))
    ledger.enter(Workspace(root), Published(before.folder, manifest), ())
    for _ in range(2):
        again = release_month(Workspace(root), MONTH, (COUNTY, TOWN))
        assert (again.made, again.gaps) == ((), missing)
    assert not due._has_changed(Workspace(root), Published(before.folder, manifest))
    monthly._report_outcome(again)
    told = capsys.readouterr()
    assert "暂缺 610902110_流水镇：status_flow（MemoryError）" in told.err
    assert "要重做" in told.err
    revisions = root / "reports" / ".revisions" / str(MONTH)
    assert not revisions.exists()
    pdf = again.folder / "610902110_流水镇.pdf"
    good = pdf.read_bytes()
    pdf.write_bytes(b"x")
    (again.folder / "610902110_流水镇.html").unlink()
    mended = release_month(Workspace(root), MONTH, (COUNTY, TOWN))
    assert (mended.made, mended.gaps) == (("610902110_流水镇",), {})
    assert pdf.read_bytes() == good
    assert list(revisions.iterdir())


def test_a_town_that_fails_does_not_stop_the_others(own_workspace):
    path = own_workspace.notebooks / "bulletin.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    bad = {"cell_type": "code", "id": "bad", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"].insert(
        3, {**bad, "source": f"if area == '{TOWN}':\n    raise ValueError('610902199001011234')"}
    )
    path.write_text(json.dumps(notebook), encoding="utf-8")
    outcome = release_month(own_workspace, MONTH, (OTHER, TOWN))
    assert outcome.exit_code is ExitCode.PARTLY_PUBLISHED
    assert outcome.made == ("610902118_叶坪镇",)
    reason = outcome.failed["610902110_流水镇"]
    assert "HB-NBK-002" in reason
    assert "ValueError" in reason
    assert "1990" not in reason  # the text of a foreign error is not told
    names = {p.name for p in outcome.folder.iterdir()}
    assert [name for name in names if "流水镇" in name] == ["610902110_流水镇_暂缺.txt"]
    assert "HB-NBK-002" in (outcome.folder / "610902110_流水镇_暂缺.txt").read_text(encoding="utf-8")


def test_changed_parameters_may_not_mix_with_old_documents(published, tmp_path):
    workspace, _ = published
    root = tmp_path / "changed"
    shutil.copytree(workspace.root, root)
    rules = root / "params" / "rules.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(
        text.replace("measure_deadline_months: 1", "measure_deadline_months: 2"), encoding="utf-8"
    )
    with pytest.raises(HanbinError, match="HB-REL-001"):
        release_month(Workspace(root), MONTH, (TOWN,))


@pytest.mark.parametrize(
    ("areas", "code"),
    [(("610902999",), "HB-PAR-004"), (("610902107",), "HB-PAR-005"), (("610902004213",), "HB-PAR-005")],
)
def test_areas_that_cannot_have_a_bulletin(demo_workspace, areas, code):
    with pytest.raises(HanbinError, match=code):
        release_month(demo_workspace, MONTH, areas)


def test_a_month_without_data_says_what_to_do(demo_workspace):
    with pytest.raises(HanbinError, match=r"HB-SNP-001.*hanbin import"):
        release_month(demo_workspace, Month(2023, 1))


def test_an_area_that_is_no_longer_counted_leaves_the_publication(published, tmp_path):
    """The register decides: a whole run publishes what it counts now, and nothing else."""
    workspace, _ = published
    root = tmp_path / "uncounted"
    shutil.copytree(workspace.root, root)
    areas = root / "params" / "areas.csv"
    lines = areas.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("610902") or line.startswith("610902,")]
    wanted = [line for line in lines if line.startswith("610902118")]  # 叶坪镇 and its villages
    areas.write_text("\n".join([*kept, *wanted]) + "\n", encoding="utf-8")
    drop_scenarios_of_towns(Workspace(root))
    outcome = release_month(Workspace(root), MONTH, maker=copied(published))
    assert not outcome.failed, outcome.failed
    assert sorted(outcome.made) == ["610902118_叶坪镇", "610902_汉滨区"]
    manifest = json.loads((outcome.folder / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(manifest["documents"]) == ["610902", "610902118"]


def test_a_run_beside_another_says_so(published):
    from filelock import FileLock

    workspace, _ = published
    with FileLock(workspace.reports / ".release.lock"), pytest.raises(HanbinError) as caught:
        release_month(workspace, MONTH, (COUNTY, TOWN))
    assert (caught.value.code, caught.value.exit_code) == ("HB-REL-003", ExitCode.LOCKED)


def test_reports_that_cannot_be_written_are_told(own_workspace):
    shutil.rmtree(own_workspace.reports, ignore_errors=True)
    own_workspace.reports.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(HanbinError) as caught:
        release_month(own_workspace, MONTH, (TOWN,))
    assert (caught.value.code, caught.value.exit_code) == ("HB-REL-002", ExitCode.PUBLICATION_FAILED)


def test_every_figure_of_the_page_opens_its_definition(published):
    """Each address is explained on the page, and each command names something that was counted."""
    _, outcome = published
    rows = {(name, code, group) for name, _, code, group in _figures(outcome.folder)}
    for path in sorted(outcome.folder.glob("*.html")):
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        ids = {tag["id"] for tag in soup.find_all(id=True)}
        figures = soup.find_all("data")
        assert len(figures) > 100
        assert [one["value"] for one in figures if one.a is None or one.a["href"][1:] not in ids] == []
        commands = [shlex.split(one.get_text()) for one in soup.select(".hb-origins code")]
        asked = {(words[3], words[5], words[7] if words[6:] else "all") for words in commands}
        # A group that counts nothing has no row: its figure is a zero or a dash.
        wrong = {one for one in asked - rows if one[2] == "all" or one[0] not in {row[0] for row in rows}}
        assert wrong == set()
