"""A small executed bulletin, built in code."""

import nbformat
import pytest

from hanbin_lib.display import Column, Figure, Masthead, Paragraph, Phrase, Table


@pytest.fixture
def masthead() -> Masthead:
    return Masthead(
        bulletin_name="试点县巩固衔接工作月报",
        issuer="试点县乡村振兴局",
        issue_label="2022年9月（期号待定）",
        date_label="印发日期待定",
        title="9月份监测帮扶工作情况",
        mark="演示数据　草稿",
        as_of="2022-09-30",
        classification="内部资料",
    )


@pytest.fixture
def make_notebook(masthead):
    """Function (displays or markdown …) -> executed notebook that begins with the masthead."""

    def make(*items):
        cells = []
        for item in (masthead, *items):
            if isinstance(item, str):
                cells.append(nbformat.v4.new_markdown_cell(item))
                continue
            cell = nbformat.v4.new_code_cell("…", execution_count=1)
            bundle = item._repr_mimebundle_()
            cell.outputs = [nbformat.v4.new_output("execute_result", data=bundle, execution_count=1)]
            cells.append(cell)
        return nbformat.v4.new_notebook(cells=cells)

    return make


@pytest.fixture
def sample(make_notebook):
    figure = Phrase((Figure(5408, "户", "a"), Figure(18392, "人", "b")), "a b")
    return make_notebook(
        Paragraph(("截至", Phrase(("9月底",), "m"), "，在册监测对象", figure, "。")),
        "## 一、监测动态",
        Table("各镇", (Column("镇"), Column("户", "right")), (("甲镇", Figure(12, "", "x")),) * 60, "户"),
    )
