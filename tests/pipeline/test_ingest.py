"""What a poll decides: pure, from old state, answer, entries and time."""

from __future__ import annotations

from dataclasses import replace

from monitor.feeds.identity import identify
from monitor.matching import Concept, Watch, compile_watches, parse_term
from monitor.model import (
    Entry,
    Feed,
    FeedId,
    FeedSpec,
    FeedState,
    Fetched,
    FetchFailed,
    Health,
    IngestPlan,
    ItemKey,
    Known,
    MatchedItem,
    NotModified,
    Outcome,
    Parsed,
    ParseFailed,
    Validators,
    WatchId,
)
from monitor.pipeline import Policy, Reading, plan_ingest
from monitor.pipeline.plan import plan_failure, plan_unchanged

NOW = 1_000_000.0
POLICY = Policy(spread=lambda: 0.0)
OLD = FeedState(
    Validators('"old"', "old date"),
    failures=2,
    last_success=900_000.0,
    last_error="x",
    baseline_at=800_000.0,
    health=Health.FAILING,
    health_since=950_000.0,
)
FEED = Feed(FeedId(7), FeedSpec("https://a.example/feed", "A", 900.0, "en"), OLD)
NEW_FEED = replace(FEED, state=FeedState())
ENGINE = compile_watches(
    [
        Watch(
            WatchId("brics"),
            "BRICS bid",
            "v1",
            all=(Concept("p", (parse_term("Pakistan"),)), Concept("b", (parse_term("BRICS"),))),
            context=(parse_term("join"),),
            context_weight=0.4,
        ),
        Watch(WatchId("any"), "Any", "v1", any=(parse_term("Pakistan"),)),
    ]
)


def answer(**fields: object) -> Fetched:
    fetched = Fetched("https://a.example/feed", 200, b"", "", Validators('"new"', ""))
    return replace(fetched, **fields)  # type: ignore[arg-type]


def entry(guid: str, title: str, published: float | None = None) -> Entry:
    return Entry(guid, f"https://a.example/{guid}", title, "", "", published)


def ingest(
    feed: Feed, *entries: Entry, known: tuple[str, ...] = (), policy: Policy = POLICY, **fields: object
) -> IngestPlan:
    document = Parsed("Title", "en-GB", entries, bool(fields.pop("complete", True)))
    remembered = {ItemKey(key): Known() for key in known}
    return plan_ingest(feed, Reading(answer(**fields), document, identify(entries), remembered), ENGINE, NOW, policy)


def outcomes(item: MatchedItem) -> dict[str, Outcome]:
    return {one.match.watch: one.outcome for one in item.matches}


def test_new_items_are_stored_and_matched_and_their_matches_wait_with_how_each_would_be_told() -> None:
    plan = ingest(FEED, entry("2", "Weather"), entry("1", "Pakistan to join BRICS"))
    assert [one.item.title for one in plan.items] == ["Pakistan to join BRICS", "Weather"]
    assert [alert.watch for alert in plan.alerts] == ["any", "brics"]
    assert outcomes(plan.items[0]) == {"any": Outcome.WAITING, "brics": Outcome.WAITING}
    assert [one.alert for one in plan.items[0].matches] == list(plan.alerts)
    assert plan.items[1].matches == ()


def test_what_happened_first_is_told_first() -> None:
    dated = ingest(FEED, entry("a", "Pakistan, day 1", 100.0), entry("b", "Pakistan, day 2", 200.0))
    undated = ingest(FEED, entry("b", "Pakistan, day 2"), entry("a", "Pakistan, day 1"))
    for plan in (dated, undated):
        assert [alert.headline for alert in plan.alerts] == ["Pakistan, day 1", "Pakistan, day 2"]


def test_known_items_are_neither_stored_nor_alerted() -> None:
    plan = ingest(FEED, entry("1", "Pakistan to join BRICS"), known=("g:1",))
    assert plan.items == ()
    assert plan.alerts == ()


