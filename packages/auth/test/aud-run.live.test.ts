import type { AuditEventName } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { canary, sungIn, suspicionsOf } from "./world/canaries.ts";
import { type WholeRun, wholeRun } from "./world/whole-run.ts";

let run: WholeRun;
let dump: string;
const rowsOf = new Map<string, number>();
let trail: readonly (readonly unknown[])[];

beforeAll(async () => {
  run = await wholeRun();
  const { world } = run;
  const written = async (): Promise<number> =>
    Number((await world.sql("select count(*) from lucent_audit where request_id is not null"))[0]?.[0]);
  const recorded = world.audit.events.filter(({ requestId }) => requestId !== undefined).length;
  await vi.waitFor(async () => expect(await written()).toBe(recorded), 10_000);
  trail = await world.sql(
    "select event, outcome, reason, actor_type, actor_collection, actor_id, actor_session, actor_key, target, address, agent, request_id, time::text from lucent_audit",
  );
  dump = await dumpOf(world);
});
afterAll(() => run.world.stop());

/** Every row of every table, each column as text. */
async function dumpOf(world: WholeRun["world"]): Promise<string> {
  const tables = await world.sql(
    "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  );
  const texts: unknown[] = [];
  for (const [table] of tables) {
    const rows = await world.sql(`select t::text from ${String(table)} t`);
    rowsOf.set(String(table), rows.length);
    texts.push(...rows.flat());
  }
  return texts.join("\n");
}

// Whatever is added to the events has to be added here, and to the run.
const all = {
  register: true,
  login: true,
  refresh: true,
  "refresh.reuse": true,
  logout: true,
  "logout.all": true,
  "password.changed": true,
  "reset.requested": true,
  "reset.completed": true,
  "email.verified": true,
  "email.changed": true,
  "lockout.started": true,
  "lockout.ended": true,
  "account.disabled": true,
  "account.enabled": true,
  "role.changed": true,
  "key.created": true,
  "key.revoked": true,
  "key.denied": true,
  "key.exposed": true,
  "access.denied": true,
  "csrf.refused": true,
  "host.refused": true,
  "cors.refused": true,
  "limit.blocked": true,
  "secret.set": true,
  "secret.deleted": true,
  "secret.rotated": true,
  "migration.applied": true,
  "migration.dropped": true,
  "boot.insecure": true,
} as const satisfies Record<AuditEventName, true>;

describe("the audit trail", () => {
  test("T-AUD-01 every event is there after a run in which everything happened", () => {
    expect(new Set(trail.map(([event]) => event))).toStrictEqual(new Set(Object.keys(all)));
    expect(new Set(trail.filter(([event]) => event === "login").map(([, outcome]) => outcome))).toStrictEqual(
      new Set(["ok", "fail"]),
    );
  });

  test("T-AUD-01 an event says who, from where, by what request and how it ended", () => {
    const { user, key } = run.ids;
    const created = run.world.audit.events.find(({ event }) => event === "key.created");
    expect(created).toStrictEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      event: "key.created",
      outcome: "ok",
      actor: {
        type: "user",
        id: user,
        collection: "users",
        session: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      target: `key/${key}`,
      address: expect.stringMatching(/^10\./),
      requestId: expect.any(String),
    });
    const denied = run.world.audit.events.find(({ event }) => event === "key.denied");
    expect(denied?.actor).toStrictEqual({
      type: "key",
      id: user,
      collection: "users",
      key: run.ids.publicId,
    });
  });

  test("T-AUD-01 a new role is told with what it is, and what is no role is not", () => {
    const changes = run.world.audit.events.filter(({ event }) => event === "role.changed");
    expect(changes).toStrictEqual([
      {
        time: expect.any(String),
        event: "role.changed",
        outcome: "ok",
        reason: 'role="editor"',
        target: `users/${run.ids.user}`,
        requestId: expect.any(String),
      },
    ]);
  });

  test("T-AUD-01 however often somebody comes back too early, the lockout has begun once", () => {
    const started = run.world.audit.events.filter(({ event }) => event === "lockout.started");
    expect(started).toHaveLength(1);
  });

  test("T-AUD-01 the scanner finds nothing that looks like a secret, in the log or in the trail", () => {
    const lines = run.world.log.lines.map((line) => JSON.stringify(line));
    expect(lines.length).toBeGreaterThan(70);
    expect(lines.filter((line) => line.includes('"request failed"'))).toHaveLength(1);
    for (const line of [...lines, ...trail.map((row) => JSON.stringify(row))]) {
      expect(suspicionsOf(line), line).toStrictEqual([]);
    }
  });

  test("T-AUD-01 somebody without an account is told apart by a digest, never by the address", () => {
    const unknown = run.world.audit.events.filter(({ reason }) => reason === "unknown");
    expect(unknown.map(({ target }) => target)).toStrictEqual([expect.stringMatching(/^email:[\w-]{22}$/)]);
    const known = [canary("stranger", run.stranger)];
    for (const place of [dump, run.world.log.text(), ...run.answers.map((answer) => answer.text)]) {
      expect(sungIn(place, known)).toStrictEqual([]);
    }
  });
});

