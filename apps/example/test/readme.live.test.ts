import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { serveGuide, type ServedGuide } from "./guide.ts";

const run = promisify(execFile);
const folder = join(import.meta.dirname, "..");
const readme = await readFile(join(folder, "README.md"), "utf8");

let guide: ServedGuide;
beforeAll(async () => {
  guide = await serveGuide();
});
afterAll(() => guide.stop());

/** The code blocks of a language. */
function blocks(language: string): readonly string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(
    ([, code = ""]) => code,
  );
}

/** What the lines answer: a list, a document, or the rows of a host route. */
interface Answer {
  readonly data: readonly { readonly title: string; readonly lat: number }[];
  readonly meta: object;
}

/** Runs a block as a reader would, but against the server of this test; answers the JSON of its lines, where they have any. */
async function shell(block: string): Promise<readonly Answer[]> {
  const script = block
    .replaceAll("localhost:3000", new URL(guide.url).host)
    .replaceAll("curl ", "curl --silent --show-error --write-out '\\n' ");
  const { stdout } = await run("sh", ["-euc", script]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Answer);
}

describe("the curl lines", () => {
  const curls = blocks("sh").filter((block) => block.includes("curl"));

  test.each(curls)("%s", async (block) => {
    const answers = await shell(block);
    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers) expect(answer).not.toHaveProperty("code");
  });

  test("answer what the text around them says", async () => {
    const [paris = "", equator = "", places = "", relations = "", words = ""] = curls;
    const [cities] = await shell(paris);
    expect(cities?.data).toHaveLength(3);
    expect(cities?.meta).toMatchObject({ perPage: 3, page: 1, hasNextPage: true, total: expect.any(Number) });
    const [around] = await shell(equator);
    expect(around?.data.every(({ lat }) => Math.abs(lat) <= 0.1)).toBe(true);
    const [everybody, ada] = await shell(places);
    expect(everybody?.data.length).toBe(7);
    expect(ada?.data.length).toBeGreaterThanOrEqual(10);
    const [european] = await shell(relations);
    expect(european?.data.map(({ title }) => title).toSorted()).toEqual([
      "Kadriorg Park",
      "Miradouro da Senhora do Monte",
      "Museu Nacional do Azulejo",
      "Telliskivi",
    ]);
    expect(european?.data.at(-1)).toMatchObject({ city: { name: "Tallinn", country: { name: "Estonia" } } });
    const [found, rain] = await shell(words);
    expect(found?.data.map(({ title }) => title)).toEqual(["Telliskivi"]);
    expect(rain?.data.length).toBe(2);
  });
});

test("every file and folder that it names exists", async () => {
  const names = [...readme.matchAll(/`((?:src|test)\/[^`]*)`/g)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) await expect(run("test", ["-e", join(folder, name)])).resolves.toBeDefined();
});

test("the server invites with the first line of the README", async () => {
  const server = await readFile(join(folder, "src/server.ts"), "utf8");
  const [line = ""] = blocks("sh").filter((block) => block.includes("curl"));
  expect(server).toContain(line.trim().replace("localhost:3000", "${url}"));
});