def test_I01_the_first_reading_is_stored_and_matched_and_alerts_nobody() -> None:
    plan = ingest(NEW_FEED, entry("1", "Pakistan to join BRICS"))
    assert outcomes(plan.items[0]) == {"any": Outcome.BASELINE, "brics": Outcome.BASELINE}
    assert [one.alert for one in plan.items[0].matches] == [None, None]
    assert plan.alerts == ()
    assert plan.state.baseline_at == NOW


def test_the_first_reading_alerts_when_the_user_wants_it() -> None:
    plan = ingest(NEW_FEED, entry("1", "Pakistan to join BRICS"), policy=replace(POLICY, alert_baseline=True))
    assert outcomes(plan.items[0]) == {"any": Outcome.WAITING, "brics": Outcome.WAITING}
    assert len(plan.alerts) == 2


def test_E08_the_rest_of_a_first_document_that_was_cut_off_alerts_nobody_either() -> None:
    first, second = entry("1", "Pakistan to join BRICS"), entry("2", "Pakistan asks to join BRICS")
    cut = ingest(NEW_FEED, first, complete=False)
    assert cut.alerts == ()
    assert cut.state.baseline_at is None

    later = replace(NEW_FEED, state=cut.state)
    cut_again = ingest(later, first, second, known=("g:1",), complete=False)
    assert (cut_again.alerts, cut_again.state.baseline_at) == ((), None)
    whole = ingest(later, first, second, known=("g:1",))
    assert outcomes(whole.items[0]) == {"any": Outcome.BASELINE, "brics": Outcome.BASELINE}
    assert (whole.alerts, whole.state.baseline_at) == ((), NOW)


def test_E08_what_is_published_before_a_first_document_is_whole_is_told() -> None:
    first, rest = entry("1", "Pakistan to join BRICS"), entry("2", "Pakistan asks to join BRICS")
    cut = ingest(NEW_FEED, first, complete=False)
    news = entry("3", "Pakistan joins BRICS")
    plan = ingest(replace(NEW_FEED, state=cut.state), news, first, rest, known=("g:1",))
    assert {one.item.guid: outcomes(one)["brics"] for one in plan.items} == {
        "3": Outcome.WAITING,
        "2": Outcome.BASELINE,
    }
    assert plan.state.baseline_at == NOW


def test_a_feed_whose_documents_never_have_an_end_is_not_read_for_the_first_time_for_ever() -> None:
    cut = ingest(NEW_FEED, entry("1", "Pakistan to join BRICS"), complete=False)
    again = ingest(replace(NEW_FEED, state=cut.state), entry("1", "Same"), known=("g:1",), complete=False)
    assert again.state.baseline_at == NOW
    news = ingest(replace(NEW_FEED, state=again.state), entry("2", "Pakistan to join BRICS"), complete=False)
    assert len(news.alerts) == 2


def test_an_empty_first_document_is_a_baseline_too() -> None:
    assert ingest(NEW_FEED).state.baseline_at == NOW


def test_a_weak_match_waits_too_and_is_not_worth_an_alert() -> None:
    plan = ingest(FEED, entry("1", "Pakistan mentioned at BRICS summit"))
    assert outcomes(plan.items[0]) == {"brics": Outcome.WAITING, "any": Outcome.WAITING}
    bands = {one.match.watch: one.alert.band for one in plan.items[0].matches if one.alert}
    assert bands == {"brics": "digest", "any": "alert"}
    assert [alert.watch for alert in plan.alerts] == ["any"]


def test_U09_a_weak_match_of_the_first_reading_is_counted_with_the_others() -> None:
    plan = ingest(NEW_FEED, entry("1", "Pakistan mentioned at BRICS summit"))
    assert outcomes(plan.items[0]) == {"brics": Outcome.BASELINE, "any": Outcome.BASELINE}
    assert [one.alert for one in plan.items[0].matches] == [None, None]


