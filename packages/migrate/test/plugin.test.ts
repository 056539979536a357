import { BootError } from "@lucent/core";
import { describe, expect, it } from "vitest";

import { defineDataMigration } from "../src/data.ts";
import { migrate } from "../src/plugin.ts";
import { checkSettings, readSettings } from "../src/plugin/options.ts";
import { settingsOf } from "../src/plugin/settings.ts";
import { column, desiredOf, id, tableOf } from "./world/tables.ts";

const data = [defineDataMigration({ id: "fill-slugs", up: async () => undefined })];

describe("migrate", () => {
  it("is a plugin with one command", () => {
    const plugin = migrate();
    expect(plugin.name).toBe("migrate");
    expect(plugin.commands?.map(({ name }) => name)).toEqual(["migrate"]);
  });

  it.each<[object, string]>([
    [{ onStart: "yes" }, 'onStart: "apply", "check" or "off"'],
    [{ onStart: true }, "onStart"],
    [{ dropOrphaned: "yes" }, "dropOrphaned: true or false"],
    [{ dropOrphans: true }, '"dropOrphans"; it takes onStart, dropOrphaned,'],
    [{ warnings: "production" }, 'warnings: "development", "always" or "never"'],
    [{ conversions: { "posts.size": "size::integer" } }, '"posts.size" in conversions'],
    [{ conversions: [] }, "an object for conversions"],
    [{ conversions: { posts: (name: string) => name } }, 'not as "posts"'],
    [{ strategy: { "posts.size": "contract" } }, '"expand" for "posts.size"'],
    [{ strategy: "expand" }, "an object for strategy"],
    [{ backfill: "posts.size" }, "a list"],
    [{ backfill: ["posts"] }, 'not as "posts"'],
    [{ backfill: ["posts.size; drop table x"] }, "in backfill"],
    [{ data: {} }, "a list of what defineDataMigration returns"],
    [{ data: [{ id: "a" }] }, "a list of what defineDataMigration returns"],
    [{ data: [null] }, "a list of what defineDataMigration returns"],
    [{ data: [...data, ...data] }, 'Two data migrations have the id "fill-slugs"'],
    [{ data: [{ ...data[0], id: "Fill" }] }, '"Fill"'],
  ])("refuses the options %j", (options, message) => {
    const attempt = () => migrate(options);
    expect(attempt).toThrow(BootError);
    expect(attempt).toThrow(message);
  });

  it("names everything that is wrong at once", () => {
    expect(() => migrate({ onStart: "x", nope: 1, backfill: [1] } as object)).toThrow(
      expect.objectContaining({
        problems: [expect.any(String), expect.any(String), expect.any(String)],
      }),
    );
  });
});

describe("the settings", () => {
  const conversion = (name: string): string => `${name}::integer`;

  it("decide nothing that was not asked for", () => {
    const { decisions, ...rest } = readSettings({});
    expect(rest).toEqual({ onStart: undefined, warnings: "development", data: [] });
    expect([decisions.dropOrphaned, decisions.contract]).toEqual([false, false]);
    expect([decisions.drop, decisions.rewrite, decisions.backfill, decisions.expand]).toEqual([
      new Set(),
      new Set(),
      new Set(),
      new Set(),
    ]);
  });

  it("carry what was asked for", () => {
    const {
      decisions,
      onStart,
      data: read,
    } = readSettings({
      onStart: "off",
      dropOrphaned: true,
      conversions: { "posts.size": conversion },
      strategy: { "posts.title": "expand" },
      backfill: ["posts.slug"],
      data,
    });
    expect({ onStart, data: read }).toEqual({ onStart: "off", data });
    expect(decisions).toMatchObject({
      dropOrphaned: true,
      drop: new Set(),
      expand: new Set(["posts.title"]),
      backfill: new Set(["posts.slug"]),
      conversions: new Map([["posts.size", conversion]]),
    });
  });

  it("are found again by whoever has the blueprint", () => {
    const plugin = migrate({ dropOrphaned: true });
    expect(settingsOf({ plugins: [{ name: "other" }, plugin] }).decisions.dropOrphaned).toBe(true);
    expect(settingsOf({ plugins: [] }).decisions.dropOrphaned).toBe(false);
  });

  it.each([
    [{ conversions: { "posts.tilte": conversion } }, '"posts.tilte" in conversions'],
    [{ strategy: { "post.title": "expand" } as const }, '"post.title" in strategy'],
    [{ backfill: ["posts.gone"] }, '"posts.gone" in backfill'],
  ])("may only name columns that there are: %j", (options, message) => {
    const desired = desiredOf(tableOf("posts", { columns: [id, column("title")] }));
    const attempt = () => checkSettings(readSettings(options), desired);
    expect(attempt).toThrow(BootError);
    expect(attempt).toThrow(message);
  });
});
