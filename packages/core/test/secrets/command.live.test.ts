import { describe as describeConfig, type Plugin } from "@lucent/core";
import { secrets } from "@lucent/core/secrets";
import { recordingAudit } from "@lucent/core/testing";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { environmentOf, named, randomKey, type SecretsDatabase, secretsDatabase } from "./world.ts";

let database: SecretsDatabase;
const [oldKey, newKey] = [randomKey(), randomKey()];

beforeAll(async () => {
  database = await secretsDatabase(inject("databaseUrl"));
});

afterAll(() => database.drop());

interface Ran {
  readonly code: number;
  readonly out: readonly string[];
  readonly errors: readonly string[];
  readonly drawn: readonly string[];
}

/** Runs `lucent secrets` with these words and keys. */
async function command(
  words: string,
  keys: readonly string[],
  { url = database.url, plugins = [] }: { readonly url?: string; readonly plugins?: readonly Plugin[] } = {},
): Promise<Ran> {
  const blueprint = describeConfig({ collections: [], database: { url }, plugins: [secrets(), ...plugins] });
  const [each] = blueprint.plugins.flatMap(({ commands }) => commands ?? []);
  if (each === undefined) throw new TypeError("there is no command");
  const ran = { out: [] as string[], errors: [] as string[], drawn: [] as string[] };
  const code = await each.run({
    blueprint,
    arguments: words.split(" ").filter((word) => word !== ""),
    signal: new AbortController().signal,
    environment: environmentOf(keys),
    progress: (line) => void ran.drawn.push(line),
    print: (line) => void ran.out.push(line),
    printError: (line) => void ran.errors.push(line),
  });
  return { code, ...ran };
}

test("what is no order is explained, and nothing is done", async () => {
  for (const words of ["", "rot", "rotate now", "list --json", "__proto__", "constructor"]) {
    const ran = await command(words, [], { url: "postgres://127.0.0.1:1/none" });
    expect(ran).toStrictEqual({
      code: 1,
      out: [],
      errors: ["Say what to do: lucent secrets list, or lucent secrets rotate."],
      drawn: [],
    });
  }
});

test("list shows when, under which key, and what, and never a value", async () => {
  expect(await command("list", [newKey])).toMatchObject({
    code: 0,
    out: [],
    errors: ["There are no secrets."],
  });
  const old = await database.open([oldKey]);
  await old.secrets.set(named("one"), "hunter2");
  await (await database.open([randomKey()])).secrets.set(named("three"), "hunter2");
  await (await database.open([newKey])).secrets.set(named("two"), "hunter2");
  const { code, out, errors } = await command("list", [newKey, oldKey]);
  expect([code, errors]).toStrictEqual([0, []]);
  const shown = out.map((line) => line.split(/ +/));
  expect(shown.map(([, , state, name]) => [state, name])).toStrictEqual([
    ["previous", named("one")],
    ["unknown", named("three")],
    ["current", named("two")],
  ]);
  expect(
    shown.every(([time = "", version = ""]) => Date.parse(time) > 0 && /^[0-9a-f]{16}$/.test(version)),
  ).toBe(true);
  expect(out.join()).not.toContain("hunter2");
});

test("rotate says how many, and exits with 2 as long as something is left", async () => {
  const first = await command("rotate", [newKey, oldKey]);
  const version = (await (await database.open([newKey])).secrets.list({ name: "two" }))[0]?.keyVersion ?? "";
  expect(first).toStrictEqual({
    code: 2,
    out: [`1 encrypted again under the key ${version}.`],
    errors: [
      "1 still under other keys: keep LUCENT_SECRETS_KEY_PREVIOUS, and run this again.",
      "1 can't be decrypted with the keys that are set:",
      `  ${named("three")}`,
    ],
    drawn: ["1 encrypted again"],
  });
  await database.sql`delete from lucent_secrets where id = ${named("three")}`;
  expect(await command("rotate", [newKey, oldKey])).toMatchObject({ code: 0, errors: [] });
});

test("many that can't be decrypted are not all named", async () => {
  const lost = await database.open([randomKey()]);
  for (let at = 10; at < 22; at += 1) await lost.secrets.set(named(`lost-${at}`), at);
  const { errors } = await command("rotate", [newKey]);
  expect(errors).toHaveLength(13);
  expect(errors.slice(-2)).toStrictEqual([`  ${named("lost-19")}`, "  and 2 more"]);
});

test("without a key, or without the table, it says what to do", async () => {
  await expect(command("list", [])).rejects.toThrow(/^Set LUCENT_SECRETS_KEY /);
  const url = new URL(database.url);
  url.pathname = "/postgres";
  await expect(command("rotate", [newKey], { url: url.href })).rejects.toThrow(
    /lacks table "lucent_secrets"/,
  );
});

test("R-AU-1 a rotation is recorded, with the key and how it ended; a list is not", async () => {
  const sink = recordingAudit();
  const plugins = [sink];
  await command("list", [newKey], { plugins });
  await command("rotate", [newKey], { plugins });
  const current = {
    event: "secret.rotated",
    actor: { type: "system" },
    target: expect.stringMatching(/^key [0-9a-f]{16}$/),
  };
  expect(sink.events).toMatchObject([{ ...current, outcome: expect.stringMatching(/^(?:ok|fail)$/) }]);
  const { code } = await command("rotate", [randomKey()], { plugins });
  expect([code, sink.events.at(-1)]).toMatchObject([2, { ...current, outcome: "fail" }]);
});
