"""``monitor watch remove``."""

from __future__ import annotations

from tests.support import Home, NewsServer, run_monitor


async def removed(home: Home, name: str) -> tuple[int, str, str]:
    return await run_monitor("watch", "remove", name, "--config", str(home.config))


async def test_a_watchlist_is_put_aside_and_nothing_is_lost(home: Home) -> None:
    path = home.folder / "watchlists" / "brics.toml"
    text = path.read_text()
    code, out, _ = await removed(home, "brics")
    assert code == 0
    assert "brics.toml.off" in out
    assert f"To take it back: mv {path}.off {path}" in out
    assert not path.exists()
    assert path.with_name("brics.toml.off").read_text() == text
    code, out, _ = await run_monitor("watch", "list", "--config", str(home.config))
    assert (code, "brics" in out, "pipeline" in out) == (0, False, True)

    code, out, _ = await removed(home, "brics.toml")
    assert code == 0
    assert "was ended before" in out


async def test_a_version_that_was_put_aside_earlier_is_kept(home: Home) -> None:
    folder = home.folder / "watchlists"
    (folder / "brics.toml.off").write_text("# an earlier one\n")
    assert (await removed(home, "brics"))[0] == 0
    assert (folder / "brics.toml.off.1").read_text() == "# an earlier one\n"
    assert "title" in (folder / "brics.toml.off").read_text()


async def test_a_link_that_leads_nowhere_is_put_aside_too(home: Home) -> None:
    folder = home.folder / "watchlists"
    (folder / "lost.toml").symlink_to(folder / "nowhere")
    assert (await removed(home, "lost"))[0] == 0
    assert (folder / "lost.toml.off").is_symlink()


async def test_what_there_is_not_is_not_ended(home: Home) -> None:
    for name, message in (
        ("bric", 'did you mean "brics"?'),
        ("entities", "holds the names that watchlists share"),
        ("../config", 'there is no watchlist "../config"'),
    ):
        code, _, err = await removed(home, name)
        assert code == 1
        assert message in err
    assert home.config.exists()
    assert [path.name for path in (home.folder / "watchlists").glob("*.off")] == []


async def test_a_file_that_has_vanished_is_ended_by_a_note(home: Home, news: NewsServer) -> None:
    news.publish("/feed")
    assert (await run_monitor("once", "--config", str(home.config)))[0] == 0
    path = home.folder / "watchlists" / "brics.toml"
    path.unlink()
    code, out, _ = await removed(home, "brics")
    assert code == 0
    assert "was gone already" in out
    assert path.with_name("brics.toml.off").read_text().count("\n") == 1
    code, _, err = await run_monitor("once", "--config", str(home.config))
    assert code == 0
    assert "not followed" not in err


async def test_what_follows_from_the_end_elsewhere_is_told(home: Home) -> None:
    home.extra = '[[routes]]\nwatchlists = ["brics"]\nchannels = ["console"]\n'
    home.write()
    _, out, _ = await removed(home, "brics")
    assert "name brics; mend that before the next start" in out
    _, out, _ = await removed(home, "pipeline")
    assert "this was the last watchlist" in out
