import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { filledDatabase } from "./guide.ts";

const folder = join(import.meta.dirname, "..");

let database: Awaited<ReturnType<typeof filledDatabase>>;
beforeAll(async () => {
  database = await filledDatabase();
});
afterAll(() => database.drop());

interface Program {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** What it wrote to both streams. */
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

/** Starts a script of the example on the runtime that runs this test. */
function program(script: string, environment: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(process.execPath, ["--conditions=lucent-source", join("src", script)], {
    cwd: folder,
    env: { PATH: process.env.PATH, DATABASE_URL: database.url, PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (output += String(part)));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  return { child, output: () => output, ended };
}

async function urlOf({ output, ended }: Program): Promise<string> {
  let over = false;
  void ended.then(() => (over = true));
  for (;;) {
    const url = /is at (\S+)\. Try/.exec(output())?.[1];
    if (url !== undefined) return url;
    if (over) throw new TypeError(`the server ended: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Sends a message, and resets the connection once the server has said something or hung up. */
async function cutAfter({ hostname, port }: URL, message: string): Promise<void> {
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.write(message);
  await Promise.race([once(socket, "data"), once(socket, "close")]);
  socket.resetAndDestroy();
}

describe("the server", () => {
  // Elysia reads the text of a handler, and here it is what the runtime itself makes of the TypeScript.
  test("answers a problem with its status and headers", async () => {
    const server = program("server.ts");
    const response = await fetch(`${await urlOf(server)}/api/nowhere`);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("x-request-id")).not.toBeNull();
    server.child.kill("SIGTERM");
    await server.ended;
  });

  // On Node both once ended the process: Elysia reads the URL before any hook, and nobody listened to a lost upgrade.
  test.each([
    ["a Host that is no URL", "GET /?' HTTP/1.1\r\nHost: a:99999\r\n\r\n"],
    [
      "an upgrade that is cut",
      "GET /api/cities HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    ],
  ])("lives on after %s", async (_, message) => {
    const server = program("server.ts");
    const url = await urlOf(server);
    for (let round = 0; round < 5; round += 1) await cutAfter(new URL(url), message);
    expect((await fetch(`${url}/hello`)).status).toBe(200);
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("answers, and ends with 0 at %s", async (signal) => {
    const server = program("server.ts");
    const url = await urlOf(server);
    expect((await fetch(`${url}/api/health/ready`)).status).toBe(200);
    server.child.kill(signal);
    expect(await server.ended).toBe(0);
    expect(server.output()).not.toContain("    at ");
  });

  test("says in one line that the port is taken", async () => {
    const other = await occupied();
    const address = other.address();
    const port = typeof address === "object" && address !== null ? String(address.port) : "";
    const server = program("server.ts", { PORT: port });
    expect(await server.ended).toBe(1);
    expect(lines(server)).toEqual([
      `Can't listen on 127.0.0.1, port ${port}: another program does; set PORT to a free one.`,
    ]);
    other.close();
  });

  test("does not share its port with a second one", async () => {
    const first = program("server.ts");
    const { port } = new URL(await urlOf(first));
    const second = program("server.ts", { PORT: port });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain("another program does");
    first.child.kill("SIGTERM");
    expect(await first.ended).toBe(0);
  });

  test.each([
    [{ PORT: "http" }, "PORT must be a whole number from 0 to 65535."],
    [{ DATABASE_URL: undefined }, "Set DATABASE_URL (or database.url) to a Postgres connection string."],
  ])("says in one line what is wrong with %j", async (environment, line) => {
    const server = program("server.ts", environment);
    expect(await server.ended).toBe(1);
    expect(lines(server)).toEqual([line]);
  });
});

test("a load of a full guide does nothing and says nothing", async () => {
  const load = program("load.ts");
  expect(await load.ended).toBe(0);
  expect(lines(load)).toEqual([]);
});

/** The output without Lucent's own log. */
function lines({ output }: Program): readonly string[] {
  return output()
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("{"));
}

async function occupied(): Promise<Server> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
