"""The office's own documents that a month is made in: a Word template, a master of slides."""

from hanbin_lib.errors import HanbinError
from hanbin_lib.params import Typography
from hanbin_lib.rendering.slide_master import check_master
from hanbin_lib.rendering.word.template import check


def check_documents(typography: Typography) -> None:
    """Look at both.

    Raises
    ------
    HanbinError
        ``HB-TYP-006`` naming every fault of either.
    """
    faults = []
    for look, content, name in (
        (check, typography.word_document, typography.word_template),
        (check_master, typography.slide_document, typography.slide_master),
    ):
        try:
            look(content, name) if content else None
        except HanbinError as error:
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        told, action = ("\n".join(getattr(one, part) for one in faults) for part in ("message", "action"))
        raise HanbinError(faults[0].code, told, action=action, exit_code=faults[0].exit_code)
