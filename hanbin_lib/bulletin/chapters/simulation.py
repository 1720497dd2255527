"""十二、模拟推演: what may come, and what that stands on; every number is marked as simulated."""

from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import paragraph, sentence
from hanbin_lib.display import Missing, Paragraph


def lead(bulletin: Bulletin) -> Paragraph | Missing:
    """What the chapter is; left out where there is nothing to simulate."""
    if not bulletin.studies:
        return Missing("模拟推演", "没有本地的情景和计划，本章从略", is_chapter=True)
    return paragraph(
        sentence("本章的数都是模拟，不是统计数，也不是承诺：情景、次数、种子和区间写在表上，假设列在表旁。"),
        style="lead",
    )
