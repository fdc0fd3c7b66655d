"""Edits while the program runs: what is good goes live, what is not is told, once, and leaves the last good version in
use.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.alerts import compose
from monitor.clock import utc
from monitor.config.alerts import lost_routes
from monitor.config.settings import Config
from monitor.daemon import systemd
from monitor.daemon.app import Program, tags_of, versions_of
from monitor.daemon.reload import configuring, refusals
from monitor.daemon.reload.configuring import LiveConfig
from monitor.daemon.reload.refusals import REMARKS, Refusals, Remarking
from monitor.daemon.reload.watching import Changes, Reloaded
from monitor.errors import Problem
from monitor.matching.words.frequency import LEARNT_FROM
from monitor.model import FeedSpec, WatchId
from monitor.text.wording import counted

log = logging.getLogger("monitor.daemon")


class Reloading:
    """Watches the files that people write, and exchanges what the program works with."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._config = LiveConfig(program.config, self._lost_feeds)
        self._refused = {refusals.WATCHLISTS: Refusals(), refusals.CONFIG: Refusals()}
        self._one_at_a_time = asyncio.Lock()
        self._is_asked = False
        self._config_problems: tuple[Problem, ...] = ()
        self._new_ids: dict[str, str] = {}
        # What the database has not been told yet, because there was nothing to tell or it could not be written.
        self._wanted: Config | None = None
        self._renames: list[tuple[WatchId, WatchId]] = []
        self._noted_engine = program.watchlists.engine
        self._noted_use = (program.watchlists.engine, program.config.feeds)
        self._noted = dict.fromkeys((*self._refused, refusals.WATCHLISTS_HELD, refusals.WAITING), "")
        self._remarking = Remarking()

    async def begin(self) -> None:
        """Say what is odd about the watchlists that the program has started with."""
        async with self._one_at_a_time:
            await self._remark(self._program.config)

    async def look(self) -> None:
        """Take up edits that have settled, and tell of refusals that have stood for a while."""
        async with self._one_at_a_time:
            await self._look_at_watchlists()
            await self._look_at_config()
            await self._note()
            await self._tell()

    async def all_now(self) -> None:
        """Read everything now (SIGHUP), tell again what is refused, and tell systemd when that begins and ends. What is
        asked for while another call waits is what that one does.
        """
        if self._is_asked:
            return
        self._is_asked = True
        async with self._one_at_a_time:
            self._is_asked = False
            systemd.notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
            try:
                await self._look_at_watchlists(at_once=True)
                await self._look_at_config(at_once=True)
                await self._note()
            finally:
                systemd.notify("READY=1")

    async def learn(self) -> None:
        """What the daemon has read tells rare words from common ones."""
        program = self._program
        texts = await program.store.recent_texts(LEARNT_FROM)
        async with self._one_at_a_time:
            engine = await asyncio.to_thread(program.watchlists.learn, texts)
            if engine:
                program.polling.matcher = engine
                log.info("learnt the words of the last %s", counted(len(texts), "item"))

    # what was edited

    async def _look_at_watchlists(self, at_once: bool = False) -> None:
        program = self._program
        # In a thread: thousands of watchlists take seconds, in which feeds and alerts go on.
        reloaded = await asyncio.to_thread(program.watchlists.look, at_once)
        if reloaded:
            self._config.reconsider()
            await self._follow_watchlists(reloaded, at_once)

    async def _follow_watchlists(self, reloaded: Reloaded, at_once: bool = False) -> None:
        program = self._program
        if reloaded.engine:
            program.polling.matcher = reloaded.engine
            log.info("watchlists reloaded: %d (%s)", len(reloaded.engine.watches), reloaded.changes)
        self._renames += reloaded.renamed.items()
        self._new_ids = {old: reloaded.renamed.get(WatchId(new), new) for old, new in self._new_ids.items()}
        self._new_ids.update((old, new) for old, new in reloaded.renamed.items())
        standing, gone = self._refused[refusals.WATCHLISTS], frozenset(reloaded.gone)
        problems = (*reloaded.refused, *reloaded.gone)
        fresh = standing.update(problems, program.clock.monotonic())
        told = problems if at_once else fresh
        refused = [one for one in told if one not in gone]
        refusals.log_problems(logging.ERROR, refused)
        refusals.log_problems(logging.WARNING, [one for one in told if one in gone])
        if refused:
            log.error("watchlists not reloaded: of what is named above, the last good ones stay in use")
        if reloaded.engine:
            await self._remark(self._wanted or program.config)
        if reloaded.engine and not at_once:  # otherwise config.toml is read next
            await self._judge_config(at_once)

    async def _look_at_config(self, at_once: bool = False) -> None:
        read = await asyncio.to_thread(self._config.look, at_once)
        if read is None:
            return
        if read.config:
            changes = _changes(self._program.config.feeds, read.config.feeds)
            log.info("config.toml reloaded: %s (%s)", counted(len(read.config.feeds), "feed"), changes)
            self._wanted = read.config
            refusals.log_problems(logging.WARNING, (*read.config.warnings, *read.config.exposed))
            for section in read.sections:
                log.warning("%s has changed: it takes effect at the next start", section)
            renamed = await asyncio.to_thread(self._program.watchlists.with_feeds, read.config.feed_names)
            if renamed:
                await self._follow_watchlists(renamed, at_once)
            await self._remark(read.config)
        self._config_problems = read.problems
        await self._judge_config(at_once)

    async def _judge_config(self, at_once: bool) -> None:
        """Tell what is wrong with ``config.toml``, by itself or beside the watchlists that there are now."""
        problems = (*self._config_problems, *await asyncio.to_thread(self._lost_routes))
        fresh = self._refused[refusals.CONFIG].update(problems, self._program.clock.monotonic())
        told = problems if at_once else fresh
        refused = [one for one in told if one in self._config_problems]
        refusals.log_problems(logging.ERROR, refused)
        refusals.log_problems(logging.WARNING, [one for one in told if one not in self._config_problems])
        if refused:
            log.error("config.toml not reloaded: the version before it stays in use")

    def _lost_feeds(self, config: Config) -> list[Problem]:
        """The watchlists whose feeds would be gone with this configuration."""
        return self._program.watchlists.lost_feeds(config.feed_names, config.path)

    def _lost_routes(self) -> list[Problem]:
        """The routes that name watchlists or tags which are not there."""
        config, engine = self._config.last, self._program.watchlists.engine
        return [
            replace(problem, message=f"the next start will refuse this: {problem.message}")
            for problem in lost_routes(config.file, config.routes, tags_of(engine), self._new_ids)
        ]

    async def _remark(self, config: Config) -> None:
        """Say once what is odd about the watchlists beside this configuration. In a thread: it reads lists of words."""
        today = utc(self._program.clock.now()).date()
        problems = await asyncio.to_thread(self._program.watchlists.remarks, config.feeds, today)
        refusals.log_problems(logging.WARNING, self._remarking.update(problems))

    # what follows from it

    async def _note(self) -> None:
        """Write down what has changed. What cannot be written now is written at the next look."""
        program = self._program
        now, engine = program.clock.now(), program.watchlists.engine
        if renames := tuple(self._renames):  # before versions are noted under the new ids
            await program.store.call(lambda store: store.rename_watches(renames))
            self._renames.clear()
        if engine is not self._noted_engine:
            await program.store.note_versions(versions_of(engine), now)
            await refusals.note_live(program.store, engine, now)
            self._noted_engine = engine
        if self._wanted:
            await self._follow(self._wanted.feeds, self._wanted.polling.min_interval)
            self._wanted = None
        use = (engine, program.config.feeds)
        if use != self._noted_use:
            await program.store.set_fact(configuring.IN_USE, configuring.text_of(program.config, engine), now)
            self._noted_use = use
        facts = {fact: standing.text for fact, standing in self._refused.items()}
        facts[refusals.WATCHLISTS_HELD] = self._refused[refusals.WATCHLISTS].held
        waiting, odd = ", ".join(self._config.waiting), self._remarking.text
        for fact, text in (*facts.items(), (refusals.WAITING, waiting), (REMARKS, odd)):
            if text != self._noted.get(fact):
                await program.store.set_fact(fact, text, now)
                self._noted[fact] = text

    async def _follow(self, feeds: Sequence[FeedSpec], lease: float) -> None:
        """Poll these feeds from now on. What is known of those that stay stays: validators, and when they are due."""
        program = self._program
        # Before the database, or a new feed would be claimed while nobody knows it.
        program.poller.follow({spec.url: spec for spec in feeds}, lease)
        if tuple(feeds) != program.config.feeds:
            await program.store.sync_feeds(feeds, program.clock.now())
            program.config = replace(program.config, feeds=tuple(feeds))

    async def _tell(self) -> None:
        """One notice for each spell in which a file cannot be used, once it has stood for a while."""
        program = self._program
        for standing in self._refused.values():
            if due := standing.due(program.clock.monotonic()):
                notice = compose.refusal_notice(due, program.clock.now())
                await program.store.put_alert(notice, program.polling.policy.desk.notices)
                standing.mark_told(due)
                program.sender.wake()


def _changes(before: Iterable[FeedSpec], after: Iterable[FeedSpec]) -> Changes:
    old, new = {spec.url: spec for spec in before}, {spec.url: spec for spec in after}
    changed = [spec.name for url, spec in new.items() if old.get(url, spec) != spec]
    begun = [spec.name for url, spec in new.items() if url not in old]
    ended = [spec.name for url, spec in old.items() if url not in new]
    readdressed = set(begun) & set(ended)
    return Changes(
        changed=(*changed, *sorted(readdressed)),
        new=tuple(name for name in begun if name not in readdressed),
        ended=tuple(name for name in ended if name not in readdressed),
    )
