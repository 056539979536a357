import { randomBytes } from "node:crypto";

import { type Config, defineCollection, type Plugin, start } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { migrate } from "../src/index.ts";
import { type World, world } from "./world/database.ts";

const notes = defineCollection({ slug: "notes", fields: { title: { type: "text" } } });
const changed = defineCollection({ slug: "notes", fields: { title: { type: "integer" } } });
const lines: string[] = [];
const note = (message: string): void => void lines.push(message);

let here: World;
beforeEach(async () => {
  here = await world();
  lines.length = 0;
});
afterEach(async () => {
  await here.end();
});

const config = (plugin: Plugin, collection = notes as Config["collections"][number]): Config => ({
  collections: [collection],
  database: { url: here.url },
  plugins: [plugin],
  logger: { info: note, warn: () => undefined, error: note },
});

const production = {
  NODE_ENV: "production",
  API_URL: "https://api.example.com",
  SESSION_SECRET: randomBytes(32).toString("base64"),
};

async function boot(given: Config, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const engine = await start(given, environment);
  await engine.stop();
}

describe("migrate on start", () => {
  it("creates what is missing, says so once, and serves", async () => {
    await boot(config(migrate()));
    expect(lines).toEqual(["schema migrated"]);
    await boot(config(migrate()));
    expect(lines).toEqual(["schema migrated"]);
  });

  it("five instances of one application start together", async () => {
    await Promise.all(Array.from({ length: 5 }, () => boot(config(migrate()))));
    expect(lines).toEqual(["schema migrated"]);
  });

  it.each([
    ["by option", { onStart: "check" } as const, {}],
    ["in production", {}, production],
  ])("only checks %s: pending changes stop the boot with their list", async (_, options, environment) => {
    await here.forbidDdl();
    await expect(boot(config(migrate(options)), environment)).rejects.toMatchObject({
      name: "BootError",
      problems: [expect.stringContaining("lucent migrate"), expect.stringContaining('create table "notes"')],
    });
    expect(lines).toEqual([]);
  });

  it("checks an up-to-date database without a word", async () => {
    await here.command([notes]);
    await boot(config(migrate({ onStart: "check" })));
    expect(lines).toEqual([]);
  });

  it("applies in production when told to", async () => {
    await boot(config(migrate({ onStart: "apply" })), production);
    expect(lines).toEqual(["schema migrated"]);
  });

  it.each(["apply", "check"] as const)("stops the boot by name where it can't (%s)", async (onStart) => {
    await here.command([notes]);
    await expect(boot(config(migrate({ onStart }), changed))).rejects.toMatchObject({
      name: "BootError",
      problems: [expect.stringContaining('"notes"."title"')],
    });
  });

  it("does not look when it is off: core's own check answers", async () => {
    await expect(boot(config(migrate({ onStart: "off" })))).rejects.toMatchObject({
      problems: [expect.stringContaining('lacks table "notes"'), expect.anything()],
    });
  });
});
