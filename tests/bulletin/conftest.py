"""What the hand-made pages of this room stand on: register, rules and tables of the demonstration month."""

import pytest
from support import MONTH

from hanbin_lib import bulletin as hb


@pytest.fixture(scope="session")
def basis(demo_workspace):
    """The month as it was opened, before any figure. Read only."""
    return hb.open_inputs(str(MONTH), workspace=demo_workspace)
