import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { invalid, isFree, isWaiting, until, withOldSnapshot } from "./waiting.ts";

const bin = fileURLToPath(new URL("../../../cli/src/bin.ts", import.meta.url));
const packages = ["core", "migrate"];

let here: World;
let directory: string;
beforeEach(async () => {
  here = await world();
  directory = await mkdtemp(join(tmpdir(), "lucent-crash-"));
  await mkdir(join(directory, "node_modules/@lucent"), { recursive: true });
  for (const name of packages) {
    const target = fileURLToPath(new URL(`../../../${name}`, import.meta.url));
    await symlink(target, join(directory, "node_modules/@lucent", name));
  }
  await writeFile(join(directory, "package.json"), '{ "type": "module" }');
});
afterEach(async () => {
  await rm(directory, { recursive: true });
  await here.end();
});

/** Writes the configuration, with an index or without. */
async function configure(title: string): Promise<void> {
  await writeFile(
    join(directory, "lucent.config.ts"),
    `import { defineConfig } from "@lucent/core";
     import { migrate } from "@lucent/migrate";
     export default defineConfig({
       collections: [{ slug: "posts", fields: { title: { type: "text"${title} } } }],
       plugins: [migrate()],
     });`,
  );
}

interface Ended {
  readonly code: unknown;
  readonly printed: string;
}

function lucentMigrate(): { stop(): void; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, ["--conditions=lucent-source", bin, "migrate"], {
    cwd: directory,
    env: { PATH: process.env["PATH"], DATABASE_URL: here.url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }
  const ended = once(child, "close").then(([code, signal]: readonly unknown[]) => ({
    code: code ?? signal,
    printed,
  }));
  return { ended, stop: () => void child.kill("SIGTERM") };
}

it("P15 lucent migrate stops at SIGTERM, leaves nothing unfinished and does not end with 0", async () => {
  await configure("");
  expect(await lucentMigrate().ended).toMatchObject({ code: 0 });
  await here.sql(
    "insert into posts (id, title) select gen_random_uuid(), 'n' || n from generate_series(1, 10500) n",
  );
  await here.sql("analyze posts");
  await configure(", index: true");
  const ended = await withOldSnapshot(here.url, async () => {
    const running = lucentMigrate();
    await until(here, isWaiting("create index concurrently"));
    expect(await here.sql(invalid)).toEqual([[1]]);
    running.stop();
    return running.ended;
  });
  expect(ended).toEqual({ code: 1, printed: expect.stringContaining("Stopped at") });
  expect(await here.sql(invalid)).toEqual([[0]]);
  expect(await here.sql(isFree)).toEqual([[true]]);
  expect(await lucentMigrate().ended).toMatchObject({ code: 0 });
  expect(await here.sql("select count(*)::int from pg_index where indrelid = 'posts'::regclass")).toEqual([
    [2],
  ]);
});
