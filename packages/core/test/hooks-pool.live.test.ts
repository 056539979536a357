import { isLucentError } from "@lucent/core";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";
import { ofEvents as inner, ofOrders as own, trade as collections } from "./world/trade.ts";

const alice = { id: "alice" };
const moments = ["beforeCreate", "afterCreate"] as const;

let database: Prepared;
let app: Application<typeof collections>;
/** The same, over a pool of a single connection. */
let single: Application<typeof collections>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "hooks_transactions", collections);
  const config = { collections, plugins: [headerUser] };
  app = await serve({ ...config, database: { url: database.url, max: 4 } });
  single = await serve({ ...config, database: { url: database.url, max: 1 } });
});

afterAll(async () => {
  await app.stop();
  await single.stop();
  await database.drop();
});

beforeEach(async () => {
  await database.sql`truncate orders, events, plain`;
  own.play({});
  inner.play({});
  app.log.lines.length = 0;
  single.log.lines.length = 0;
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

test.each(["lucent.drizzle", "lucent.asSystem()", "services.database"])(
  "%s of the application is refused inside a hook, at once, and the pool goes on",
  async (way) => {
    for (const at of [single, app]) {
      const { engine } = at;
      const uses: Readonly<Record<string, () => Promise<unknown>>> = {
        "lucent.drizzle": async () => engine.drizzle.insert(engine.tables.plain).values({ name: "outside" }),
        "lucent.asSystem()": () => engine.asSystem().plain.create({ name: "outside" }),
        "services.database": () => engine.services.database.run({ text: "select 1", values: [] }),
      };
      for (const moment of moments) {
        own.play({ [moment]: uses[way] });
        at.log.lines.length = 0;
        const started = performance.now();
        expect(short(await order("refused", at))).toStrictEqual([500, "INTERNAL", undefined]);
        // The wait for a connection ends after two seconds; this must not have been one.
        expect(performance.now() - started).toBeLessThan(1_000);
        expect(at.log.text()).toContain("inside a transaction; use ctx.tx");
      }
      own.play({});
      expect((await order("after", at)).status).toBe(201);
      await database.sql`truncate orders, plain`;
    }
  },
);

test("hooks of many requests at once share one connection without waiting for a second one", async () => {
  own.play({
    beforeCreate: async ({ lucent, data }) => {
      await lucent.asSystem().events.create({ name: data.name });
    },
    afterCreate: async ({ tx, lucent, doc }) => {
      await tx.insert(single.engine.tables.plain).values({ name: doc.name });
      await lucent.as(alice).plain.find({ where: { name: doc.name } });
    },
    afterCommit: async ({ lucent, id }) => lucent.asSystem().orders.findById(id),
  });
  const names = Array.from({ length: 20 }, (_, at) => `order ${at}`);
  const codes = await Promise.all(
    names.map((name) => codeOf(single.engine.as(alice).orders.create({ name }))),
  );
  expect(new Set(codes)).toStrictEqual(new Set([undefined]));
  expect(await rows()).toStrictEqual({ orders: 20, events: 20, plain: 20 });
  expect(single.log.lines).toStrictEqual([]);
});

test("of two writes whose hooks lock each other's rows one is done and one is told to come again", async () => {
  const system = app.engine.asSystem();
  const ids = [(await system.plain.create({ name: "x" })).id, (await system.plain.create({ name: "y" })).id];
  const bothHold = Promise.withResolvers<void>();
  let holding = 0;
  own.play({
    afterCreate: async ({ tx, doc }) => {
      const { plain: table } = app.engine.tables;
      const [first = "", second = ""] = doc.name === "one" ? ids : ids.toReversed();
      await tx.update(table).set({ count: 1 }).where(eq(table.id, first));
      holding += 1;
      if (holding === 2) bothHold.resolve();
      await bothHold.promise;
      await tx.update(table).set({ count: 2 }).where(eq(table.id, second));
    },
  });
  const create = (name: string) => codeOf(app.engine.as(alice).orders.create({ name }));
  const codes = await Promise.all([create("one"), create("two")]);
  expect(new Set(codes)).toStrictEqual(new Set([undefined, "UNAVAILABLE"]));
  expect(await rows()).toMatchObject({ orders: 1 });
  own.play({});
  expect((await order("three")).status).toBe(201);
});
