import type { Statement } from "@lucent/core";

import type { Accounts } from "./accounts.ts";
import { iso, seconds } from "./text.ts";

/** How long sessions live, in seconds, and how many of one account. */
export interface SessionPolicy {
  /** Without any use. */
  readonly idle: number;
  /** Whatever happens. */
  readonly absolute: number;
  /** For how long the refresh token before the current one answers the current one; 0 for never. */
  readonly grace: number;
  /** Sessions of one account; the one that was idle longest makes room. */
  readonly limit: number;
}

/** What a session is made of. */
export interface SessionRow {
  readonly id: string;
  readonly userId: string;
  /** The hash that a password was found right against; `null` where its owner was recognised otherwise. */
  readonly passwordHash: string | null;
  readonly method: string;
  readonly address: string | null;
  readonly agent: string | null;
}

/** Writes the statements about the sessions of one collection's accounts. The database tells the time in all of them. */
export interface SessionStatements {
  /** Makes one, unless the account or its password has changed meanwhile. */
  start(row: SessionRow): Statement;
  /** Ends what is beyond the limit, and what is over, if the newest has begun. */
  makeRoom(userId: string, newest: string): Statement;
  /** Account as JSON text, whether the use is to be noted, age of the sign-in in seconds. */
  resolve(id: string, userId: string): Statement;
  use(id: string): Statement;
  /** Replaces the refresh token, if it is the current one. */
  rotate(id: string, counter: number): Statement;
  /** Owner, whether the token is the one before and in time, whether the account is live. Ends the session if not in time. */
  judge(id: string, counter: number): Statement;
  end(id: string): Statement;
  /** Answers a row where it is of another collection's account. */
  elsewhere(id: string): Statement;
  endPublic(userId: string, publicId: string): Statement;
  endAll(userId: string, except: string | null): Statement;
  list(userId: string, current: string | null): Statement;
}

const minute = 60;
const agentLength = 256;

// The row of a session is named by what can't be used: its id is part of its refresh token.
const publicId = "left(encode(sha256(uuid_send(s.id)), 'hex'), 16)";

/** Writes the statements about the sessions of one collection's accounts. */
export function sessionStatements(accounts: Accounts, policy: SessionPolicy): SessionStatements {
  const texts = { ...beginnings(accounts, policy), ...uses(accounts, policy), ...ends(accounts, policy) };
  return {
    start: ({ id, userId, passwordHash, method, address, agent }) => ({
      text: texts.start,
      values: [id, userId, passwordHash, method, address, agent],
    }),
    makeRoom: (userId, newest) => ({ text: texts.makeRoom, values: [userId, newest] }),
    resolve: (id, userId) => ({ text: texts.resolve, values: [id, userId], isBrief: true }),
    use: (id) => ({ text: texts.use, values: [id] }),
    rotate: (id, counter) => ({ text: texts.rotate, values: [id, counter] }),
    judge: (id, counter) => ({ text: texts.judge, values: [id, counter] }),
    end: (id) => ({ text: texts.end, values: [id] }),
    elsewhere: (id) => ({ text: texts.elsewhere, values: [id] }),
    endPublic: (userId, shown) => ({ text: texts.endPublic, values: [userId, shown] }),
    endAll: (userId, except) => ({ text: texts.endAll, values: [userId, except] }),
    list: (userId, current) => ({ text: texts.list, values: [userId, current] }),
  };
}

function isAlive({ idle }: SessionPolicy): string {
  return `(s.expires_at > now() and s.last_used_at > now() - ${seconds(idle)})`;
}

type Texts<K extends keyof SessionStatements> = Readonly<Record<K, string>>;

/**
 * The account is held until the new row is committed. Whoever changes a password changes the account first and ends the
 * sessions in a later statement, so that this one either sees the new password or is seen by that statement.
 */
