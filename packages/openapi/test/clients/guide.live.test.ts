import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { blocksOf } from "./documents.ts";
import { type ClientProject, clientProject, nameOf, printed, shownFiles } from "./project.ts";

// What docs/clients.md shows is compiled and run here, against the example.

/** What has to compile, and prints what it found. */
const program = `
import type { components } from "./api.ts";

// What a browser does by itself.
const jar = new Map<string, string>();
const send = globalThis.fetch;
globalThis.fetch = Object.assign(async (...given: Parameters<typeof send>): Promise<Response> => {
  const request = new Request(given[0] as Request, given[1]);
  if (request.credentials !== "include") return send(request);
  request.headers.set("origin", "http://localhost:3000");
  request.headers.set("cookie", [...jar].map((pair) => pair.join("=")).join("; "));
  const response = await send(request);
  for (const cookie of response.headers.getSetCookie()) {
    const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split("=");
    jar.set(name, value);
  }
  return response;
}, send);

const { client } = await import("./client.ts");
const { parksOf } = await import("./parks.ts");
const { citiesNamed } = await import("./cities.ts");
const { proposePark, signIn } = await import("./author.ts");
const { signInHere } = await import("./browser.ts");
const { parks } = await import("./eden.ts");
const [email, password] = process.argv.slice(2) as [string, string];

const cities: components["schemas"]["Cities"][] = [];
for await (const city of citiesNamed("paris")) cities.push(city);
const city = cities[0]?.id ?? "";

const stranger = await client.POST("/api/places", { body: { title: "Square", kind: "park", city } });
const code: "UNAUTHENTICATED" | "FORBIDDEN" | "NOT_FOUND" | string | undefined = stranger.error?.code;
await signIn(email, password);
const id = await proposePark("A square & more, 100 %", city);
const path = { id: typeof id === "string" ? id : "" };
const { data: place, response } = await client.GET("/api/places/{id}", { params: { path } });
const etag = response.headers.get("etag") ?? "";
const changed = await client.PATCH("/api/places/{id}", {
  params: { path, header: { "If-Match": etag } },
  body: { body: "Changed." },
});
const stale = await client.PATCH("/api/places/{id}", {
  params: { path, header: { "If-Match": etag } },
  body: { body: "Changed again." },
});
const found = await client.GET("/api/places", {
  params: { query: { where: { or: [{ title: "A square & more, 100 %" }, { not: { id: { exists: true } } }] }, count: "exact" } },
});
const queried = await client.POST("/api/places/query", {
  body: { where: { "city.name": { like: "paris" }, and: [{ kind: { in: ["park"] } }] }, select: ["title"] },
});
const counted = await client.GET("/api/cities/count", {
  params: { query: { where: { name: { startsWith: "Paris" }, country: { exists: true } } } },
});
const batch = await client.POST("/api/batch", {
  body: { operations: [
    { op: "create", collection: "places", data: { title: "First", kind: "park", city } },
    { op: "create", collection: "places", data: { title: "Second", kind: "cafe", city } },
  ] },
});
const half = await client.POST("/api/batch", {
  body: { operations: [
    { op: "create", collection: "places", data: { title: "Third", kind: "park", city } },
    { op: "delete", collection: "places", id: crypto.randomUUID() },
  ] },
});
const kept = await client.GET("/api/places/count", {
  params: { query: { where: { title: { in: ["First", "Second", "Third"] } } } },
});
const me = await client.GET("/api/users/me");
const rating: string | null | undefined = place?.rating;

console.log(JSON.stringify({
  parks: await parksOf("Estonia"),
  eden: (await parks()).map(({ title }) => title),
  cities: cities.map(({ name }) => name),
  stranger: [stranger.response.status, code],
  refused: await proposePark("x".repeat(1_000), city),
  changed: [place?.title, rating, changed.data?.body, changed.data?.createdAt === place?.createdAt],
  stale: stale.error?.code,
  found: [found.data?.data.map((each) => each.id), found.data?.meta.total],
  queried: queried.data?.data,
  counted: counted.data?.count,
  batch: batch.data?.results.length,
  half: [half.error?.code, half.error?.operation],
  kept: kept.data?.count,
  me: me.data?.name,
  here: await signInHere(email, password),
  jar: [...jar.keys()],
  id,
}));
`;

