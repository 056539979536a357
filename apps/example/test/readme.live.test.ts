import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
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

/** What a line answers: a list, a document, the rows of a host route, or a status. */
type Answer = unknown;

const command = join(folder, "node_modules/@lucent/cli/src/bin.ts");

/**
 * Runs the blocks one after the other in one shell, as a reader would, but against the server of this test; answers the
 * JSON of each block's lines.
 */
async function shell(parts: readonly string[]): Promise<ReadonlyMap<string, readonly Answer[]>> {
  const directory = await mkdtemp(join(tmpdir(), "lucent-readme-"));
  const script = parts
    .map((block) => `${block}\necho "${border}"\n`)
    .join("")
    .replaceAll("localhost:3000", new URL(guide.url).host)
    .replaceAll("curl ", "curl --silent --show-error --write-out '\\n' ")
    .replaceAll(
      "npx -y pnpm@12 --silent lucent",
      `cd "${folder}" && "${process.execPath}" --conditions=lucent-source "${command}"`,
    );
  try {
    const env = { PATH: process.env["PATH"], DATABASE_URL: guide.databaseUrl };
    const { stdout } = await run("sh", ["-euc", script], { cwd: directory, env });
    const answers = stdout.split(`${border}\n`).map((text) => text.split("\n").filter((line) => line !== ""));
    return new Map(parts.map((block, at) => [block, answers[at]?.map(parsed) ?? []]));
  } finally {
    await rm(directory, { recursive: true });
  }
}

const border = "-- the next block --";

function parsed(line: string): Answer {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

describe("the shell blocks", () => {
  const asked = blocks("sh").filter((block) => /^curl|curl -s|lucent/m.test(block));
  let answers: ReadonlyMap<string, readonly Answer[]>;
  beforeAll(async () => {
    answers = await shell(asked);
  });

  /** The answers of the block that has this in it. */
  function answersOf(part: string): readonly Answer[] {
    const found = asked.filter((block) => block.includes(part));
    expect(found).toHaveLength(1);
    return answers.get(found[0] ?? "") ?? [];
  }

  test.each(asked)("%s", (block) => {
    const found = answers.get(block) ?? [];
    expect(found.length).toBeGreaterThan(0);
    for (const answer of found) expect(answer).not.toHaveProperty("code");
  });

  test("answer what the text around them says of lists", () => {
    const [cities] = answersOf("paris");
    expect(cities).toMatchObject({
      data: [{}, {}, {}],
      meta: { perPage: 3, page: 1, hasNextPage: true, total: expect.any(Number) },
    });
    const [around] = answersOf("between") as readonly [{ data: readonly { lat: number }[] }];
    expect(around.data.length).toBeGreaterThan(0);
    expect(around.data.every(({ lat }) => Math.abs(lat) <= 0.1)).toBe(true);
    const [european] = answersOf("country.region");
    expect(european).toMatchObject({
      data: [
        { city: { name: "Lisbon", country: { name: "Portugal" } } },
        { city: { name: "Lisbon" } },
        { title: expect.any(String), city: { name: "Tallinn" } },
        { city: { name: "Tallinn", country: { name: "Estonia" } } },
      ],
    });
    const [found, rain] = answersOf("pickles");
    expect(found).toMatchObject({ data: [{ title: "Telliskivi" }] });
    expect(rain).toMatchObject({ data: [{ tags: ["rain"] }, { tags: ["rain"] }] });
  });

  test("answer what the text around them says of accounts", () => {
    expect(answersOf("/register")).toMatchObject([
      { user: { name: "Grace", role: "reader" }, accessToken: expect.any(String), expiresIn: 900 },
    ]);
    expect(answersOf("TOKEN=$(")).toMatchObject([{ email: "grace@example.com", role: "reader" }]);
    const [place, batch] = answersOf("Tram 28");
    expect(place).toMatchObject({ slug: "tram-28", status: "draft", author: expect.any(String) });
    expect(batch).toMatchObject({ results: [{ slug: "feira-da-ladra" }, { slug: "jardim-da-estrela" }] });
    expect(answersOf("Saturday")[1]).toMatchObject({ data: [{ rating: 5, author: { name: "Grace" } }] });
    const [byCookie, renamed] = answersOf("-c cookies.txt localhost:3000/api/users/login");
    expect(byCookie).toEqual({ user: expect.any(Object), expiresIn: 900 });
    expect(renamed).toMatchObject({ name: "Grace H." });
    const [byKey, keys] = answersOf("KEY=$(");
    expect(byKey).toHaveProperty("data.length");
    expect(keys).toMatchObject({ data: [{ name: "backup", scopes: ["places:read"] }] });
    expect(answersOf("-X POST localhost:3000/api/users/logout-all")).toEqual([401]);
  });

  test("answer what the text around them says of roles", () => {
    expect(answersOf("create-admin")).toEqual([expect.stringMatching(/^[\w-]{24}$/)]);
    const [promoted, everybody, grace] = answersOf("ADMIN=$(");
    expect(promoted).toMatchObject({ role: "editor" });
    expect(everybody).toHaveProperty("data.length", 7);
    expect(grace).toHaveProperty("data.length", 13);
    expect(grace).toHaveProperty("data.0.note");
    const [rated, restored] = answersOf("if-match");
    expect([rated, restored]).toMatchObject([{ rating: "4.5" }, { deletedAt: null }]);
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
