import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

import autocannon, { type Request } from "autocannon";
import postgres from "postgres";

import { startPostgres } from "../services/postgres.ts";
import { apart, ownCore } from "./cores.ts";
import { median, print } from "./measure.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const seconds = Number(process.env["BENCH_SECONDS"] ?? 4);
const warmUpSeconds = 6;
const accounts = 200;
const password = "correct horse battery staple";

const runtimes = {
  bun: [new URL("../../node_modules/.bin/bun", import.meta.url).pathname, "--conditions=lucent-source"],
  node: [process.execPath, "--conditions=lucent-source"],
} as const;
type Runtime = keyof typeof runtimes;

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
}

let nextPort = 39_300;

async function serve(runtime: Runtime, databaseUrl: string, cache: number): Promise<Server> {
  const [program, ...flags] = runtimes[runtime];
  nextPort += 1;
  const url = `http://127.0.0.1:${nextPort}`;
  const secret = (step: number): string =>
    Buffer.from(Array.from({ length: 32 }, (_, at) => (at * step + 3) % 256)).toString("base64");
  const child = spawn(program, [...flags, new URL("./servers/auth.ts", import.meta.url).pathname], {
    env: {
      ...process.env,
      NODE_ENV: "production",
      BENCH_PORT: String(nextPort),
      BENCH_CACHE: String(cache),
      DATABASE_URL: databaseUrl,
      API_URL: url,
      SESSION_SECRET: secret(7),
      JWT_SECRET: secret(11),
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  await once(child, "spawn");
  await isUp(url);
  return { url, child };
}

async function isUp(url: string): Promise<void> {
  for (let left = 150; left > 0; left -= 1) {
    try {
      await fetch(`${url}/api/notes?perPage=1`);
      return;
    } catch {
      await wait(100);
    }
  }
  throw new TypeError("the server did not come up");
}

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
  const [program, ...flags] = runtimes[runtime];
  const script = new URL("./auth-limit.ts", import.meta.url).pathname;
  const all = ["--cpu-list", ownCore, program, ...flags, script, String(seconds)];
  const { stdout } = await promisify(execFile)("taskset", all);
  return Number(stdout);
}

/** Sign-ins against what the same core can hash, in turn. */
async function logins(runtime: Runtime, { url }: Server): Promise<void> {
  const requests = Array.from({ length: accounts }, (_, at) => login(at));
  await load(url, requests, { connections: 8, seconds: warmUpSeconds });
  const reached: number[] = [];
  const possible: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    possible.push(await limitOf(runtime));
    reached.push(await load(url, requests, { connections: 8 }));
  }
  const [login_, limit] = [median(reached), median(possible)];
  print(
    `${runtime} sign-ins: ratio ${(login_ / limit).toFixed(2)} of the argon2 limit — ${login_.toFixed(1)}/s of ${limit.toFixed(1)}/s`,
  );
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

const server = await startPostgres();
try {
  for (const runtime of ["node", "bun"] as const) {
    const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
    await sql.unsafe(`create database "bench_${runtime}"`);
    await sql.end();
    const databaseUrl = new URL(server.url);
    databaseUrl.pathname = `/bench_${runtime}`;
    const plain = await serve(runtime, databaseUrl.href, 0);
    const cached = await serve(runtime, databaseUrl.href, 5);
    try {
      const ids = await prepare(plain.url, databaseUrl.href);
      await reads(runtime, [plain, cached], ids);
      const own = postgres(databaseUrl.href, { max: 1 });
      try {
        await apart(plain.child.pid ?? 0, own, () => logins(runtime, plain));
      } finally {
        await own.end();
      }
    } finally {
      for (const { child } of [plain, cached]) child.kill("SIGKILL");
    }
  }
} finally {
  await server.stop();
}
