"""What is kept of the inspections on record is what they come to, exactly."""

import pytest
from support import MONTH

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.bulletin.inspecting import recorded_clustering
from hanbin_lib.simulate.inspection_study import clustering_on_record


@pytest.fixture(scope="module")
def opened(demo_workspace):
    return open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


def test_the_record_comes_back_as_it_was_computed(opened, tmp_path, monkeypatch):
    computed = clustering_on_record(opened.sources, opened.scope)
    assert recorded_clustering(opened.sources, opened.scope, None) == computed
    assert recorded_clustering(opened.sources, opened.scope, tmp_path) == computed
    monkeypatch.setattr(type(opened.sources), "table", lambda *_: pytest.fail("computed again"))
    assert recorded_clustering(opened.sources, opened.scope, tmp_path) == computed


def test_no_record_is_kept_as_none(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(type(opened.sources), "table", lambda *_: None)
    assert recorded_clustering(opened.sources, opened.scope, tmp_path) is None
    assert recorded_clustering(opened.sources, opened.scope, tmp_path) is None