describe("secret canaries", () => {
  test("S9 the run had secrets of every kind, and the search finds each form of one", () => {
    const names = new Set([...run.canaries, ...run.mailed].map(({ name }) => name));
    expect([...names]).toEqual(
      expect.arrayContaining([
        "session",
        "jwt",
        "vault",
        "stored",
        "password",
        "accessToken of users/register",
        "refreshToken of users/refresh",
        "cookie of users/login",
        "key of users/api-keys",
        "secret of the key",
        "token for verify-email",
        "token for reset-password",
        "token for confirm-email",
      ]),
    );
    const secret = "c2VjcmV0-c2VjcmV0_c2VjcmV0";
    const hidden = [canary("it", secret)];
    const inside = `before ${secret} behind`;
    const forms = [
      inside,
      Buffer.from(inside).toString("base64"),
      Buffer.from(inside).toString("base64url"),
      Buffer.from(inside).toString("hex"),
      encodeURIComponent(inside),
      `\\x${Buffer.from(secret, "base64url").toString("hex")}`,
    ];
    for (const form of forms) expect(sungIn(form, hidden), form).toStrictEqual(["it"]);
    expect(sungIn("c2VjcmV0", hidden)).toStrictEqual([]);
  });

  test("T-SESS-25 T-KEY-09 R-PW-9 no token, no key and no password is in a dump of the database", () => {
    expect(dump.length).toBeGreaterThan(5_000);
    // What is over is deleted: the tables that could hold a secret have rows that are not.
    for (const table of ["lucent_sessions", "lucent_api_keys", "lucent_tokens", "lucent_audit", "users"]) {
      expect(rowsOf.get(table), table).toBeGreaterThan(0);
    }
    expect(sungIn(dump, [...run.canaries, ...run.mailed])).toStrictEqual([]);
  });

  test("T-KEY-09 T-RST-14 R-PW-9 nor in the log, nor among the events", () => {
    const { log, audit } = run.world;
    const everything = [...run.canaries, ...run.mailed];
    expect(sungIn(log.text(), everything)).toStrictEqual([]);
    expect(sungIn(JSON.stringify(audit.events), everything)).toStrictEqual([]);
    expect(sungIn(JSON.stringify(trail), everything)).toStrictEqual([]);
  });

  test("T-KEY-09 R-PW-9 an answer holds what it hands over, and no other does", () => {
    for (const [index, { path, text }] of run.answers.entries()) {
      const others = run.canaries.filter(({ at }) => !at.includes(index));
      expect(sungIn(text, [...others, ...run.mailed]), path).toStrictEqual([]);
    }
  });

  test("T-RST-14 a mail holds its own token and nothing else that is secret", () => {
    const { mails } = run.world.mails;
    expect(mails.length).toBeGreaterThanOrEqual(5);
    for (const [index, { raw, text, html, subject }] of mails.entries()) {
      const content = [raw, text, html, subject].join("\n");
      const own = run.mailed.filter(({ mail }) => mail === index).map(({ name }) => name);
      expect(sungIn(content, [...run.canaries, ...run.mailed]), subject).toStrictEqual(own);
    }
    expect(run.mailed.map(({ mail }) => mail).toSorted((a, b) => a - b)).toHaveLength(5);
  });

  test("T-RST-14 answers around a token of a mail are kept by no cache and name no page that led there", () => {
    const pages = run.answers.filter(({ path }) => /^users\/(?:verify|reset|confirm|forgot)-/.test(path));
    expect(pages).toHaveLength(7);
    for (const { headers } of pages) {
      expect(headers).toMatchObject({ "referrer-policy": "no-referrer", "cache-control": "no-store" });
    }
  });
});
