import { isLucentError, LucentError } from "@lucent/core";
import { sql as text } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";
import { ofEvents as inner, ofOrders as own, trade as collections } from "./world/trade.ts";

const alice = { id: "alice" };
const moments = ["beforeCreate", "afterCreate"] as const;

// oxlint-disable-next-line typescript/no-explicit-any -- what the hooks of every collection are given
type Seen = any;

let database: Prepared;
let app: Application<typeof collections>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "hooks_transactions", collections);
  app = await serve({ collections, database: { url: database.url, max: 4 }, plugins: [headerUser] });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  await database.sql`truncate orders, events, plain`;
  own.play({});
  inner.play({});
  app.log.lines.length = 0;
});

const order = (name = "a", at = app): Promise<Answered> =>
  at.ask("POST", "/api/orders", { body: { name }, user: alice });
const short = ({ status, json }: Answered) => [status, json?.code, json?.errors];
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => (isLucentError(error) ? error.code : error),
  );

async function rows(): Promise<object> {
  const [counts] = await database.sql`select
    (select count(*)::int from orders) as orders,
    (select count(*)::int from events) as events,
    (select count(*)::int from plain) as plain`;
  return { ...counts };
}

const nothing = { orders: 0, events: 0, plain: 0 };

test("ctx.tx is the transaction of the write: the same connection, and it sees the new row", async () => {
  const seen: unknown[] = [];
  const look = async ({ tx }: { readonly tx: typeof app.engine.drizzle }) => {
    const [row] = await tx
      .select({
        pid: text<number>`pg_backend_pid()`,
        id: text<string>`pg_current_xact_id()::text`,
        n: text<number>`(select count(*)::int from orders)`,
      })
      .from(text`(values (1)) one`);
    seen.push(row);
    expect(await database.sql`select count(*)::int as n from orders`).toMatchObject([{ n: 0 }]);
  };
  own.play({ beforeCreate: look, afterCreate: look });
  expect((await order()).status).toBe(201);
  const [before, after] = seen as readonly Record<string, unknown>[];
  expect(before).toMatchObject({ n: 0 });
  expect(after).toStrictEqual({ ...before, n: 1 });
  expect(await rows()).toStrictEqual({ ...nothing, orders: 1 });
});

test("what a hook writes is committed with the write, through drizzle and through Lucent", async () => {
  own.play({
    afterCreate: async ({ tx, lucent, user, doc }) => {
      await tx.insert(app.engine.tables.plain).values({ name: "drizzle" });
      await lucent.asSystem().plain.create({ name: `system of ${doc.name}` });
      await lucent.as(user).events.create({ name: "as alice" });
    },
  });
  expect((await order()).status).toBe(201);
  expect(await rows()).toStrictEqual({ orders: 1, events: 1, plain: 2 });
});

test.each([
  ["a problem", () => new LucentError("CONFLICT"), [409, "CONFLICT", undefined]],
  ["a mistake", () => new TypeError("zqx"), [500, "INTERNAL", undefined]],
])("%s thrown by a hook undoes everything, whoever wrote it", async (_, error, answer) => {
  for (const last of ["afterCreate", "nested"] as const) {
    own.play({
      beforeCreate: async ({ tx, lucent }) => {
        await tx.insert(app.engine.tables.plain).values({ name: "drizzle" });
        await lucent.asSystem().events.create({ name: "system" });
        await lucent.as(null).plain.create({ name: "anonymous" });
      },
      afterCreate: async ({ lucent }) => {
        if (last === "nested") await lucent.asSystem().events.create({ name: "second" });
        else throw error();
      },
    });
    inner.play({
      afterCreate: ({ doc }) => {
        if (doc.name === "second") throw error();
      },
    });
    expect(short(await order())).toStrictEqual(answer);
    expect(await rows()).toStrictEqual(nothing);
    expect([...own.trace, ...inner.trace].join()).not.toContain("afterCommit");
  }
});

test("a write and a delete are undone too", async () => {
  const { json } = await order();
  own.play({
    afterUpdate: () => {
      throw new LucentError("FORBIDDEN");
    },
    afterDelete: () => {
      throw new LucentError("FORBIDDEN");
    },
  });
  const target = `/api/orders/${json.id}`;
  expect((await app.ask("PATCH", target, { body: { name: "b" } })).status).toBe(403);
  expect((await app.ask("DELETE", target)).status).toBe(403);
  expect(await database.sql`select name from orders`).toMatchObject([{ name: "a" }]);
});

test("rules hold for ctx.lucent.as, and not for asSystem", async () => {
  const codes: unknown[] = [];
  own.play({
    beforeCreate: async ({ lucent }) => {
      codes.push(await codeOf(lucent.as(null).events.create({ name: "a" })));
      codes.push(await codeOf(lucent.as(alice).events.delete("018f4e1c-7a3b-7c3d-8e4f-0123456789ab")));
      codes.push(await codeOf(lucent.as(alice).events.create({ name: "a" })));
      codes.push(await codeOf(lucent.asSystem().events.create({ name: "b" })));
    },
  });
  expect((await order()).status).toBe(201);
  expect(codes).toStrictEqual(["UNAUTHENTICATED", "FORBIDDEN", undefined, undefined]);
});

test.each(["events", "plain"] as const)(
  "a write in a hook that fails and is caught leaves the outer transaction usable (%s)",
  async (slug) => {
    await app.engine.asSystem()[slug].create({ name: "taken" });
    const codes: unknown[] = [];
    own.play({
      afterCreate: async ({ lucent, tx }) => {
        const target = lucent.asSystem()[slug];
        codes.push(await codeOf(target.create({ name: "taken" })));
        codes.push(await codeOf(target.create({ name: "new" })));
        codes.push(await codeOf(target.create({ name: "taken" })));
        codes.push(await target.count());
        await tx.update(app.engine.tables.orders).set({ total: 5 });
      },
    });
    const made = await order();
    expect(made).toMatchObject({ status: 201, json: { total: 5 } });
    expect(codes).toStrictEqual(["CONFLICT", undefined, "CONFLICT", 2]);
    expect(await rows()).toMatchObject({ orders: 1, [slug]: 2 });
  },
);

