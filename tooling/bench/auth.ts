import { execFile } from "node:child_process";
import { promisify } from "node:util";

import autocannon, { type Request } from "autocannon";
import postgres from "postgres";

import { startPostgres } from "../services/postgres.ts";
import { type Runtime, runtimes, serve, type Served, type Server } from "./auth-server.ts";
import { elsewhere, onOwnCore } from "./cores.ts";
import { median, print } from "./measure.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const seconds = Number(process.env["BENCH_SECONDS"] ?? 4);
const warmUpSeconds = 6;
const accounts = 200;
const password = "correct horse battery staple";

// Every request comes from another client, so that what is measured is not the limits of addresses.
let client = 0;
function address(): string {
  client += 1;
  return `10.${(client >> 16) % 256}.${(client >> 8) % 256}.${client % 256}`;
}

function login(at: number): Request {
  const headers = { "content-type": "application/json" };
  return {
    method: "POST",
    path: "/api/users/login",
    headers,
    body: JSON.stringify({ email: `user${at}@example.com`, password }),
    setupRequest: (request) => ({ ...request, headers: { ...headers, "x-forwarded-for": address() } }),
  };
}

async function post(url: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": address() },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new TypeError(`${url} answered ${answer.status}`);
  const json: unknown = await answer.json();
  return typeof json === "object" && json !== null ? { ...json } : {};
}

/** What was answered in a second, all of it as expected. */
async function load(url: string, requests: readonly Request[], asked: Load): Promise<number> {
  const result = await autocannon({
    url,
    connections: asked.connections,
    duration: asked.seconds ?? seconds,
    requests,
  });
  const bad = result.errors + result.timeouts + (asked.mayRefuse === true ? 0 : result.non2xx);
  if (bad > 0) throw new TypeError(`${bad} of the answers were not as they should be`);
  return (result.requests.total - result.non2xx) / (asked.seconds ?? seconds);
}

interface Load {
  readonly connections: number;
  readonly seconds?: number;
  /** Whether 503 is an answer too. */
  readonly mayRefuse?: boolean;
}

async function limitOf(runtime: Runtime): Promise<number> {
  const script = new URL("./auth-limit.ts", import.meta.url).pathname;
  const [program = "", ...args] = onOwnCore([...runtimes[runtime], script, String(seconds)]);
  const { stdout } = await promisify(execFile)(program, args);
  return Number(stdout);
}

/** Sign-ins, ours and by hand, against what the same core can hash, in turn. */
async function logins(runtime: Runtime, ours: Server, byHand: Server): Promise<void> {
  const requests = Array.from({ length: accounts }, (_, at) => login(at));
  const cases = [
    ["lucent", ours],
    ["by hand", byHand],
  ] as const;
  const found = new Map<string, number[]>(cases.map(([name]) => [name, []]));
  for (const [, { url }] of cases) await load(url, requests, { connections: 8, seconds: warmUpSeconds });
  const possible: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    possible.push(await limitOf(runtime));
    for (const [name, { url }] of round % 2 === 0 ? cases : cases.toReversed()) {
      found.get(name)?.push(await load(url, requests, { connections: 8 }));
    }
  }
  const limit = median(possible);
  for (const [name] of cases) {
    const speed = median(found.get(name) ?? []);
    print(
      `${runtime} sign-ins, ${name}: ratio ${(speed / limit).toFixed(2)} of the argon2 limit — ${speed.toFixed(1)}/s of ${limit.toFixed(1)}/s`,
    );
  }
  const { url } = ours;
  await (await fetch(`${url}/loop-delay`)).text();
  await load(url, requests, { connections: 200, mayRefuse: true });
  const delay: unknown = await (await fetch(`${url}/loop-delay`)).json();
  print(`${runtime} event loop in a storm of 200 sign-ins at once, ms late: ${JSON.stringify(delay)}`);
}

/** The same read by nobody and by somebody, in turn. */
async function reads(
  runtime: Runtime,
  servers: readonly [Server, Server],
  ids: readonly string[],
): Promise<void> {
  const [plain, cached] = servers;
  const as = (headers: Readonly<Record<string, string>>): readonly Request[] =>
    ids.map((id) => ({ method: "GET", path: `/api/notes/${id}`, headers }));
  const ask = { email: "user0@example.com", password };
  const token = async ({ url }: Server): Promise<Record<string, string>> => {
    const { accessToken } = await post(`${url}/api/users/login`, ask);
    return { authorization: `Bearer ${String(accessToken)}` };
  };
  const cases = [
    ["anonymous", plain, as({})],
    ["signed in", plain, as(await token(plain))],
    ["signed in, session.cache: 5", cached, as(await token(cached))],
  ] as const;
  const found = new Map<string, number[]>(cases.map(([name]) => [name, []]));
  for (const [, { url }, requests] of cases)
    await load(url, requests, { connections: 20, seconds: warmUpSeconds });
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { url }, requests] of round % 2 === 0 ? cases : cases.toReversed()) {
      found.get(name)?.push(await load(url, requests, { connections: 20 }));
    }
  }
  const anonymous = median(found.get("anonymous") ?? []);
  for (const [name] of cases) {
    const speed = median(found.get(name) ?? []);
    print(`${runtime} get-one, ${name}: costs ${(anonymous / speed).toFixed(2)}x — ${speed.toFixed(0)}/s`);
  }
}

async function prepare(url: string, databaseUrl: string): Promise<readonly string[]> {
  for (let at = 0; at < accounts; at += 1) {
    await post(`${url}/api/users/register`, { email: `user${at}@example.com`, password });
  }
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    await sql`insert into notes (id, title, body, created_at, updated_at)
      select gen_random_uuid(), 'Note ' || n, repeat('A quiet place by the river. ', 6), now(), now()
      from generate_series(1, 20000) n`;
    await sql`analyze`;
    const found = await sql`select id from notes order by random() limit 500`;
    return found.map(({ id }) => String(id));
  } finally {
    await sql.end();
  }
}

async function compare(runtime: Runtime, databaseUrl: string): Promise<void> {
  const servers: Server[] = [];
  const up = async (more: Omit<Served, "databaseUrl">): Promise<Server> => {
    const server = await serve(runtime, { databaseUrl, ...more });
    servers.push(server);
    return server;
  };
  try {
    const plain = await up({ script: "auth" });
    const cached = await up({ script: "auth", cache: 5 });
    const ids = await prepare(plain.url, databaseUrl);
    await reads(runtime, [plain, cached], ids);
    const ours = await up({ script: "auth", hasOwnCore: true });
    const byHand = await up({ script: "hand-written-auth", hasOwnCore: true });
    const sql = postgres(databaseUrl, { max: 1 });
    try {
      await elsewhere(sql, () => logins(runtime, ours, byHand));
    } finally {
      await sql.end();
    }
  } finally {
    for (const { child } of servers) child.kill("SIGKILL");
  }
}

const server = await startPostgres();
try {
  for (const runtime of ["node", "bun"] as const) {
    const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
    await sql.unsafe(`create database "bench_${runtime}"`);
    await sql.end();
    const databaseUrl = new URL(server.url);
    databaseUrl.pathname = `/bench_${runtime}`;
    await compare(runtime, databaseUrl.href);
  }
} finally {
  await server.stop();
}