def test_I20_I21_dates_do_not_decide_what_is_new() -> None:
    plan = ingest(
        FEED,
        entry("1", "Pakistan and BRICS join", 4_000_000_000.0),
        entry("2", "Pakistan", 0.0),
        entry("3", "Pakistan"),
    )
    assert len(plan.items) == 3
    assert all(one.item.first_seen == NOW for one in plan.items)


def test_the_same_plan_gives_alerts_of_the_same_id() -> None:
    one, two = (ingest(FEED, entry("1", "Pakistan to join BRICS")) for _ in range(2))
    assert [alert.id for alert in one.alerts] == [alert.id for alert in two.alerts]
    assert len({alert.id for alert in one.alerts}) == 2


def test_success_clears_failures_and_takes_the_new_validators() -> None:
    state = ingest(FEED).state
    assert (state.failures, state.last_error) == (0, "")
    assert state.validators == Validators('"new"', "")
    assert state.next_due == NOW + 900


def test_E08_validators_of_a_truncated_document_are_not_kept() -> None:
    assert ingest(FEED, complete=False).state.validators == Validators()


def test_E06_validators_that_the_server_no_longer_sends_are_forgotten() -> None:
    assert ingest(FEED, validators=Validators()).state.validators == Validators()


def test_E03_a_304_without_validators_keeps_the_old_ones() -> None:
    plan = plan_unchanged(FEED, NotModified(Validators()), NOW, 0.0)
    assert plan.state.validators == OLD.validators


def test_E04_a_304_with_new_validators_replaces_those_it_carries() -> None:
    plan = plan_unchanged(FEED, NotModified(Validators(etag='"newer"')), NOW, 0.0)
    assert plan.state.validators == Validators('"newer"', "old date")


def test_E18_max_age_is_a_floor_also_on_a_304() -> None:
    assert plan_unchanged(FEED, NotModified(Validators(), 7200.0), NOW, 0.0).state.next_due == NOW + 7200
    assert ingest(FEED, fresh_for=7200.0).state.next_due == NOW + 7200


def test_I15_a_failed_poll_changes_only_the_pace() -> None:
    for failure in (FetchFailed("http", "500"), ParseFailed("not-a-feed", "a web page")):
        plan = plan_failure(FEED, failure, NOW, 0.0)
        assert plan.items == ()
        kept = replace(plan.state, next_due=0, why_due=None, failures=2, last_polled=None, last_error="x")
        assert kept == OLD
        assert plan.state.failures == 3


def test_E12_a_failed_poll_waits_as_long_as_the_server_asked() -> None:
    assert plan_failure(FEED, FetchFailed("http", "429", 7200.0), NOW, 0.0).state.next_due >= NOW + 7200


def test_D27_feeds_that_could_not_be_reached_for_hours_keep_to_their_interval() -> None:
    failing = replace(FEED, state=replace(OLD, failures=40))
    for kind in ("dns", "connect"):
        assert plan_failure(failing, FetchFailed(kind, "x"), NOW, 0.0).state.next_due == NOW + 900
    assert plan_failure(failing, FetchFailed("http", "500"), NOW, 0.0).state.next_due == NOW + 6 * 3600


def test_the_language_that_the_user_wrote_wins_over_that_of_the_document() -> None:
    unnamed = replace(FEED, spec=replace(FEED.spec, language=""))
    assert ingest(FEED, entry("1", "x")).items[0].item.language == "en"
    assert ingest(unnamed, entry("1", "x")).items[0].item.language == "en-GB"


def test_E08_a_server_that_cannot_bear_the_conditions_is_asked_without_them() -> None:
    for status, kept in ((400, False), (412, False), (431, False), (500, True), (429, True)):
        plan = plan_failure(FEED, FetchFailed("http", "no", status=status), NOW, 0.0)
        assert bool(plan.state.validators.etag) == kept
    assert plan_failure(FEED, FetchFailed("protocol", "a body with a 304"), NOW, 0.0).state.validators == Validators()
