import { deepStrictEqual } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

import { startPostgres } from "../services/postgres.ts";
import { prepare } from "./fixture.ts";
import { measure, type Round } from "./load.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const seconds = Number(process.env["BENCH_SECONDS"] ?? 4);
// Until the compilers of both runtimes are done: the first four seconds cost up to twice the CPU time of later ones.
const warmUpSeconds = 8;
const names = ["hand-written", "hand-written-alike", "lucent"] as const;
type Name = (typeof names)[number];

const runtimes = {
  bun: [new URL("../../node_modules/.bin/bun", import.meta.url).pathname, "--conditions=lucent-source"],
  node: [process.execPath, "--conditions=lucent-source"],
} as const;

interface Server {
  readonly port: number;
  readonly pid: number;
  readonly child: ChildProcess;
}

/** All servers run for the whole comparison and are loaded in turn, so that a noisy minute hits all of them. */
async function compare(
  runtime: keyof typeof runtimes,
  databaseUrl: string,
  ids: readonly string[],
): Promise<void> {
  const servers: Record<Name, Server> = {
    "hand-written": await serve(runtime, "hand-written", databaseUrl),
    "hand-written-alike": await serve(runtime, "hand-written-alike", databaseUrl),
    lucent: await serve(runtime, "lucent", databaseUrl),
  };
  try {
    await checkAnswers(servers, ids[0] ?? "");
    await report(
      `${runtime} get-one`,
      servers,
      ids.map((id) => `/api/places/${id}`),
    );
    await report(`${runtime} list-20`, servers, ["/api/places"]);
  } finally {
    for (const name of names) servers[name].child.kill("SIGKILL");
  }
}

/** A fast wrong answer is no answer: all must give the same documents, and those that claim to be alike the same headers. */
async function checkAnswers(servers: Record<Name, Server>, id: string): Promise<void> {
  for (const path of [`/api/places/${id}`, "/api/places"]) {
    const [byHand, alike, ours] = await Promise.all(
      names.map((name) => fetch(`http://127.0.0.1:${servers[name].port}${path}`)),
    );
    if (byHand === undefined || alike === undefined || ours === undefined) throw new TypeError("no answer");
    const expected = documents(await byHand.json());
    for (const answer of [alike, ours]) deepStrictEqual(documents(await answer.json()), expected);
    deepStrictEqual(headerNames(alike), headerNames(ours));
  }
}

/** What the runtimes add by themselves to one kind of answer and not to the other does not count. */
const incidental: ReadonlySet<string> = new Set(["connection", "content-length", "date", "keep-alive"]);

function headerNames({ headers }: Response): readonly string[] {
  return [...headers.keys()].filter((name) => !incidental.has(name)).toSorted();
}

function documents(answer: unknown): unknown {
  return typeof answer === "object" && answer !== null && "data" in answer ? answer.data : answer;
}

async function report(title: string, servers: Record<Name, Server>, paths: readonly string[]): Promise<void> {
  const found: Record<Name, Round[]> = { "hand-written": [], "hand-written-alike": [], lucent: [] };
  for (const name of names)
    await measure(servers[name].port, servers[name].pid, { paths, seconds: warmUpSeconds });
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      found[name].push(await measure(servers[name].port, servers[name].pid, { paths, seconds }));
    }
  }
  const speed = (name: Name): number => median(found[name].map((each) => each.requestsPerSecond));
  const cpu = (name: Name): number => median(found[name].map((each) => each.cpuPerRequest));
  const line = names.map((name) => `${name} ${speed(name).toFixed(0)}/s ${cpu(name).toFixed(0)} µs CPU`);
  const ratios = names.slice(0, -1).map((name) => {
    const ratio = (speed("lucent") / speed(name)).toFixed(2);
    return `${ratio} of ${name} (server CPU ${(cpu("lucent") / cpu(name)).toFixed(2)}x)`;
  });
  process.stdout.write(`${title}: ${ratios.join(", ")} — ${line.join(", ")}\n`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

let nextPort = 39_100;

async function serve(runtime: keyof typeof runtimes, name: Name, databaseUrl: string): Promise<Server> {
  const [program, ...flags] = runtimes[runtime];
  nextPort += 1;
  const port = nextPort;
  const child = spawn(program, [...flags, new URL(`./servers/${name}.ts`, import.meta.url).pathname], {
    env: { ...process.env, NODE_ENV: "production", ...settings(port, databaseUrl) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  await once(child, "spawn");
  await answers(port);
  return { port, pid: child.pid ?? 0, child };
}

function settings(port: number, databaseUrl: string): Record<string, string> {
  return {
    BENCH_PORT: String(port),
    DATABASE_URL: databaseUrl,
    API_URL: `http://127.0.0.1:${port}`,
    SESSION_SECRET: Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7 + 3)).toString("base64"),
  };
}

async function answers(port: number): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    try {
      await fetch(`http://127.0.0.1:${port}/api/places?perPage=1`);
      return;
    } catch {
      await wait(100);
    }
  }
  throw new TypeError("the server did not come up");
}

const server = await startPostgres();
try {
  const ids = await prepare(server.url);
  for (const runtime of ["bun", "node"] as const) await compare(runtime, server.url, ids);
} finally {
  await server.stop();
}
