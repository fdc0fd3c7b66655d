"""A program of the user's, as a real child process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from monitor.alerts.channels.command import CommandChannel
from monitor.alerts.render import as_data
from monitor.config import settings
from monitor.daemon.channels import channels_of
from monitor.model import Message, SendFailed, SendResult, Sent
from tests.alerts.samples import HOSTILE, message, story
from tests.support import MORE_AND_MORE_TIME, PATIENCE, until


def program(folder: Path, text: str) -> list[str]:
    """A Python script as a command."""
    path = folder / "program.py"
    path.write_text(f"import json, os, sys, time\n{text}\n", "utf-8")
    return [sys.executable, str(path)]


def shell(text: str) -> list[str]:
    return ["/bin/sh", "-c", text]


async def run(argv: list[str], sent: Message | None = None, patience: float = PATIENCE) -> SendResult:
    channel = CommandChannel(argv, patience)
    result = await channel.send(sent or message())
    await channel.end_batch()
    await channel.close()
    return result


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_the_message_arrives_as_json_and_the_first_line_is_the_receipt(tmp_path: Path) -> None:
    out = tmp_path / "out"
    argv = program(tmp_path, f"open({str(out)!r}, 'wb').write(sys.stdin.buffer.read()); print('\\nqueued as 7\\nmore')")
    assert await run(argv) == Sent("queued as 7")
    assert json.loads(out.read_bytes()) == as_data(message())


async def test_H36_a_title_is_never_run_and_arrives_intact(tmp_path: Path) -> None:
    trap = tmp_path / "x"
    out = tmp_path / "out"
    headline = f"-e $(touch {trap}) `touch {trap}` ; touch {trap} | touch {trap} \"'\n{HOSTILE}"
    argv = program(tmp_path, f"open({str(out)!r}, 'wb').write(sys.stdin.buffer.read())")
    assert isinstance(await run(argv, message(story(headline))), Sent)
    assert json.loads(out.read_bytes())["stories"][0]["headline"] == headline
    assert not trap.exists()


async def test_H36_arguments_are_not_read_by_a_shell(tmp_path: Path) -> None:
    trap = tmp_path / "x"
    out = tmp_path / "out"
    argv = program(tmp_path, f"open({str(out)!r}, 'w').write(json.dumps(sys.argv[1:]))")
    arguments = [f"$(touch {trap})", "`id`", "*", "~", "a b"]
    assert isinstance(await run([*argv, *arguments]), Sent)
    assert json.loads(out.read_text()) == arguments


async def test_D11_the_program_sees_none_of_the_daemons_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "s3cret")
    monkeypatch.setenv("LC_TIME", "C")
    monkeypatch.setenv("TZ", "UTC")
    out = tmp_path / "out"
    await run(program(tmp_path, f"open({str(out)!r}, 'w').write(json.dumps(dict(os.environ)))"))
    seen = json.loads(out.read_text())
    assert {name: seen[name] for name in seen if name.startswith("MONITOR_")} == {
        "MONITOR_MESSAGE_ID": message().id,
        "MONITOR_KIND": "alert",
        "MONITOR_WATCH": "brics",
    }
    assert (seen["LC_TIME"], seen["TZ"], seen["PATH"]) == ("C", "UTC", os.environ["PATH"])
    assert "s3cret" not in seen.values()


@pytest.mark.parametrize(
    ("code", "permanent"), [(1, False), (2, False), (65, True), (69, False), (75, False), (127, False)]
)
async def test_D06_the_exit_code_says_whether_trying_again_can_help(code: int, permanent: bool) -> None:
    result = await run(shell(f"echo >&2; echo 'no \033[31mluck' >&2; echo more >&2; exit {code}"))
    assert isinstance(result, SendFailed)
    assert (result.permanent, result.unreachable, result.ambiguous) == (permanent, False, False)
    assert result.detail == f"/bin/sh: exit code {code}: no [31mluck"


async def test_a_program_that_a_signal_ended_is_tried_again() -> None:
    result = await run(shell("kill -9 $$"))
    assert isinstance(result, SendFailed)
    assert "ended by signal 9" in result.detail
    assert not result.permanent


@pytest.mark.parametrize("name", ["/no/such/program", "no-such-program-here", "/etc/passwd", "/", "a\0b"])
async def test_a_program_that_cannot_be_run_is_an_unreachable_channel(name: str) -> None:
    result = await run([name])
    assert isinstance(result, SendFailed)
    assert result.unreachable
    assert "cannot be run" in result.detail


async def test_more_output_than_is_kept_does_not_stop_the_program() -> None:
    result = await run(shell("yes | head -c 3000000; yes no | head -c 3000000 >&2; exit 3"))
    assert isinstance(result, SendFailed)
    assert result.detail == "/bin/sh: exit code 3: no"


async def test_a_program_need_not_read_what_it_is_given() -> None:
    assert isinstance(await run(shell("exit 0"), message(story("x" * 2_000_000))), Sent)


async def test_what_hangs_is_killed_with_all_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    hangs = shell(f"sleep {PATIENCE} & echo $! $$ > {pids}; echo waiting >&2; wait")
    for seconds in MORE_AND_MORE_TIME:
        result = await run(hangs, patience=seconds)
        assert isinstance(result, SendFailed)
        if result.detail.endswith("waiting"):
            break
    assert (result.ambiguous, result.permanent, result.unreachable) == (True, False, False)
    assert result.detail == f"/bin/sh was killed after {seconds:g} s: waiting"
    await until(lambda: not any(is_alive(int(pid)) for pid in pids.read_text().split()), what="the end of all")


async def test_a_cancelled_send_kills_the_program_with_all_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    task = asyncio.create_task(run(shell(f"sleep {PATIENCE} & echo $! $$ > {pids}; wait")))
    await until(lambda: pids.exists() and pids.read_text(), what="the program's start")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not any(is_alive(int(pid)) for pid in pids.read_text().split()), what="the end of all")


async def test_a_send_cancelled_while_the_program_starts_leaves_nothing_behind(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    pids.touch()
    for turns in range(20):
        task = asyncio.create_task(run(shell(f"echo $$ >> {pids}; sleep {PATIENCE} & echo $! >> {pids}; wait")))
        for _ in range(turns):
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await until(lambda: not any(is_alive(int(pid)) for pid in pids.read_text().split()), what="the end of all")


async def test_a_child_left_behind_with_the_streams_open_delays_nobody(tmp_path: Path) -> None:
    left = tmp_path / "left"
    assert await run(shell(f"sleep {PATIENCE} & echo $! > {left}; echo taken")) == Sent("taken")
    pid = int(left.read_text())
    assert is_alive(pid), "the answer did not wait for it"
    os.kill(pid, signal.SIGKILL)


async def test_a_program_in_a_file_is_looked_for_beside_the_configuration(tmp_path: Path) -> None:
    tell = tmp_path / "tell.sh"
    tell.write_text('#!/bin/sh\nprintf %s "$1" > out\n', "utf-8")
    tell.chmod(0o755)
    (tmp_path / "config.toml").write_text('[alerts.command]\nrun = ["./tell.sh", "-n"]\n', "utf-8")
    (channel,) = channels_of(settings.load(tmp_path / "config.toml"))
    assert isinstance(await channel.send(message()), Sent)
    assert (tmp_path / "out").read_text() == "-n"