/** Each of these does not compile. */
const wrong = `
import type { components } from "./api.ts";
import { client } from "./client.ts";

const city = "";
export async function wrong(): Promise<void> {
  // @ts-expect-error -- no such path
  await client.GET("/api/palaces");
  // @ts-expect-error -- no such operator
  await client.GET("/api/places", { params: { query: { where: { title: { likes: "x" } } } } });
  // @ts-expect-error -- an operator that this field does not have
  await client.GET("/api/places", { params: { query: { where: { kind: { like: "x" } } } } });
  // @ts-expect-error -- not one of the options, inside a combination
  await client.GET("/api/places", { params: { query: { where: { and: [{ kind: "pub" }] } } } });
  // @ts-expect-error -- the same in a body that says what it is
  const body: components["schemas"]["PlacesQuery"] = { where: { title: { likes: "x" } } };
  await client.POST("/api/places/query", { body });
  // @ts-expect-error -- not a field
  await client.GET("/api/places", { params: { query: { select: ["titel"] } } });
  // @ts-expect-error -- no such parameter
  await client.GET("/api/places", { params: { query: { limit: 3 } } });
  // @ts-expect-error -- a required field is missing
  await client.POST("/api/places", { body: { title: "x", kind: "park" } });
  // @ts-expect-error -- a field that is not there
  await client.POST("/api/places", { body: { title: "x", kind: "park", city, stars: 3 } });
  // @ts-expect-error -- decimals are text
  await client.PATCH("/api/places/{id}", { params: { path: { id: "" } }, body: { rating: 4 } });
  // @ts-expect-error -- the server's own
  await client.POST("/api/places", { body: { title: "x", kind: "park", city, createdAt: "2026-01-01" } });
  // @ts-expect-error -- a path without its id
  await client.DELETE("/api/places/{id}");
  // @ts-expect-error -- no such operation in a batch
  await client.POST("/api/batch", { body: { operations: [{ op: "upsert", collection: "places", data: {} }] } });
  // @ts-expect-error -- not a collection of the batch
  await client.POST("/api/batch", { body: { operations: [{ op: "delete", collection: "palaces", id: "" }] } });
  const { data, error } = await client.POST("/api/users/login", { body: { email: "", password: "" } });
  // @ts-expect-error -- not a member of the answer
  data?.token;
  // @ts-expect-error -- a code that this route does not answer
  if (error?.code === "CONFLICT") return;
}
`;

const typescript = ["query.ts", "client.ts", "parks.ts", "cities.ts", "author.ts", "browser.ts", "eden.ts"];
const app = 'export type { App } from "../../apps/example/src/app.ts";\n';

/** The example, served on a free port. */
interface Guide {
  readonly url: string;
  stop(): Promise<void>;
}

/** Its own file, which belongs to another program: its accounts have names there that are not those of this one. */
async function serveGuide(): Promise<Guide> {
  const file = new URL("../../../../apps/example/test/guide.ts", import.meta.url);
  const example = (await import(file.href)) as { serveGuide(): Promise<Guide> };
  return example.serveGuide();
}

const ada = { name: "Ada", email: "ada@example.net", password: "a canal and 2 locks" };

