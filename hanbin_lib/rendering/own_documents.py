"""The office's own documents that a month is made in: Word templates, masters of slides."""

from collections.abc import Iterable

from hanbin_lib.errors import HanbinError
from hanbin_lib.rendering.slide_master import check_master
from hanbin_lib.rendering.word.template import check


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
    errors = []
    for name, content in documents:
        look = check_master if name.lower().endswith(".pptx") else check
        try:
            look(content, name)
        except HanbinError as error:
            errors.append(error)
    if errors:
        told, action = (
            "\n".join(dict.fromkeys(getattr(one, part) for one in errors)) for part in ("message", "action")
        )
        raise HanbinError(errors[0].code, told, action=action, exit_code=errors[0].exit_code)
