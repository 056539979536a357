import { randomBytes } from "node:crypto";

import { type Config, defineCollection, type Plugin, start } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { defineDataMigration } from "../src/data.ts";
import { migrate } from "../src/plugin.ts";
import { applicationOf } from "./commands/application.ts";
import { type World, world } from "./world/database.ts";

type Collections = Config["collections"];
const notes = defineCollection({ slug: "notes", fields: { title: { type: "text" } } });
const wrong = defineCollection({ slug: "notes", fields: { title: { type: "integer" } } });
const bare = defineCollection({ slug: "notes", fields: {} });
const lines: string[] = [];
const warnings: string[] = [];

let here: World;
beforeEach(async () => {
  here = await world();
  lines.length = 0;
  warnings.length = 0;
});
afterEach(() => here.end());

const config = (plugin: Plugin, collections: Collections = [notes]): Config => ({
  collections,
  database: { url: here.url },
  plugins: [plugin],
  logger: {
    info: (message) => void lines.push(message),
    warn: (message) => void warnings.push(message),
    error: (message) => void lines.push(message),
  },
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

const migrated = (...args: readonly string[]) => applicationOf(here.url, [notes]).call(...args);
const ours = (): readonly string[] => warnings.filter((line) => line.includes("title"));

describe("migrate on start", () => {
  it("creates what is missing, says so once, and serves", async () => {
    await boot(config(migrate()));
    expect(lines).toEqual(["schema migrated"]);
    await boot(config(migrate()));
    expect(lines).toEqual(["schema migrated"]);
  });

  it("does not serve on a column that waits for the end of its change of type", async () => {
    const whole = defineCollection({ slug: "notes", fields: { size: { type: "integer" } } });
    const exact = defineCollection({ slug: "notes", fields: { size: { type: "decimal" } } });
    await boot(config(migrate(), [whole]));
    await here.sql("insert into notes (id, size) values (gen_random_uuid(), 1)");
    const begun = config(migrate({ strategy: { "notes.size": "expand" } }), [exact]);
    const waits = {
      problems: [expect.stringMatching(/^"notes"\."size" keeps its old type .* lucent migrate contract/)],
    };
    await expect(boot(begun)).rejects.toMatchObject(waits);
    await expect(boot(begun)).rejects.toMatchObject(waits);
    await applicationOf(here.url, [exact]).call("contract");
    await boot(begun);
    expect(await here.sql("select size::text from notes")).toEqual([["1"]]);
  });

  it("five instances of one application start together", async () => {
    await Promise.all(Array.from({ length: 5 }, () => boot(config(migrate()))));
    expect(lines.filter((line) => line === "schema migrated")).toHaveLength(1);
  });

  it.each([
    ["by option", { onStart: "check" } as const, {}],
    ["in production", {}, production],
  ])("only checks %s: pending changes stop the boot with their list", async (_, options, environment) => {
    await here.forbidDdl();
    await expect(boot(config(migrate(options)), environment)).rejects.toMatchObject({
      name: "BootError",
      problems: expect.arrayContaining([
        expect.stringContaining("lucent migrate"),
        expect.stringContaining('create table "notes"'),
      ]),
    });
    expect(lines).toEqual([]);
  });

  it("checks an up-to-date database without a word", async () => {
    await migrated();
    await boot(config(migrate({ onStart: "check" })));
    expect(lines).toEqual([]);
  });

  it("applies in production when told to", async () => {
    await boot(config(migrate({ onStart: "apply" })), production);
    expect(lines).toEqual(["schema migrated"]);
  });

  it.each(["apply", "check"] as const)("stops the boot by name where it can't (%s)", async (onStart) => {
    await migrated();
    await here.sql("insert into notes (id, title) values (gen_random_uuid(), 'secret')");
    const failure: unknown = await boot(config(migrate({ onStart }), [wrong])).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      name: "BootError",
      problems: expect.arrayContaining([expect.stringMatching(/^CAST_FAILS notes\.title: /)]),
    });
    expect(String(failure)).not.toContain("secret");
  });

  it("does not look when it is off: core's own check answers", async () => {
    await expect(boot(config(migrate({ onStart: "off" })))).rejects.toMatchObject({
      problems: [expect.stringContaining('lacks table "notes"'), expect.anything()],
    });
  });

  it("refuses options that name no column", async () => {
    await expect(boot(config(migrate({ backfill: ["notes.tilte"] })))).rejects.toMatchObject({
      problems: [expect.stringContaining('"notes.tilte" in backfill')],
    });
  });

  it("Q09: development changes nothing where production was", async () => {
    await boot(config(migrate({ onStart: "apply" })), production);
    const more = defineCollection({
      slug: "notes",
      fields: { title: { type: "text" }, more: { type: "text" } },
    });
    const before = await here.dump();
    await expect(boot(config(migrate(), [more]))).rejects.toMatchObject({
      problems: [expect.stringMatching(/^PRODUCTION: /), expect.stringContaining("more")],
    });
    expect(await here.dump()).toEqual(before);
    // With nothing to do there is nothing to refuse, and the command is what was asked for.
    await boot(config(migrate()));
    expect(await applicationOf(here.url, [more]).call()).toMatchObject({ code: 0 });
    await boot(config(migrate(), [more]));
  });

  it("Q10: does not fill an empty database that should hold tables", async () => {
    await migrated();
    await here.sql("drop table notes");
    await expect(boot(config(migrate()))).rejects.toMatchObject({
      problems: expect.arrayContaining([expect.stringMatching(/^TABLES_MISSING /)]),
    });
    expect(await here.sql("select to_regclass('notes')::text")).toEqual([[null]]);
  });

  it("Q11: takes nothing away, and changes nothing else either", async () => {
    await migrated();
    // Empty, so that `lucent migrate` would not ask for its name.
    const added = defineCollection({ slug: "notes", fields: { added: { type: "text" } } });
    const before = await here.dump();
    const given = config(migrate({ dropOrphaned: true }), [added]);
    await expect(boot(given)).rejects.toMatchObject({
      problems: expect.arrayContaining([expect.stringMatching(/^DATA_LOSS notes\.title: /)]),
    });
    expect(await here.dump()).toEqual(before);
  });

  it.each([
    ["development", {}, 1],
    ["development", production, 0],
    ["always", production, 1],
    ["never", {}, 0],
  ] as const)("warns of what is kept: %s", async (mode, environment, times) => {
    await migrated();
    await boot(config(migrate({ warnings: mode }), [bare]), environment);
    expect(ours()).toHaveLength(times);
  });

  it("runs data migrations once, and stops a boot that only checks", async () => {
    const ran: string[] = [];
    const data = [defineDataMigration({ id: "greet", up: async () => void ran.push("greet") })];
    await migrated();
    await expect(boot(config(migrate({ data, onStart: "check" })))).rejects.toMatchObject({
      problems: expect.arrayContaining([expect.stringContaining('"greet"')]),
    });
    expect(ran).toEqual([]);
    await boot(config(migrate({ data })));
    await boot(config(migrate({ data })));
    expect(ran).toEqual(["greet"]);
  });

  it("a second phase that is to be ended stops no start", async () => {
    await migrated();
    const renamed = defineCollection({
      slug: "notes",
      fields: { name: { type: "text", previousName: "title" } },
    });
    const strategy = { "notes.name": "expand" } as const;
    const given = (onStart: "apply" | "check") => config(migrate({ onStart, strategy }), [renamed]);
    await boot(given("apply"));
    await boot(given("check"), {});
    await boot(given("apply"));
    expect(warnings.join("\n")).toContain("lucent migrate contract");
    const app = applicationOf(here.url, [renamed], { strategy });
    expect(await app.call("contract", "--check")).toMatchObject({ code: 2 });
    expect(await app.call("contract")).toMatchObject({ code: 0 });
    expect(await app.call("contract", "--check")).toMatchObject({ code: 0 });
    await boot(given("check"));
  });
});
