"""The office's own documents that a month is made in: Word templates, masters of slides."""

from collections.abc import Iterable

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.rendering import slide_master
from hanbin_lib.rendering.word import template

_MASTER = ("幻灯母版", slide_master.faults_of, "在 PowerPoint、WPS 里按提示改正后另存为 .pptx")
_TEMPLATE = (
    "Word 模板",
    template.faults_of,
    "在 Word 里按提示改正模板；可用的占位符见 hanbin template names",
)


def check_documents(documents: Iterable[tuple[str, bytes]]) -> None:
    """Look at all of them.

    Parameters
    ----------
    documents
        Name and content of each; a ``.pptx`` is a master.

    Raises
    ------
    HanbinError
        ``HB-TYP-006`` naming every fault of each.
    """
    messages, actions = [], []
    for name, content in documents:
        kind, faults_of, action = _MASTER if name.lower().endswith(".pptx") else _TEMPLATE
        faults = faults_of(content)
        if faults:
            lines = [f"{number}. {fault}" for number, fault in enumerate(faults, 1)]
            messages.append("\n".join([f"{kind} {name} 有{len(faults)}处问题：", *lines]))
            actions.append(action)
    if messages:
        raise HanbinError(
            "HB-TYP-006",
            "\n".join(messages),
            action="\n".join(dict.fromkeys(actions)),
            exit_code=ExitCode.TYPOGRAPHY,
        )
