import hashlib

import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.simulate.permanent_random_numbers import checked_seed, in_draw_order, ticket


def test_a_ticket_is_made_by_the_published_recipe():
    """As the recipe says, in the fewest steps: whoever reads it must get the same."""
    text = "hanbin-draw-1|20220930|2022-10|村|610902118201"
    assert ticket("20220930", "2022-10", "村", "610902118201") == hashlib.sha256(text.encode()).hexdigest()
    # Made once with coreutils' sha256sum; a change of the recipe must change its name.
    assert ticket("20220930", "2022-10", "村", "610902118201").startswith(SHA256SUM)


SHA256SUM = "1a8a9518fe151fcd"


def test_the_order_does_not_depend_on_the_list_and_a_new_code_moves_no_other():
    codes = [f"{n:03d}" for n in range(50)]
    order = in_draw_order(codes, "s", "2022-10", "村")
    assert order == in_draw_order([*reversed(codes), *codes], "s", "2022-10", "村")
    assert [c for c in in_draw_order([*codes, "new"], "s", "2022-10", "村") if c != "new"] == order
    assert order != in_draw_order(codes, "s", "2022-11", "村")


@pytest.mark.parametrize("seed", ["", "a b", "a|b", "x" * 65, "换\n行"])
def test_seeds_that_could_be_read_two_ways_are_refused(seed):
    with pytest.raises(HanbinError) as caught:
        checked_seed(seed)
    assert caught.value.code == "HB-SMP-001"