function beginnings(accounts: Accounts, policy: SessionPolicy): Texts<"start" | "makeRoom"> {
  const { slug, table, isLive } = accounts;
  const alive = isAlive(policy);
  return {
    start: `with account as (
        select a."id" from ${table} a
        where a."id" = $2::uuid and ($3::text is null or a."password" = $3::text) and ${isLive}
        for share of a
      )
      insert into lucent_sessions
        (id, collection, user_id, counter, created_at, authenticated_at, last_used_at, expires_at, method, address, agent)
      select $1::uuid, ${slug}, account."id", 0, now(), now(), now(), now() + ${seconds(policy.absolute)},
        $4::text, $5::text, left($6::text, ${agentLength})
      from account
      returning id`,
    makeRoom: deleted(`select o.id from (
          select s.id, ${alive} as is_alive,
            row_number() over (order by ${alive} desc, s.last_used_at desc, s.created_at desc, s.id) as place
          from lucent_sessions s
          where s.collection = ${slug} and s.user_id = $1::uuid and s.id <> $2::uuid
        ) o
        where (o.place >= ${policy.limit.toFixed(0)} or not o.is_alive)
          and exists (select from lucent_sessions n where n.id = $2::uuid)`),
  };
}

/** Whoever deletes several rows locks them in one order, so that two of them never wait for each other. */
function deleted(ids: string): string {
  return `delete from lucent_sessions where id in (
      select l.id from lucent_sessions l where l.id in (${ids}) order by l.id for update
    ) returning id`;
}

function uses(accounts: Accounts, policy: SessionPolicy): Texts<"resolve" | "use" | "rotate" | "list"> {
  const { slug, table, document, isLive } = accounts;
  const alive = isAlive(policy);
  // A comparison that no index serves: one account may have many sessions, and the row is found by its primary key.
  const isOwn = "(s.user_id = $2::uuid) is true";
  // A session may not end for being idle between two notes of its use.
  const isStale = `s.last_used_at < now() - ${seconds(Math.min(minute, policy.idle / 2))}`;
  return {
    resolve: `select ${document}, ${isStale}, extract(epoch from now() - s.authenticated_at)::float8
      from lucent_sessions s join ${table} a on a."id" = s.user_id
      where s.id = $1::uuid and ${isOwn} and s.collection = ${slug} and ${alive} and ${isLive}`,
    use: `update lucent_sessions s set last_used_at = now()
      where s.id = $1::uuid and s.collection = ${slug} and ${isStale}`,
    rotate: `update lucent_sessions s
      set counter = s.counter + 1, rotated_at = now(), last_used_at = now()
      from ${table} a
      where s.id = $1::uuid and s.counter = $2::int and s.collection = ${slug} and ${alive}
        and a."id" = s.user_id and ${isLive}
      returning s.user_id`,
    list: `select ${publicId}, ${iso("s.created_at")}, ${iso("s.last_used_at")}, s.address, s.agent,
        coalesce(s.id = $2::uuid, false)
      from lucent_sessions s
      where s.collection = ${slug} and s.user_id = $1::uuid and ${alive}
      order by s.last_used_at desc, s.created_at desc, s.id`,
  };
}

function ends(
  accounts: Accounts,
  policy: SessionPolicy,
): Texts<"judge" | "end" | "elsewhere" | "endPublic" | "endAll"> {
  const { slug, table, isLive } = accounts;
  // Moments are rounded to milliseconds, so that the last rotation may seem to lie ahead.
  const isInTime = policy.grace === 0 ? "false" : `s.rotated_at > now() - ${seconds(policy.grace)}`;
  return {
    judge: `with found as (
        select s.id, s.user_id, (s.counter = $2::int + 1 and ${isInTime}) is true as is_previous
        from lucent_sessions s
        where s.id = $1::uuid and s.collection = ${slug} and s.counter <> $2::int and ${isAlive(policy)}
        for update
      ), ended as (
        delete from lucent_sessions s using found where s.id = found.id and not found.is_previous
      )
      select found.user_id, found.is_previous,
        exists (select from ${table} a where a."id" = found.user_id and ${isLive})
      from found`,
    end: `delete from lucent_sessions where id = $1::uuid and collection = ${slug} returning user_id`,
    elsewhere: `select 1 from lucent_sessions where id = $1::uuid and collection <> ${slug}`,
    endPublic: `delete from lucent_sessions s
      where s.collection = ${slug} and s.user_id = $1::uuid and ${publicId} = $2::text returning s.id`,
    endAll: deleted(`select s.id from lucent_sessions s
        where s.collection = ${slug} and s.user_id = $1::uuid and s.id is distinct from $2::uuid`),
  };
}
