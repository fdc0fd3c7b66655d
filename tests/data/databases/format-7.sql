-- What the release with this format wrote: format-5.sql, brought up to date by it, with some of its reasons.
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'news-monitor','m001_first_format','2026-11-25 23:21:23.812749+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'news-monitor','m002_partly_delivered','2026-11-25 23:21:23.813569+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'news-monitor','m003_desk','2026-11-26 01:16:32.966632+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'news-monitor','m004_feedback_of_items','2026-11-26 09:34:53.477958+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'news-monitor','m005_health_and_revisions','2026-11-30 20:15:31.971303+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'news-monitor','m006_outlets_and_asides','2026-12-01 07:53:26.767669+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'news-monitor','m007_perhaps_told','2026-12-01 07:53:26.769220+00:00');
CREATE TABLE alerts (
    id      TEXT PRIMARY KEY,
    kind    TEXT NOT NULL,
    watch   TEXT NOT NULL,
    created REAL NOT NULL,
    payload TEXT NOT NULL                       -- the whole alert, as JSON: a retry says the same again
) STRICT, WITHOUT ROWID;
INSERT INTO "alerts" VALUES('1ad76ca7b9b03a875f98','new','w',100.0,'{"id": "1ad76ca7b9b03a875f98", "kind": "new", "created": 100.0, "headline": "В БРИКС принят Пакистан", "watch": "w", "watch_title": "Watch", "summary": "", "source": "A", "link": "https://news.example/g:1", "published": null, "first_seen": 100.0, "score": 0.9, "why": "0.90 = БРИКС (acronym, title)", "hits": [{"concept": "@brics", "alias": "БРИКС", "text": "БРИКС", "field": "title", "start": 3, "end": 8, "rule": "acronym", "quality": 1.0, "strength": 0.0}], "lines": []}');
INSERT INTO "alerts" VALUES('7407e119a3845c95d7ac','new','w',100.0,'{"id": "7407e119a3845c95d7ac", "kind": "new", "created": 100.0, "headline": "БРИКС: саммит отложен до весны", "watch": "w", "watch_title": "Watch", "summary": "", "source": "A", "link": "https://news.example/g:2", "published": null, "first_seen": 100.0, "score": 0.9, "why": "0.90 = БРИКС (acronym, title)", "hits": [{"concept": "@brics", "alias": "БРИКС", "text": "БРИКС", "field": "title", "start": 3, "end": 8, "rule": "acronym", "quality": 1.0, "strength": 0.0}], "lines": []}');
INSERT INTO "alerts" VALUES('a1','new','w',100.0,'{"id": "a1", "kind": "new", "created": 100.0, "headline": "Headline", "watch": "w", "watch_title": "", "summary": "", "source": "", "link": "", "published": null, "first_seen": null, "score": null, "why": "", "hits": [{"concept": "@brics", "alias": "БРИКС", "text": "БРИКС", "field": "title", "start": 3, "end": 8, "rule": "acronym", "quality": 1.0, "strength": 0.0}], "lines": ["x"]}');
INSERT INTO "alerts" VALUES('c3','new','w',400.0,'{"id": "c3", "kind": "new", "created": 100.0, "headline": "В БРИКС принят Пакистан", "watch": "w", "watch_title": "Watch", "summary": "", "source": "A", "link": "https://news.example/g:1", "published": null, "first_seen": 100.0, "score": 0.9, "why": "0.90 = БРИКС (acronym, title)", "hits": [{"concept": "@brics", "alias": "БРИКС", "text": "БРИКС", "field": "title", "start": 3, "end": 8, "rule": "acronym", "quality": 1.0, "strength": 0.0}], "lines": []}');
INSERT INTO "alerts" VALUES('fccece27e24d461d407b','notice','',90.0,'{"id": "fccece27e24d461d407b", "kind": "notice", "created": 90.0, "headline": "First reading of 1 feed: 4 items, 1 match already there", "watch": "", "watch_title": "", "summary": "", "source": "news-monitor", "link": "", "published": null, "first_seen": null, "score": null, "why": "", "hits": [], "lines": ["A: 1 match in 4 items", "Alerts begin with what these feeds publish from now on.", "To read the matches they already held: monitor matches --outcome baseline"]}');
CREATE TABLE "attempts" (
    id          INTEGER PRIMARY KEY,
    message_id  INTEGER NOT NULL REFERENCES messages (id),
    started     REAL NOT NULL,
    finished    REAL,
    outcome     TEXT NOT NULL DEFAULT 'begun',  -- begun, sent, failed, ambiguous
    detail      TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO "attempts" VALUES(1,1,101.0,102.0,'sent','');
INSERT INTO "attempts" VALUES(2,2,102.0,103.0,'ambiguous','timeout');
INSERT INTO "attempts" VALUES(3,2,170.0,171.0,'sent','250 taken');
INSERT INTO "attempts" VALUES(4,4,105.0,106.0,'failed','refused for good: 554 no');
INSERT INTO "attempts" VALUES(5,5,200.0,201.0,'failed','450 later');
INSERT INTO "attempts" VALUES(6,6,95.0,96.0,'sent','250 taken');
CREATE TABLE deliveries (                       -- what is to be told where; message_id once it is part of a message
    id         INTEGER PRIMARY KEY,
    alert_id   TEXT NOT NULL REFERENCES alerts (id),
    channel    TEXT NOT NULL,
    mode       TEXT NOT NULL DEFAULT 'now',     -- now, digest
    state      TEXT NOT NULL DEFAULT 'pending',
    urgent     INTEGER NOT NULL DEFAULT 0,
    created    REAL NOT NULL,
    reason     TEXT NOT NULL DEFAULT '',        -- why it waits, or why it stands in a digest
    message_id INTEGER REFERENCES messages (id),
    finished   REAL, perhaps_told INTEGER NOT NULL DEFAULT 0,
    UNIQUE (alert_id, channel, mode)
) STRICT;
INSERT INTO "deliveries" VALUES(1,'1ad76ca7b9b03a875f98','console','now','sent',0,100.0,'quiet hours until 07:00',1,102.0,0);
INSERT INTO "deliveries" VALUES(2,'1ad76ca7b9b03a875f98','email','now','sent',0,100.0,'',2,171.0,0);
INSERT INTO "deliveries" VALUES(3,'7407e119a3845c95d7ac','console','now','pending',0,100.0,'',3,NULL,0);
INSERT INTO "deliveries" VALUES(4,'7407e119a3845c95d7ac','email','now','dead',0,100.0,'',4,106.0,0);
INSERT INTO "deliveries" VALUES(5,'a1','email','now','pending',0,100.0,'',5,NULL,0);
INSERT INTO "deliveries" VALUES(6,'fccece27e24d461d407b','email','now','sent',0,90.0,'',6,96.0,0);
CREATE TABLE facts (                            -- single values about the daemon itself
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    at    REAL NOT NULL
) STRICT, WITHOUT ROWID
;
CREATE TABLE feedback (                         -- what the user says of an item for a watchlist
    item_id INTEGER NOT NULL REFERENCES items (id),
    watch   TEXT NOT NULL,
    verdict TEXT NOT NULL,                      -- relevant, irrelevant, seen
    at      REAL NOT NULL,
    PRIMARY KEY (item_id, watch)
) STRICT, WITHOUT ROWID;
INSERT INTO "feedback" VALUES(1,'w','irrelevant',300.0);
INSERT INTO "feedback" VALUES(2,'w','seen',301.0);
INSERT INTO "feedback" VALUES(5,'w','relevant',450.0);
CREATE TABLE feeds (
    id            INTEGER PRIMARY KEY,
    url           TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    active        INTEGER NOT NULL DEFAULT 1,   -- 0: no longer in config.toml; history is kept
    interval      REAL NOT NULL,
    etag          TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    next_due      REAL NOT NULL,
    claimed_until REAL NOT NULL DEFAULT 0,      -- a lease: a poll that dies is not repeated before this
    failures      INTEGER NOT NULL DEFAULT 0,
    last_polled   REAL,
    last_success  REAL,
    last_error    TEXT NOT NULL DEFAULT '',
    title         TEXT NOT NULL DEFAULT '',
    baseline_at   REAL,                         -- the first reading, which alerts nobody
    baseline_told INTEGER NOT NULL DEFAULT 0
, health TEXT NOT NULL DEFAULT 'new', health_since REAL, told_health TEXT NOT NULL DEFAULT 'healthy', told_at REAL, gap_told_at REAL, told_url TEXT NOT NULL DEFAULT '', why_due TEXT NOT NULL DEFAULT '', rhythm TEXT NOT NULL DEFAULT '', last_new REAL, gap_at REAL, site TEXT NOT NULL DEFAULT '', asked_url TEXT NOT NULL DEFAULT '', asked_host TEXT NOT NULL DEFAULT '', max_interval REAL NOT NULL DEFAULT 0, host_wait INTEGER NOT NULL DEFAULT 1, moved_to TEXT NOT NULL DEFAULT '', moved_since REAL NOT NULL DEFAULT 0, moved_polls INTEGER NOT NULL DEFAULT 0, wishes TEXT NOT NULL DEFAULT '', storms INTEGER NOT NULL DEFAULT 0, storm_at REAL, dated INTEGER NOT NULL DEFAULT 0, readdressed INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "feeds" VALUES(1,'https://a.example/f','A',1,900.0,'"e"','lm',1000.0,0.0,0,100.0,100.0,'','T',50.0,0,'healthy',100.0,'healthy',NULL,NULL,'','the feed asks for it (ttl)','',400.0,NULL,'','','a.example',0.0,1,'',0.0,0,'',0,NULL,0,0);
CREATE TABLE fuses (                            -- floods that were held, and told once
    kind    TEXT NOT NULL,                      -- watch, feed
    target  TEXT NOT NULL,
    tripped REAL NOT NULL,
    until   REAL NOT NULL,
    held    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, target)
) STRICT, WITHOUT ROWID
;
CREATE TABLE hosts (                            -- servers that asked to be left alone
    host       TEXT PRIMARY KEY,
    rest_until REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE item_keys (                        -- outlive their items, so that nothing old is ever new again
    feed_id    INTEGER NOT NULL REFERENCES feeds (id),
    key        TEXT NOT NULL,
    first_seen REAL NOT NULL, item_id INTEGER REFERENCES items (id) ON DELETE SET NULL,
    PRIMARY KEY (feed_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "item_keys" VALUES(1,'g:1',100.0,1);
INSERT INTO "item_keys" VALUES(1,'g:2',100.0,2);
INSERT INTO "item_keys" VALUES(1,'g:3',100.0,3);
INSERT INTO "item_keys" VALUES(1,'g:4',100.0,4);
INSERT INTO "item_keys" VALUES(1,'g:5',400.0,5);
CREATE TABLE items (
    id         INTEGER PRIMARY KEY,
    feed_id    INTEGER NOT NULL REFERENCES feeds (id),
    key        TEXT NOT NULL,
    guid       TEXT NOT NULL,
    link       TEXT NOT NULL,
    title      TEXT NOT NULL,
    summary    TEXT NOT NULL,
    body       TEXT NOT NULL,
    published  REAL,
    first_seen REAL NOT NULL,
    language   TEXT NOT NULL, text_key TEXT NOT NULL DEFAULT '', edits INTEGER NOT NULL DEFAULT 0, source TEXT NOT NULL DEFAULT '', asides TEXT NOT NULL DEFAULT '',
    UNIQUE (feed_id, key)
) STRICT;
INSERT INTO "items" VALUES(1,1,'g:1','g:1','https://news.example/g:1','В БРИКС принят Пакистан','','',NULL,100.0,'en','820965c42de02a915030c2a8db49e9c6',0,'','');
INSERT INTO "items" VALUES(2,1,'g:2','g:2','https://news.example/g:2','БРИКС: саммит отложен до весны','','',NULL,100.0,'en','5250071a47bafdad5030c2a8db49e9c6',0,'','');
INSERT INTO "items" VALUES(3,1,'g:3','g:3','https://news.example/g:3','БРИКС упомянут','','',NULL,100.0,'en','d74232d9ee8f1e725030c2a8db49e9c6',0,'','');
INSERT INTO "items" VALUES(4,1,'g:4','g:4','https://news.example/g:4','Старое о БРИКС','','',NULL,100.0,'en','02084c9166a9adb25030c2a8db49e9c6',0,'','');
INSERT INTO "items" VALUES(5,1,'g:5','g:5','https://news.example/g:5','Пакистан и БРИКС: новая заявка','','',NULL,400.0,'en','65d11142e41e54a05030c2a8db49e9c6',0,'','');
CREATE TABLE matches (
    id          INTEGER PRIMARY KEY,
    item_id     INTEGER NOT NULL REFERENCES items (id),
    watch       TEXT NOT NULL,
    watch_title TEXT NOT NULL,
    version     TEXT NOT NULL,
    score       REAL NOT NULL,
    band        TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    why         TEXT NOT NULL,
    explanation TEXT NOT NULL,                  -- the whole match, as JSON
    created     REAL NOT NULL, alert_id TEXT NOT NULL DEFAULT '', story TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', perhaps_told INTEGER NOT NULL DEFAULT 0,
    UNIQUE (item_id, watch)
) STRICT;
INSERT INTO "matches" VALUES(1,1,'w','Watch','v1',0.9,'alert','alerted','0.90 = БРИКС (acronym, title)','{"watch": "w", "score": 0.9, "band": "alert", "via": "all", "threshold": 0.7, "concepts": [{"concept": "@brics", "text": "БРИКС", "field": "title", "span": [3, 8], "rule": "acronym", "alias": "БРИКС", "quality": 1.0, "e": 0.0}], "proximity": null, "context": [], "vetoes": [], "masked": [], "near_misses": [], "reasons": [{"name": "evidence", "factor": 0.9, "words": ""}]}',100.0,'1ad76ca7b9b03a875f98','1ad76ca7b9b03a875f98','same title as in The Example',0);
INSERT INTO "matches" VALUES(2,2,'w','Watch','v1',0.9,'alert','alerted','0.90 = БРИКС (acronym, title)','{"watch": "w", "score": 0.9, "band": "alert", "via": "all", "threshold": 0.7, "concepts": [{"concept": "@brics", "text": "БРИКС", "field": "title", "span": [3, 8], "rule": "acronym", "alias": "БРИКС", "quality": 1.0, "e": 0.0}], "proximity": null, "context": [], "vetoes": [], "masked": [], "near_misses": [], "reasons": [{"name": "evidence", "factor": 0.9, "words": ""}]}',100.0,'7407e119a3845c95d7ac','7407e119a3845c95d7ac','the watchlist is snoozed until 2023-11-14 22:14',0);
INSERT INTO "matches" VALUES(3,3,'w','Watch','v1',0.9,'digest','digest','0.90 = БРИКС (acronym, title)','{"watch": "w", "score": 0.9, "band": "digest", "via": "all", "threshold": 0.7, "concepts": [{"concept": "@brics", "text": "БРИКС", "field": "title", "span": [3, 8], "rule": "acronym", "alias": "БРИКС", "quality": 1.0, "e": 0.0}], "proximity": null, "context": [], "vetoes": [], "masked": [], "near_misses": [], "reasons": [{"name": "evidence", "factor": 0.9, "words": ""}]}',100.0,'','','for a reason of long ago',0);
INSERT INTO "matches" VALUES(4,4,'w','Watch','v1',0.9,'alert','baseline','0.90 = БРИКС (acronym, title)','{"watch": "w", "score": 0.9, "band": "alert", "via": "all", "threshold": 0.7, "concepts": [{"concept": "@brics", "text": "БРИКС", "field": "title", "span": [3, 8], "rule": "acronym", "alias": "БРИКС", "quality": 1.0, "e": 0.0}], "proximity": null, "context": [], "vetoes": [], "masked": [], "near_misses": [], "reasons": [{"name": "evidence", "factor": 0.9, "words": ""}]}',100.0,'','','',0);
INSERT INTO "matches" VALUES(5,5,'w','Watch','v1',0.9,'alert','held','0.90 = БРИКС (acronym, title)','{"watch": "w", "score": 0.9, "band": "alert", "via": "all", "threshold": 0.7, "concepts": [{"concept": "@brics", "text": "БРИКС", "field": "title", "span": [3, 8], "rule": "acronym", "alias": "БРИКС", "quality": 1.0, "e": 0.0}], "proximity": null, "context": [], "vetoes": [], "masked": [], "near_misses": [], "reasons": [{"name": "evidence", "factor": 0.9, "words": ""}]}',400.0,'c3','c3','held: more than 20 alerts of this watchlist within an hour',0);
CREATE TABLE messages (                         -- what a channel is handed at once; never changed once made
    id           INTEGER PRIMARY KEY,
    uid          TEXT NOT NULL,
    channel      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    watch        TEXT NOT NULL,                 -- empty for what is about several, or none
    urgent       INTEGER NOT NULL,
    created      REAL NOT NULL,
    state        TEXT NOT NULL,
    attempts     INTEGER NOT NULL,
    next_attempt REAL NOT NULL,
    finished     REAL,
    detail       TEXT NOT NULL,
    partly       TEXT NOT NULL,
    payload      TEXT NOT NULL, perhaps_told INTEGER NOT NULL DEFAULT 0,
    UNIQUE (channel, uid)
) STRICT;
INSERT INTO "messages" VALUES(1,'1ad76ca7b9b03a875f98','console','alert','w',0,100.0,'sent',1,101.0,102.0,'','','{"id": "1ad76ca7b9b03a875f98", "kind": "alert", "created": 100.0, "stories": [{"alert": {"id": "1ad76ca7b9b03a875f98", "kind": "new", "created": 100.0, "headline": "В БРИКС принят Пакистан", "watch": "w", "watch_title": "Watch", "summary": "", "source": "A", "link": "https://news.example/g:1", "published": null, "first_seen": 100.0, "score": 0.9, "why": "0.90 = БРИКС (acronym, title)", "hits": [{"concept": "@brics", "alias": "БРИКС", "text": "БРИКС", "field": "title", "start": 3, "end": 8, "rule": "acronym", "quality": 1.0, "strength": 0.0}], "lines": []}, "copies": [], "remark": ""}], "late": "", "watch": "w", "watch_title": "Watch"}',0);
INSERT INTO "messages" VALUES(2,'1ad76ca7b9b03a875f98','email','alert','w',0,100.0,'sent',2,170.0,171.0,'250 taken','','{"id": "1ad76ca7b9b03a875f98", "kind": "alert", "created": 100.0, "stories": [{"alert": {"id": "1ad76ca7b9b03a875f98", "kind": "new", "created": 100.0, "headline": "В БРИКС принят Пакистан", "watch": "w", "watch_title": "Watch", "summary": "", "source": "A", "link": "https://news.example/g:1", "published": null, "first_seen": 100.0, "score": 0.9, "why": "0.90 = БРИКС (acronym, title)", "hits": [{"concept": "@brics", "alias": "БРИКС", "text": "БРИКС", "field": "title", "start": 3, "end": 8, "rule": "acronym", "quality": 1.0, "strength": 0.0}], "lines": []}, "copies": [], "remark": ""}], "late": "", "watch": "w", "watch_title": "Watch"}',0);
INSERT INTO "messages" VALUES(3,'7407e119a3845c95d7ac','console','alert','w',0,100.0,'pending',0,100.0,NULL,'','','{"id": "7407e119a3845c95d7ac", "kind": "alert", "created": 100.0, "stories": [{"alert": {"id": "7407e119a3845c95d7ac", "kind": "new", "created": 100.0, "headline": "БРИКС: саммит отложен до весны", "watch": "w", "watch_title": "Watch", "summary": "", "source": "A", "link": "https://news.example/g:2", "published": null, "first_seen": 100.0, "score": 0.9, "why": "0.90 = БРИКС (acronym, title)", "hits": [{"concept": "@brics", "alias": "БРИКС", "text": "БРИКС", "field": "title", "start": 3, "end": 8, "rule": "acronym", "quality": 1.0, "strength": 0.0}], "lines": []}, "copies": [], "remark": ""}], "late": "", "watch": "w", "watch_title": "Watch"}',0);
INSERT INTO "messages" VALUES(4,'7407e119a3845c95d7ac','email','alert','w',0,100.0,'dead',1,105.0,106.0,'refused for good: 554 no','','{"id": "7407e119a3845c95d7ac", "kind": "alert", "created": 100.0, "stories": [{"alert": {"id": "7407e119a3845c95d7ac", "kind": "new", "created": 100.0, "headline": "БРИКС: саммит отложен до весны", "watch": "w", "watch_title": "Watch", "summary": "", "source": "A", "link": "https://news.example/g:2", "published": null, "first_seen": 100.0, "score": 0.9, "why": "0.90 = БРИКС (acronym, title)", "hits": [{"concept": "@brics", "alias": "БРИКС", "text": "БРИКС", "field": "title", "start": 3, "end": 8, "rule": "acronym", "quality": 1.0, "strength": 0.0}], "lines": []}, "copies": [], "remark": ""}], "late": "", "watch": "w", "watch_title": "Watch"}',0);
INSERT INTO "messages" VALUES(5,'a1','email','alert','w',0,100.0,'pending',1,260.0,NULL,'450 later','{"owed": ["b@desk.example"], "refused": ["c@desk.example was refused: 550 никого"], "taken": true}','{"id": "a1", "kind": "alert", "created": 100.0, "stories": [{"alert": {"id": "a1", "kind": "new", "created": 100.0, "headline": "Headline", "watch": "w", "watch_title": "", "summary": "", "source": "", "link": "", "published": null, "first_seen": null, "score": null, "why": "", "hits": [{"concept": "@brics", "alias": "БРИКС", "text": "БРИКС", "field": "title", "start": 3, "end": 8, "rule": "acronym", "quality": 1.0, "strength": 0.0}], "lines": ["x"]}, "copies": [], "remark": ""}], "late": "", "watch": "w", "watch_title": ""}',0);
INSERT INTO "messages" VALUES(6,'fccece27e24d461d407b','email','notice','',0,90.0,'sent',1,95.0,96.0,'250 taken','','{"id": "fccece27e24d461d407b", "kind": "notice", "created": 90.0, "stories": [{"alert": {"id": "fccece27e24d461d407b", "kind": "notice", "created": 90.0, "headline": "First reading of 1 feed: 4 items, 1 match already there", "watch": "", "watch_title": "", "summary": "", "source": "news-monitor", "link": "", "published": null, "first_seen": null, "score": null, "why": "", "hits": [], "lines": ["A: 1 match in 4 items", "Alerts begin with what these feeds publish from now on.", "To read the matches they already held: monitor matches --outcome baseline"]}, "copies": [], "remark": ""}], "late": "", "watch": "", "watch_title": ""}',0);
CREATE TABLE quietings (                        -- snoozed watchlists and muted stories
    id      INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL,                      -- snooze, mute
    target  TEXT NOT NULL,                      -- a watchlist, or a story
    until   REAL NOT NULL,
    created REAL NOT NULL,
    ended   REAL
) STRICT;
CREATE TABLE revisions (                        -- what items said before they were edited
    id       INTEGER PRIMARY KEY,
    item_id  INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    title    TEXT NOT NULL,
    summary  TEXT NOT NULL,
    body     TEXT NOT NULL,
    text_key TEXT NOT NULL,
    replaced REAL NOT NULL,
    UNIQUE (item_id, text_key)
) STRICT
;
CREATE TABLE stories (
    id      TEXT PRIMARY KEY,                   -- the alert of its first report
    watch   TEXT NOT NULL,
    created REAL NOT NULL,
    alerted INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO "stories" VALUES('1ad76ca7b9b03a875f98','w',100.0,1);
INSERT INTO "stories" VALUES('7407e119a3845c95d7ac','w',100.0,1);
INSERT INTO "stories" VALUES('c3','w',400.0,1);
CREATE TABLE versions (                         -- since when each version of a watchlist judges what is read
    watch   TEXT NOT NULL,
    version TEXT NOT NULL,
    since   REAL NOT NULL,
    PRIMARY KEY (watch, version)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX feeds_due ON feeds (active, next_due);
CREATE INDEX items_seen ON items (first_seen);
CREATE INDEX matches_created ON matches (created);
CREATE INDEX matches_waiting ON matches (id) WHERE outcome = 'waiting';
CREATE INDEX matches_of_watch ON matches (watch, created);
CREATE INDEX matches_of_alert ON matches (alert_id);
CREATE INDEX matches_of_story ON matches (story);
CREATE INDEX messages_due ON messages (state, channel, urgent, created);
CREATE INDEX messages_made ON messages (channel, watch, created);
CREATE INDEX deliveries_open ON deliveries (channel, mode, urgent, created)
    WHERE state = 'pending' AND message_id IS NULL;
CREATE INDEX deliveries_of_message ON deliveries (message_id);
CREATE INDEX quietings_of ON quietings (kind, target);
CREATE INDEX attempts_of ON attempts (message_id);
CREATE INDEX feedback_of_watch ON feedback (watch, verdict);
CREATE INDEX items_link ON items (link);
CREATE INDEX item_keys_of ON item_keys (item_id) WHERE item_id IS NOT NULL;
CREATE INDEX items_of_feed ON items (feed_id);
CREATE INDEX matches_perhaps_told ON matches (id) WHERE perhaps_told;
CREATE INDEX messages_perhaps_told ON messages (id) WHERE perhaps_told;
CREATE INDEX deliveries_perhaps_told ON deliveries (id) WHERE perhaps_told;
COMMIT;
PRAGMA user_version = 7;
PRAGMA application_id = 1313697646;
