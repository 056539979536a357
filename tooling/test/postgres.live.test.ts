import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { askPostgres } from "../services/postgres-connection.ts";
import { startPostgres } from "../services/postgres.ts";

const directory = mkdtempSync(join(tmpdir(), "lucent-runner-"));
beforeAll(() => {
  // The servers of this file are its own, whatever the machine offers.
  vi.stubEnv("DATABASE_URL", "");
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

test("a server that was stopped is gone with its data", async () => {
  const server = await startPostgres();
  const { major, dataDirectory = "" } = await askPostgres(server.url);
  expect(major).toBe(18);
  await server.stop();
  await expect(askPostgres(server.url)).rejects.toThrow(/ECONNREFUSED/);
  expect(existsSync(dirname(dataDirectory))).toBe(false);
});

test("a server ends with a runner that was killed", async () => {
  const script = join(directory, "runner.ts");
  const service = join(import.meta.dirname, "../services/postgres.ts");
  writeFileSync(
    script,
    `const { startPostgres } = await import(${JSON.stringify(service)});
     console.log((await startPostgres()).url);
     setInterval(() => undefined, 1000);`,
  );
  const runner = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const [chunk] = await once(runner.stdout, "data");
  const url = String(chunk).trim();
  const { dataDirectory = "" } = await askPostgres(url);
  runner.kill("SIGKILL");
  await vi.waitFor(() => expect(existsSync(dirname(dataDirectory))).toBe(false), 10_000);
  await pause(50);
  await expect(askPostgres(url)).rejects.toThrow(/ECONNREFUSED/);
});

test("a DATABASE_URL that can't be used is an error of one line without the password", async () => {
  vi.stubEnv("DATABASE_URL", "postgres://ann:secret@127.0.0.1:1/app");
  const failure = startPostgres();
  await expect(failure).rejects.toThrow(
    /^DATABASE_URL \(postgres:\/\/ann:\*\*\*@127\.0\.0\.1:1\/app\) can't be used: nothing listens there\.$/,
  );
  vi.stubEnv("DATABASE_URL", "");
});
