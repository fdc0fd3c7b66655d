"""Files are written whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.errors import MonitorError
from monitor.toml import write
from tests.forking import usual_signals
from tests.support import PATIENCE


def test_the_mode_stays_and_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"old\r\n")
    path.chmod(0o640)
    write.write_atomically(path, "\ufeffnew\r\n")
    assert path.read_bytes() == "\ufeffnew\r\n".encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["a.toml"]


def test_a_new_file_has_the_mode_of_other_new_files(tmp_path: Path) -> None:
    write.write_atomically(tmp_path / "new.toml", "x")
    (tmp_path / "other.toml").write_text("x", "utf-8")
    assert (tmp_path / "new.toml").stat().st_mode == (tmp_path / "other.toml").stat().st_mode


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere" / "real.toml"
    target.parent.mkdir()
    target.write_text("old", "utf-8")
    link = tmp_path / "a.toml"
    link.symlink_to(target)
    write.write_atomically(link, "new")
    assert link.is_symlink()
    assert target.read_text("utf-8") == "new"
    assert sorted(os.listdir(tmp_path)) == ["a.toml", "elsewhere"]


def test_several_files_are_written_or_none(tmp_path: Path) -> None:
    good = tmp_path / "a.toml"
    good.write_text("old", "utf-8")
    with pytest.raises(MonitorError, match=r"b\.toml: cannot be written: No such file or directory; nothing was"):
        write.write_all({good: "new", tmp_path / "missing" / "b.toml": "new"})
    assert good.read_text("utf-8") == "old"
    assert os.listdir(tmp_path) == ["a.toml"]


def test_when_the_second_file_cannot_take_its_place_the_first_is_put_back(tmp_path: Path) -> None:
    good, new, folder = tmp_path / "a.toml", tmp_path / "b.toml", tmp_path / "c.toml"
    good.write_text("old", "utf-8")
    (folder / "inside").mkdir(parents=True)
    with pytest.raises(MonitorError, match=r"c\.toml: cannot be written: Is a directory; nothing was changed"):
        write.write_all({good: "new", new: "new", folder: "new"})
    assert good.read_text("utf-8") == "old"
    assert sorted(os.listdir(tmp_path)) == ["a.toml", "c.toml"]


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("theirs", "utf-8")
    with pytest.raises(MonitorError, match="changed by somebody else meanwhile"):
        write.write_all({path: "ours"}, was={path: "before"})
    assert path.read_text("utf-8") == "theirs"
    assert os.listdir(tmp_path) == ["a.toml"]


def test_what_somebody_else_removed_or_made_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    gone, new = tmp_path / "a.toml", tmp_path / "b.toml"
    with pytest.raises(MonitorError, match=r"a\.toml: was removed by somebody else meanwhile; nothing was changed"):
        write.write_all({gone: "ours"}, was={gone: "before"})
    new.write_text("theirs", "utf-8")
    with pytest.raises(MonitorError, match=r"b\.toml: was changed by somebody else"):
        write.write_all({new: "ours"}, was={new: ""})
    assert (os.listdir(tmp_path), new.read_text("utf-8")) == (["b.toml"], "theirs")


_WRITE_TWO = """
import os, signal, sys
from pathlib import Path
from monitor.toml import write
real, calls = os.replace, []
def replace(*paths):
    calls.append(paths)
    {before}
    real(*paths)
    {after}
os.replace = replace
a, b, new = (Path(sys.argv[1]) / name for name in ("a.toml", "b.toml", "new.toml"))
write.write_all({{a: "new a", new: "new new", b: "new b"}})
"""


def _interrupted(folder: Path, before: str = "", after: str = "") -> tuple[int, dict[str, str]]:
    """What three files hold after a process that writes them has met something between two of them."""
    for name in ("a", "b"):
        (folder / f"{name}.toml").write_text(f"old {name}", "utf-8")
    script = _WRITE_TWO.format(before=before or "pass", after=after or "pass")
    command = [sys.executable, "-c", script, str(folder)]
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False, preexec_fn=usual_signals)
    return done.returncode, {name: (folder / name).read_text("utf-8") for name in sorted(os.listdir(folder))}


_OLD = {"a.toml": "old a", "b.toml": "old b"}
_NEW = {"a.toml": "new a", "b.toml": "new b", "new.toml": "new new"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_between_two_files_waits_until_all_are_written(tmp_path: Path, number: signal.Signals) -> None:
    code, found = _interrupted(tmp_path, after=f"os.kill(os.getpid(), {int(number)})")
    assert found == _NEW
    assert code == -number


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("files_done", [1, 2, 3])
def test_whatever_ends_the_writing_puts_all_files_back(tmp_path: Path, moment: str, files_done: int) -> None:
    end = f"if len(calls) == {files_done}: raise KeyboardInterrupt"
    code, found = _interrupted(tmp_path, **{moment: end})
    assert (code, found) == (-signal.SIGINT, _OLD)


def test_what_a_killed_writer_left_is_removed_by_the_next_one(tmp_path: Path) -> None:
    code, found = _interrupted(tmp_path, before="if len(calls) == 2: os.kill(os.getpid(), 9)")
    assert code == -signal.SIGKILL
    assert len(found) > len(_OLD)
    (tmp_path / ".mine.toml.new").write_text("not a draft of ours", "utf-8")
    write.write_atomically(tmp_path / "b.toml", "mended")
    assert sorted(os.listdir(tmp_path)) == [".mine.toml.new", "a.toml", "b.toml"]


def test_writers_of_one_folder_wait_for_each_other(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from monitor.toml import write\n"
        "with write.only_writer(Path(sys.argv[1])):\n"
        "    print('locked', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == "locked\n"
        with ThreadPoolExecutor() as threads:
            writing = threads.submit(write.write_atomically, tmp_path / "a.toml", "ours")
            with pytest.raises(TimeoutError):
                writing.result(0.3)
            assert os.listdir(tmp_path) == []
            other.stdin.close()
            writing.result(20)
    assert (tmp_path / "a.toml").read_text("utf-8") == "ours"


def test_a_diff_has_the_lines_that_change_and_says_where_a_last_line_break_is_missing() -> None:
    assert write.diff("a\r\nb\u2028c\n", "a\r\nb\u2028d\n", "x.toml") == [
        *("--- x.toml", "+++ x.toml", "@@ -1,2 +1,2 @@", " a", "-b\u2028c", "+b\u2028d")
    ]
    assert write.diff("a", "b", "x")[3:] == [
        *("-a", "\\ no newline at the end of the file", "+b", "\\ no newline at the end of the file")
    ]
    assert write.diff("a", "a", "x") == []


def test_a_pipe_in_place_of_a_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.toml")
    with pytest.raises(MonitorError, match="is no file but a pipe"):
        write.read_text(tmp_path / "x.toml")
