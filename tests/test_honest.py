"""The tests say what happens, and not how fast: a limit of time fails where the machine has much else to do."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CLOCKS = {"perf_counter", "perf_counter_ns", "process_time", "process_time_ns", "thread_time", "getrusage", "times"}
WAITS = {"timeout", "timeout_at", "wait_for"}


def limits_of_time(text: str) -> list[str]:
    """What in a program's text says how long something may take."""
    return [f"line {node.lineno}: {ast.unparse(node)}" for node in ast.walk(ast.parse(text)) if is_limit(node)]


def is_limit(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name("time" | "resource" | "os"), attr=name)) if name in CLOCKS:
            return True
        case ast.BinOp(ast.Call(func=ast.Attribute(attr="monotonic")), ast.Sub()):
            return True
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(name), args=[*_, ast.Constant(int() | float())]):
            return name in WAITS
        case ast.Call(func=ast.Attribute(attr="run" | "wait" | "communicate" | "wait_for"), keywords=named):
            return any(one.arg == "timeout" and isinstance(one.value, ast.Constant) for one in named)
    return False


def test_every_folder_of_tests_is_a_package() -> None:
    """Two files of one name in folders that are none are one module to pytest, which then refuses the second."""
    folders = {path.parent for path in TESTS.rglob("test_*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").is_file()]


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: str(path.relative_to(TESTS)))
def test_T01_no_test_says_how_long_anything_may_take(path: Path) -> None:
    assert not limits_of_time(path.read_text("utf-8")), (
        "count steps (tests/work.py), wait for an event (tests/support.py), or measure in bench/"
    )


@pytest.mark.parametrize(
    "text",
    [
        "assert time.process_time() - began < 2",
        "took = time.monotonic() - began",
        "async def test():\n    async with asyncio.timeout(20): pass",
        "async def test():\n    await asyncio.wait_for(task, 5)",
        "async def test():\n    await asyncio.wait_for(task, timeout=5)",
        "subprocess.run(command, timeout=60)",
        "process.wait(timeout=60)",
    ],
)
def test_limits_of_time_are_found(text: str) -> None:
    assert len(limits_of_time(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "deadline = time.monotonic() + PATIENCE",
        "left = deadline - time.monotonic()",
        "subprocess.run(command, timeout=PATIENCE)",
        "fetch(url, replace(LIMITS, timeout=0.2))",
        "news.pages['/feed'] = Page(rss(), delay=0.2)",
    ],
)
def test_patience_and_timeouts_of_the_program_are_no_limits_of_time(text: str) -> None:
    assert not limits_of_time(text)
