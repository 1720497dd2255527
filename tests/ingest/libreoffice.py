"""Files saved again by LibreOffice, as an officer would; tests skip where it is not installed."""

import shutil
import subprocess

import pytest

needed = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


def saved_again(path, kind, folder):
    """The file as LibreOffice saves it: `kind` is an extension, with a filter where one is needed."""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return folder / f"{path.stem}.{kind.partition(':')[0]}"
