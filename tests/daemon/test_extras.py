"""Advice on optional libraries works for the way in which the program was installed."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from monitor.daemon.extras import how_to_install

ROOT = Path(__file__).parents[2]


def advice(python: str | Path, extra: str) -> str:
    """What an installation says of itself."""
    code = f"from monitor.daemon.extras import how_to_install; print(how_to_install({extra!r}))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([python, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def made(folder: Path) -> Path:
    """A virtual environment with a blank in its name, and its interpreter."""
    venv.create(folder, with_pip=False, symlinks=True)
    return folder / "bin" / "python"


@pytest.mark.parametrize(("extra", "library"), [("notify", "apprise<3,>=2.3"), ("ru", "pymorphy3<3,>=2.0.6")])
def test_U11_the_library_is_installed_where_the_program_is(extra: str, library: str) -> None:
    assert shlex.split(how_to_install(extra)) == [sys.executable, "-m", "pip", "install", library]
    assert "news-monitor" not in how_to_install(extra)


def test_U11_in_a_venv_without_pip_uv_installs_into_it(tmp_path: Path) -> None:
    python = made(tmp_path / "a venv")
    assert shlex.split(advice(python, "notify"))[:5] == ["uv", "pip", "install", "--python", str(python)]


def test_U11_with_pipx_it_is_injected(tmp_path: Path) -> None:
    python = made(tmp_path / "news-monitor")
    (tmp_path / "news-monitor" / "pipx_metadata.json").write_text("{}")
    assert advice(python, "ru").startswith("pipx inject news-monitor ")
    assert "pymorphy3" in advice(python, "ru")


@pytest.mark.parametrize("name", ["README.md", "docs/guide.md", "docs/matching.md", "docs/watchlists.md"])
def test_U11_no_page_sends_anybody_to_an_index_for_the_program(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "pip install news-monitor" not in text
    assert "news-monitor[" not in text
