"""十二、模拟推演: what may come, and what that stands on; every number is marked as simulated."""

from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import month_end, paragraph, sentence
from hanbin_lib.display import Missing, Paragraph


def lead(bulletin: Bulletin) -> Paragraph | Missing:
    """What the chapter is, and which data it starts from.

    The public edition does without it: what is drawn from single households, town by town, is
    protected by no suppression.
    """
    if bulletin.is_public:
        return Missing("模拟推演", "公开版不含本章", is_chapter=True)
    return paragraph(
        sentence(
            "由{month}的数据推演而来，是模拟，不是统计数，也不是承诺。",
            month=month_end(bulletin.month),
        ),
        style="lead",
    )