test("a caught failure is undone alone, with all that its own hooks did", async () => {
  own.play({
    afterCreate: async ({ lucent }) => {
      const system = lucent.asSystem();
      await system.events.create({ name: "kept" });
      expect(await codeOf(system.events.create({ name: "undone" }))).toBe("FORBIDDEN");
    },
  });
  inner.play({
    afterCreate: async ({ doc, lucent }) => {
      await lucent.asSystem().plain.create({ name: `for ${doc.name}` });
      if (doc.name === "undone") throw new LucentError("FORBIDDEN");
    },
    afterCommit: ({ doc }) => void committed.push(doc.name),
  });
  const committed: string[] = [];
  expect((await order()).status).toBe(201);
  expect(await rows()).toStrictEqual({ orders: 1, events: 1, plain: 1 });
  expect(committed).toStrictEqual(["kept"]);
});

test("a conflict that a hook does not catch names its field where the caller may read it", async () => {
  await order("taken");
  own.play({ beforeCreate: ({ data }) => ({ ...data, name: "taken" }) });
  expect(short(await order("other"))).toStrictEqual([409, "CONFLICT", [{ path: "name", rule: "unique" }]]);
});

test("writes that a hook starts at once do not tear each other's savepoints", async () => {
  own.play({
    afterCreate: async ({ lucent }) => {
      const { plain: target, events: more } = lucent.asSystem();
      const names = ["a", "b", "a", "c", "b"];
      const codes = await Promise.all(names.map((name) => codeOf(target.create({ name }))));
      expect(codes).toStrictEqual([undefined, undefined, "CONFLICT", undefined, "CONFLICT"]);
      await Promise.all(names.slice(0, 2).map((name) => more.create({ name })));
    },
  });
  expect((await order()).status).toBe(201);
  expect(await rows()).toStrictEqual({ orders: 1, events: 2, plain: 3 });
});

test("afterCommit runs when the row is there for everyone, of nested writes too, in the order of the writes", async () => {
  const seen: unknown[] = [];
  const look = async ({ collection, doc, id, operation }: Seen) => {
    const [row] =
      await database.sql`select count(*)::int as n from ${database.sql(collection)} where id = ${id}`;
    seen.push([collection, operation, doc.name, row?.["n"]]);
  };
  own.play({
    beforeCreate: async ({ lucent }) => {
      await lucent.asSystem().events.create({ name: "nested" });
    },
    afterCreate: () => void seen.push("not committed yet"),
    afterCommit: look,
  });
  inner.play({ afterCommit: look });
  expect((await order()).status).toBe(201);
  expect(seen).toStrictEqual([
    "not committed yet",
    ["events", "create", "nested", 1],
    ["orders", "create", "a", 1],
  ]);
});

test("afterCommit may write on, outside of the transaction, and its failure changes nothing", async () => {
  own.play({
    afterCommit: async ({ lucent, doc }) => {
      await lucent.asSystem().plain.create({ name: doc.name });
      await app.engine.asSystem().events.create({ name: doc.name });
      throw new TypeError("the mail server is away");
    },
  });
  const made = await order();
  expect(made.status).toBe(201);
  expect(await rows()).toStrictEqual({ orders: 1, events: 1, plain: 1 });
  expect(app.log.lines).toMatchObject([{ level: "error", message: "afterCommit hook failed" }]);
  expect(app.log.text()).toContain("the mail server is away");
});

test("the failure of a hook's own statement is in the log without the values of the statement", async () => {
  await app.engine.asSystem().plain.create({ name: "zqx" });
  const insert = ({ tx }: { readonly tx: typeof app.engine.drizzle }) =>
    tx.insert(app.engine.tables.plain).values({ name: "zqx" });
  for (const moment of [...moments, "afterCommit"] as const) {
    app.log.lines.length = 0;
    own.play({
      [moment]: async (context: object) => insert({ tx: app.engine.drizzle, ...context }),
    });
    const answer = await order(`by ${moment}`);
    expect(answer.status).toBe(moment === "afterCommit" ? 201 : 500);
    expect(answer.text).not.toContain("zqx");
    expect(app.log.text()).toContain("duplicate key value violates unique constraint");
    expect(app.log.text()).not.toContain("zqx");
  }
});

test("a statement of ctx.tx that fails fails the write, also where the hook catches it", async () => {
  await app.engine.asSystem().plain.create({ name: "taken" });
  own.play({
    afterCreate: async ({ tx }) => {
      await tx
        .insert(app.engine.tables.plain)
        .values({ name: "taken" })
        .catch(() => undefined);
    },
  });
  expect(short(await order())).toStrictEqual([500, "INTERNAL", undefined]);
  expect(await rows()).toStrictEqual({ ...nothing, plain: 1 });
  own.play({
    afterCreate: async ({ tx }) => {
      const work: Promise<unknown> = tx.transaction((savepoint: typeof tx) =>
        savepoint.insert(app.engine.tables.plain).values({ name: "taken" }),
      );
      await expect(work).rejects.toThrow("Failed query");
      await tx.insert(app.engine.tables.plain).values({ name: "other" });
    },
  });
  expect((await order()).status).toBe(201);
  expect(await rows()).toStrictEqual({ ...nothing, orders: 1, plain: 2 });
});
