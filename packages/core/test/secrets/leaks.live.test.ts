import { randomUUID } from "node:crypto";
import { inspect } from "node:util";

import { type Plugin, start } from "@lucent/core";
import { secrets } from "@lucent/core/secrets";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { readKeys } from "../../src/secrets/encryption-keys.ts";
import { recordingLogger } from "../world/recording-logger.ts";
import { environmentOf, failure, named, randomKey, type SecretsDatabase, secretsDatabase } from "./world.ts";

let database: SecretsDatabase;

beforeAll(async () => {
  database = await secretsDatabase(inject("databaseUrl"));
});

afterAll(() => database.drop());

/** A secret in every form in which it could have been written down. */
function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const inBase64 = [0, 1, 2].map((offset) => insideBase64(bytes, offset));
  return [
    text,
    ...inBase64,
    ...inBase64.map((form) => form.replaceAll("+", "-").replaceAll("/", "_")),
    bytes.toString("hex"),
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
  ];
}

/** What base64 makes of bytes that have so many before them and any behind them, where three bytes are four letters. */
function insideBase64(bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(3)]).toString("base64");
  return whole.slice(offset === 0 ? 0 : 4, -8);
}

/** The bytes that the cipher works with. */
function materialsOf(keys: readonly string[]): readonly Buffer[] {
  const blueprint = { config: { collections: [] } };
  const { known } = readKeys({ options: {}, environment: environmentOf(keys), blueprint });
  return [...known.values()].map(({ material }) => material.export());
}

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const tables = await database.sql`select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace`;
  const texts: unknown[] = [];
  for (const { name } of tables) {
    const [all] =
      await database.sql`select string_agg(t::text, '|') as text from ${database.sql(String(name))} t`;
    texts.push(all?.["text"]);
  }
  return texts.join("\n");
}

test("S9 neither values nor keys are in the database, the log, an answer, or what is printed of an application", async () => {
  const [canary, part] = [`canary "${randomUUID()}" ü/?`, randomUUID()];
  const [currentKey, previousKey] = [randomKey(), randomKey()];
  const log = recordingLogger();
  const before = await database.open([previousKey], log);
  await before.secrets.set(named("canary-rotated"), canary);
  const wrong: Plugin = {
    name: "wrong",
    routes: () => [
      {
        id: "wrong",
        method: "GET",
        path: "/wrong",
        async handle({ services }) {
          await services.secrets?.set(named("canary"), { token: canary, [part]: true });
          await database.sql`update lucent_secrets set value = overlay(value placing '00' from 30) where id = ${named("canary")}`;
          return Response.json(await services.secrets?.require(named("canary")));
        },
      },
    ],
  };
  const config = { collections: [], database: { url: database.url, max: 2 }, logger: log };
  const engine = await start(
    { ...config, plugins: [secrets(), wrong], api: { requestLog: true } },
    environmentOf([currentKey, previousKey]),
  );
  const answer = await engine.handle(
    new Request("http://localhost/api/wrong", { headers: { host: "localhost" } }),
  );
  expect(answer.status).toBe(500);
  const { secrets: store } = engine;
  const tooLarge = await failure(store.set(named("canary"), [canary, "a".repeat(70_000)]));
  expect(tooLarge).toBe("SECRET_TOO_LARGE");
  expect((await store.rotate())?.rotated).toBeGreaterThan(0);
  expect(await store.get(named("canary-rotated"))).toBe(canary);
  const shown = [
    log.text(),
    await answer.text(),
    await dump(),
    inspect(engine.services, { depth: 12, showHidden: true }),
    JSON.stringify(await store.list()),
  ];
  await engine.stop();
  expect(log.text()).toContain('The secret \\"app:main:test:canary\\" can\'t be decrypted');
  expect(shown[2]).toContain(named("canary-rotated"));
  // The environment is handed to plugins as it is.
  shown[3] = shown[3]?.replaceAll(currentKey, "").replaceAll(previousKey, "") ?? "";
  for (const material of materialsOf([currentKey, previousKey]))
    for (const encoding of ["hex", "base64", "latin1"] as const)
      for (const each of shown) expect(each).not.toContain(material.toString(encoding));
  for (const text of [canary, part, currentKey, previousKey])
    for (const form of formsOf(text)) for (const each of shown) expect(each).not.toContain(form);
});

test("T-ENUM-10 over HTTP there are no secrets: their table is an unknown path", async () => {
  const app = await database.open([randomKey()]);
  const ask = async (method: string, path: string): Promise<string> => {
    const headers = { host: "localhost", "x-request-id": "the-same-request" };
    const answer = await app.engine.handle(new Request(`http://localhost/api/${path}`, { method, headers }));
    return [answer.status, await answer.text(), ...answer.headers.keys()].join();
  };
  for (const method of ["GET", "POST", "DELETE", "OPTIONS"])
    for (const path of ["lucent_secrets", "secrets", "lucent_secrets/app:main:test:mine"])
      expect(await ask(method, path)).toBe(await ask(method, path.replace(/^\w+/, "doesnotexist")));
  expect(await ask("GET", "secrets")).toMatch(/^404/);
});
