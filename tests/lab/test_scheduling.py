"""jupyter-scheduler runs the suite's notebooks with parameters, as the dialog of JupyterLab hands them over."""

import os

import nbformat
import pytest
from support import REPOSITORY

from hanbin_lib.workspace import ENVIRONMENT_VARIABLE


@pytest.mark.slow
# jupyter-scheduler 2 hands nbconvert an argument that it does not know.
@pytest.mark.filterwarnings("ignore:Passing unrecognized arguments:DeprecationWarning")
def test_a_job_runs_with_its_parameters_and_meets_no_control(demo_workspace, tmp_path, monkeypatch):
    pytest.importorskip("jupyter_scheduler", reason="extra `scheduler` is not installed")
    from jupyter_scheduler.executors import DefaultExecutionManager
    from jupyter_scheduler.orm import Job, create_session, create_tables

    monkeypatch.setitem(os.environ, ENVIRONMENT_VARIABLE, str(demo_workspace.root))
    database = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    create_tables(database)
    staged = tmp_path / "monitoring.ipynb"
    staged.write_bytes((REPOSITORY / "notebooks" / "monitoring.ipynb").read_bytes())
    with create_session(database)() as session:
        job = Job(
            runtime_environment_name="python3", name="监测动态", input_filename=staged.name, url="/jobs",
            output_formats=["ipynb"], parameters={"area": '"610902110"'},
        )  # fmt: skip
        session.add(job)
        session.commit()
        number = job.job_id
    paths = {"input": str(staged), "ipynb": str(tmp_path / "out.ipynb")}
    manager = DefaultExecutionManager(number, str(tmp_path), database, paths)
    manager.process()
    with create_session(database)() as session:
        assert session.get(Job, number).status == "COMPLETED"
    executed = nbformat.read(paths["ipynb"], as_version=4)
    shown = [o for cell in executed.cells for o in cell.get("outputs", [])]
    assert not [o for o in shown if o.output_type == "error"]
    assert not [o for o in shown if "application/vnd.jupyter.widget-view+json" in o.get("data", {})]
    assert "流水镇" in "".join(str(o.get("data", {}).get("text/html", "")) for o in shown)
