import { connect } from "node:net";

import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { wire } from "./malformed/wire.ts";
import { alice, ids } from "./security/callers.ts";
import { flood } from "./security/flood.ts";
import { expectLinear } from "./security/pace.ts";
import { searchOf, short } from "./security/parameters.ts";
import { insertPosts, nthId } from "./security/rows.ts";
import { startWorld, type World } from "./security/world.ts";

let world: World;
const id = nthId("post", 1);
const target = `/api/posts/${id}`;
const megabyte = 1_048_576;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
});

afterAll(async () => {
  await world.stop();
});

beforeEach(async () => {
  await world.reset();
  await insertPosts(world, [{ id, title: "plain", owner: ids.alice }]);
});

const query = async (body: string) => world.as(alice, "POST", "/api/posts/query", { body });
const patch = async (body: string) => world.as(alice, "PATCH", target, { body });
const nested = (open: string, core: string, close: string) => (levels: number) =>
  `${open.repeat(levels)}${core}${close.repeat(levels)}`;

const shapes = [
  ["not", nested('{"not":', "{}", "}")],
  ["or", nested('{"or":[', "{}", "]}")],
  ["and", nested('{"and":[', '{"title":"a"}', "]}")],
  ["a list", nested("[", "", "]")],
  ["an operator", nested('{"title":', '"a"', "}")],
  ["no end", nested('{"or":[', "", "")],
] as const;

test.each(shapes)("T-DOS-01 a filter of many levels of %s is refused", async (_, shape) => {
  for (const levels of [6, 100, 50_000]) {
    expect((await query(`{"where":${shape(levels)}}`)).status).toBe(400);
    if (levels <= 100) {
      const search = searchOf({ where: shape(levels) });
      expect((await world.as(alice, "GET", `/api/posts?${search}`)).status).toBe(400);
    }
  }
  await expectLinear(12_000, async (levels) => query(`{"where":${shape(levels)}}`));
});

test.each(shapes)("T-DOS-02 a body of 50,000 levels of %s is refused", async (_, shape) => {
  for (const text of [shape(50_000), `{"meta":${shape(50_000)}}`]) {
    expect(short(await patch(text))).toStrictEqual([400, "BAD_REQUEST", undefined]);
  }
  await expectLinear(12_000, async (levels) => patch(`{"meta":${shape(levels)}}`));
});

test("T-DOS-02 a body with too many keys is refused, and twice as many take twice as long", async () => {
  const wide = (keys: number) => `{${Array.from({ length: keys }, (_, at) => `"k${at}":1`).join(",")}}`;
  expect((await patch(wide(1_000_000))).status).toBe(413);
  expect((await patch(wide(80_000))).status).toBe(400);
  expect((await patch(`{"meta":${wide(2_001)}}`)).status).toBe(400);
  const refused = await patch(wide(2_000));
  expect([refused.status, refused.json.errors.length]).toStrictEqual([422, 64]);
  await expectLinear(40_000, async (keys) => patch(wide(keys)));
  await expectLinear(100_000, async (items) => patch(`{"meta":[${"1,".repeat(items)}1]}`));
});

test("T-DOS-02 a body over its limit is refused, whatever its length is said to be", async () => {
  const body = `{"body":"${"x".repeat(megabyte - 10)}"}`;
  expect(body.length).toBeGreaterThan(megabyte);
  expect((await patch(body)).status).toBe(413);
  const head = `PATCH ${target} HTTP/1.1\r\nHost: 127.0.0.1:${world.port}\r\nX-User: ${JSON.stringify(alice)}\r\nContent-Type: application/json\r\n`;
  const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  expect((await world.ask.raw(chunked, "PATCH")).status).toBe(413);
  // What stands behind the length that was said is another request, or none.
  const over = wire(world.port);
  const lying = await over.exchange(Buffer.from(`${head}Content-Length: 20\r\n\r\n${body}`), "PATCH");
  over.close();
  expect([400, undefined]).toContain(lying?.status);
  expect(await world.sql`select body from posts`).toMatchObject([{ body: null }]);
  expect((await patch('{"body":"fits"}')).status).toBe(200);
});

test.each(["chunked", "declared"])("T-DOS-03 of a %s body of 150 MB next to nothing is read", async (how) => {
  const limit = 150 * megabyte;
  const head = `POST /api/posts HTTP/1.1\r\nHost: 127.0.0.1:${world.port}\r\nX-User: ${JSON.stringify(alice)}\r\nContent-Type: application/json\r\n`;
  const bytes = Buffer.alloc(65_536, "[");
  const { status, sent } =
    how === "chunked"
      ? await flood(world.port, `${head}Transfer-Encoding: chunked\r\n\r\n`, {
          chunk: Buffer.concat([Buffer.from("10000\r\n"), bytes, Buffer.from("\r\n")]),
          limit,
        })
      : await flood(world.port, `${head}Content-Length: ${limit}\r\n\r\n`, { chunk: bytes, limit });
  expect([413, undefined]).toContain(status);
  // The limit, and what lies in buffers on both sides.
  expect(sent).toBeLessThan(24 * megabyte);
  expect((await world.as(alice, "GET", "/api/posts/count")).status).toBe(200);
});

test("T-DOS-16 two hundred stalled bodies keep nobody else waiting", async () => {
  const head = `POST /api/posts HTTP/1.1\r\nHost: 127.0.0.1:${world.port}\r\nX-User: ${JSON.stringify(alice)}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
  const sockets = Array.from({ length: 200 }, () => connect({ port: world.port, host: "127.0.0.1" }));
  await Promise.all(
    sockets.map(
      async (socket) =>
        new Promise<void>((resolve) => void socket.on("error", () => undefined).write(head, () => resolve())),
    ),
  );
  for (let round = 0; round < 10; round += 1) {
    expect((await patch(`{"views":${round}}`)).status).toBe(200);
    for (const socket of sockets) socket.write(" ");
  }
  // None of them holds a connection of the pool, which has but four.
  const [row] = await world.sql`select count(*)::int as n from pg_stat_activity
    where datname = current_database() and state like 'idle in transaction%'`;
  expect(row?.["n"]).toBe(0);
  for (const socket of sockets) socket.destroy();
  expect((await patch('{"views":1}')).status).toBe(200);
});