let guide: Guide;
let project: ClientProject;
beforeAll(async () => {
  guide = await serveGuide();
  const registered = await fetch(`${guide.url}/api/users/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(ada),
  });
  expect(registered.status).toBe(201);
  project = await clientProject({
    document: await (await fetch(`${guide.url}/api/openapi.json`)).text(),
    origin: guide.url,
    shown: typescript,
    files: { "main.ts": program, "wrong.ts": wrong, "app.ts": app },
    packages: { "@elysia/eden": "apps/example/node_modules/@elysia/eden" },
  });
});
afterAll(async () => {
  await project.remove();
  await guide.stop();
});

describe("the TypeScript", () => {
  test("compiles, and does not where a program is wrong", { timeout: 60_000 }, async () => {
    expect(await project.compile()).toBe("");
  });

  test("does what the text around it says", async () => {
    const found = JSON.parse(await project.run("main.ts", [ada.email, ada.password])) as Found;
    expect(found.parks).toEqual([
      { id: expect.any(String), title: expect.any(String), rating: expect.any(String) },
    ]);
    expect(found.eden).toContain(found.parks[0]?.title);
    expect(new Set(found.cities).size).toBeGreaterThan(3);
    expect(found.cities).toHaveLength(await parises());
    expect(found.stranger).toEqual([401, "UNAUTHENTICATED"]);
    expect(found.refused).toEqual(["title: maxLength"]);
    expect(found.changed).toEqual(["A square & more, 100 %", null, "Changed.", true]);
    expect(found.stale).toBe("PRECONDITION_FAILED");
    expect(found.found).toEqual([[found.id], 1]);
    expect(found.queried).toEqual([{ id: found.id, title: "A square & more, 100 %" }]);
    expect(found.counted).toBeGreaterThan(0);
    expect(found.batch).toBe(2);
    expect(found.half).toEqual(["FORBIDDEN", 1]);
    expect(found.kept).toBe(2);
    expect([found.me, found.here]).toEqual(["Ada", "Ada"]);
    expect(found.jar).toEqual(expect.arrayContaining(["lucent_at", "lucent_rt"]));
  });
});

/** How many cities have this in their name, by the API itself. */
async function parises(): Promise<number> {
  const where = encodeURIComponent(JSON.stringify({ name: { like: "paris" } }));
  const response = await fetch(`${guide.url}/api/cities/count?where=${where}`);
  return ((await response.json()) as { readonly count: number }).count;
}

interface Found {
  readonly parks: readonly { readonly title: string }[];
  readonly cities: readonly string[];
  readonly [name: string]: unknown;
}

describe("the shell", () => {
  test("lists, signs up and signs in", async () => {
    const lines = blocksOf("docs/clients.md").filter(
      ({ language, code }) => language === "sh" && code.includes("curl "),
    );
    const script = lines
      .map(({ code }) => code)
      .join("\n")
      .replaceAll("localhost:3000", new URL(guide.url).host)
      .replaceAll("curl ", "curl --silent --show-error --write-out '\\n' ");
    const answers = (await printed("sh", ["-euc", script], project.folder)).trim().split("\n");
    const [list, account, me] = answers.map((line): unknown => JSON.parse(line));
    expect(list).toMatchObject({ meta: { perPage: 3, nextCursor: null } });
    expect(account).toMatchObject({ user: { name: "Grace" } });
    expect(me).toMatchObject({ email: "grace@example.com", role: "reader" });
  });
});

describe("the Python", () => {
  test("reads page by page, signs in, writes and is told what is wrong", async () => {
    const files = shownFiles(["lucent_client.py", "proposal.py"]);
    for (const [name, text] of Object.entries(files))
      await writeFile(join(project.folder, name), text.replaceAll("http://localhost:3000", guide.url));
    const lines = (await printed("python3", ["-B", "proposal.py"], project.folder)).trim().split("\n");
    expect(lines.slice(0, -2)).toHaveLength(await parises());
    expect(lines.slice(-2)).toEqual([
      "jardim-do-torel draft",
      "VALIDATION [{'path': 'city', 'rule': 'required'}, {'path': 'kind', 'rule': 'required'}]",
    ]);
  });
});

test("every block is one of those", () => {
  const known = [...typescript, "client-types.ts", "lucent_client.py", "proposal.py"];
  const names = blocksOf("docs/clients.md")
    .filter(({ language }) => language !== "sh")
    .map((block) => nameOf(block) ?? block.code);
  expect(known).toEqual(expect.arrayContaining(names));
});
