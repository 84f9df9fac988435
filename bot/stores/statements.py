"""What PostgreSQL is asked. Each is one statement, so it is one round trip and a transaction of its own.

The parts of a statement see the database as it was before the statement; what must come after another part reads what that one
returned. A row that changed meanwhile is locked and looked at again, so of two saves with the same rev one finds nothing to do.
Times without a value are the server's: leases of several machines are then measured with one clock.
"""

from __future__ import annotations

from bot.stores.port import LEASE, REMEMBERED

LOCK = 0x70686E656F
"""Held while bytes are removed."""

OPEN = """
SELECT c.session, c.rev, c.notes, c.memo, c.touched, c.version, u.said
FROM (SELECT 1) AS here
LEFT JOIN conversations c ON c.key = $1
LEFT JOIN updates u ON u.channel = $2 AND u.id = $3::bigint"""


def _now(number: int) -> str:
    return f"coalesce(${number}::float8, extract(epoch FROM clock_timestamp())::float8)"


def _deed(first: int) -> str:
    """The rows of a deed, once ``done`` has one. Its values, from ``first`` on: time, channel, update, word, payload, owner; ``$1`` is the key."""
    now, channel, update, said, payload, owner = _now(first), *(f"${number}" for number in range(first + 1, first + 6))
    return f""",
mark AS (INSERT INTO updates (channel, id, at, said)
    SELECT {channel}::text, {update}::bigint, {now}, {said}::text FROM done WHERE {update}::bigint IS NOT NULL),
posted AS (INSERT INTO outbox (key, payload, owner, lease, tries, at)
    SELECT $1, {payload}::text, CASE WHEN EXISTS (SELECT FROM outbox WHERE key = $1) THEN NULL ELSE {owner}::text END, {now} + {LEASE}, 0, {now}
    FROM done WHERE {payload}::text IS NOT NULL RETURNING id, owner)
SELECT done.memo, posted.id, posted.owner FROM done LEFT JOIN posted ON true"""


ADD = f"""
WITH done AS (INSERT INTO conversations (key, rev, version, session, notes, touched, memo) VALUES ($1, 1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING RETURNING memo){_deed(7)}"""
CHANGE = f"""
WITH done AS (UPDATE conversations SET rev = rev + 1, version = $2, session = $3, notes = $4, touched = $5 WHERE key = $1 AND rev = $6
    RETURNING memo){_deed(7)}"""
OWED = "UPDATE traits SET value = (value::bigint + 1)::text WHERE name = 'owed'"
ERASE = f"""
WITH done AS (DELETE FROM conversations WHERE key = $1 AND rev = $2 RETURNING NULL::text AS memo),
owed AS ({OWED} AND EXISTS (SELECT FROM done)){_deed(3)}"""
ERASE_NOTHING = f"""
WITH done AS (SELECT NULL::text AS memo WHERE $2 = 0 AND NOT EXISTS (SELECT FROM conversations WHERE key = $1)){_deed(3)}"""
SKIP = f"""
WITH done AS (SELECT (SELECT memo FROM conversations WHERE key = $1) AS memo){_deed(2)}"""

# That a message was changed need not be on the disk at once, as waiting would take as long as saving does: a server that loses its
# last half second changes it once more into what it is. But on the disk it is before the next reply of the conversation sets out,
# and so is that a new message was sent (which brings a memo): people would see an older one again.
COMPLETE = f"""
WITH gone AS (DELETE FROM outbox USING (SELECT set_config('synchronous_commit', CASE WHEN $3::text IS NULL THEN 'off' ELSE 'on' END, true)) AS how
    WHERE id = $1 AND owner = $2 RETURNING key),
kept AS (UPDATE conversations SET memo = $3 WHERE $3::text IS NOT NULL AND key = (SELECT key FROM gone)),
following AS (UPDATE outbox SET owner = $2, lease = {_now(4)} + {LEASE}
    WHERE id = (SELECT min(id) FROM outbox WHERE key = (SELECT key FROM gone) AND id <> $1) AND (owner IS NULL OR owner = $2)
    RETURNING id, key, payload, tries)
SELECT f.id, f.key, f.payload, f.tries, CASE WHEN c.key IS NULL THEN NULL ELSE coalesce($3::text, c.memo) END,
    set_config('synchronous_commit', 'on', true)
FROM following f LEFT JOIN conversations c ON c.key = f.key"""
PROGRESS = "UPDATE outbox SET payload = $1 WHERE id = $2 AND owner = $3"
CLAIM = f"""
WITH taken AS (UPDATE outbox SET owner = $1, lease = {_now(2)} + {LEASE}, tries = tries + (owner IS NOT NULL)::int
    WHERE id IN (SELECT o.id FROM outbox o
        WHERE NOT EXISTS (SELECT FROM outbox p WHERE p.key = o.key AND p.id < o.id)
        AND CASE WHEN o.owner IS NULL OR o.owner = ANY ($4::text[]) THEN true
            WHEN o.owner = $1 THEN NOT o.id = ANY ($3::bigint[])
            ELSE o.lease < {_now(2)} AND o.owner = ANY ($5::text[]) END
        ORDER BY o.id FOR UPDATE SKIP LOCKED)
    RETURNING id, key, payload, tries)
SELECT t.id, t.key, t.payload, t.tries, c.memo FROM taken t LEFT JOIN conversations c ON c.key = t.key ORDER BY t.id"""
OWNERS = "SELECT DISTINCT owner FROM outbox WHERE owner IS NOT NULL"
RELEASE = """
WITH free AS (UPDATE outbox SET owner = NULL WHERE owner = $1)
DELETE FROM workers WHERE owner = $1"""
BEAT = f"""
WITH here AS (INSERT INTO workers (owner, beat) VALUES ($1, {_now(2)}) ON CONFLICT (owner) DO UPDATE SET beat = excluded.beat RETURNING owner),
renewed AS (UPDATE outbox SET lease = {_now(2)} + {LEASE} WHERE owner = $1),
old AS (DELETE FROM workers WHERE beat < {_now(2)} - {REMEMBERED}),
told AS (INSERT INTO traits (name, value) SELECT 'held', $3 WHERE $3 <> '' ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING value),
living AS (SELECT owner FROM here UNION SELECT owner FROM workers WHERE beat > {_now(2)} - {LEASE})
SELECT owner, coalesce((SELECT value FROM told), (SELECT value FROM traits WHERE name = 'held'), '0') FROM living"""
BACKLOG = "SELECT count(*), coalesce(min(at), 0) FROM outbox"
PURGE = f"""
WITH done AS (DELETE FROM conversations WHERE touched < $1 RETURNING 1),
unsent AS (DELETE FROM outbox WHERE at < $1 RETURNING 1),
old AS (DELETE FROM updates WHERE at < {_now(2)} - {REMEMBERED}),
owed AS ({OWED} AND (EXISTS (SELECT FROM done) OR EXISTS (SELECT FROM unsent)))
SELECT count(*) FROM done"""

TRAIT = "SELECT value FROM traits WHERE name = $1"
SET_TRAIT = "UPDATE traits SET value = $2 WHERE name = $1 AND value = $3"
SIZE = "SELECT pg_total_relation_size('conversations')"
