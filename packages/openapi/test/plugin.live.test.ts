import { randomBytes } from "node:crypto";

import { describe as describeConfig, type Plugin, type RouteCall, type User } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { openapi, type OpenApiDocument } from "../src/index.ts";
import { serveShop, type Shop, shopDatabase } from "./world/served.ts";
import { documentOf, shop as shopConfig } from "./world/shop.ts";

let database: Awaited<ReturnType<typeof shopDatabase>>;

beforeAll(async () => {
  database = await shopDatabase(inject("databaseUrl"));
});

afterAll(() => database.drop());

async function documentFrom(shop: Shop, user?: User): Promise<OpenApiDocument> {
  const { status, text } = await shop.ask("/api/openapi.json", user === undefined ? {} : { user });
  expect(status).toBe(200);
  return JSON.parse(text) as OpenApiDocument;
}

describe("the document", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await serveShop(database.url, { title: "Shop", version: "3.0.0" });
  });
  afterAll(() => shop.stop());

  test("is that of strangers, the same for everybody", async () => {
    const { info, paths } = await documentFrom(shop);
    expect(info).toMatchObject({ title: "Shop", version: "3.0.0" });
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(["/api/authors", "/api/openapi.json", "/api/docs"]),
    );
    expect(paths).toStrictEqual((await documentFrom(shop, { id: "1" })).paths);
    const expected = await documentOf(shopConfig);
    expect(paths["/api/blog-posts"]?.get).toMatchObject({
      summary: expected.paths["/api/blog-posts"]?.get?.summary,
    });
    expect(JSON.stringify(paths)).not.toContain("sealed");
  });

  test("T-HDR-01 has the headers of every answer, and may be kept as long as it is asked about", async () => {
    const { headers } = await shop.ask("/api/openapi.json", { user: { id: "1" } });
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("cache-control")).toBe("no-cache");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
    expect(headers.get("vary")?.split(", ")).toContain("Accept-Encoding");
  });

  test("comes compressed where that is taken", async () => {
    const plain = await shop.ask("/api/openapi.json", { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBe(null);
    for (const encoding of ["gzip", "br"]) {
      const { headers, text } = await shop.ask("/api/openapi.json", {
        headers: { "accept-encoding": encoding },
      });
      expect([headers.get("content-encoding"), text === plain.text]).toStrictEqual([encoding, true]);
      expect(headers.get("etag")).toBe(plain.headers.get("etag"));
    }
  });

  test("is not sent again to whoever has it", async () => {
    const etag = (await shop.ask("/api/openapi.json")).headers.get("etag") ?? "";
    const again = await shop.ask("/api/openapi.json", { headers: { "if-none-match": etag } });
    expect([again.status, again.text, again.headers.get("etag")]).toStrictEqual([304, "", etag]);
    const other = await shop.ask("/api/openapi.json", { headers: { "if-none-match": 'W/"other"' } });
    expect(other.status).toBe(200);
  });

  test("answers HEAD, and refuses other methods and parameters", async () => {
    const head = await shop.ask("/api/openapi.json", { method: "HEAD" });
    expect([head.status, head.text]).toStrictEqual([200, ""]);
    expect((await shop.ask("/api/openapi.json", { method: "POST" })).status).toBe(405);
    expect((await shop.ask("/api/openapi.json?a=1")).status).toBe(400);
  });
});

describe("the page", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await serveShop(database.url, { title: '<Shop> & "Co"', server: "https://shop.example/base" });
  });
  afterAll(() => shop.stop());

  test("T-HDR-01 runs scripts by a nonce of its own only, and talks to the API only", async () => {
    const [first, second] = [await shop.ask("/api/docs"), await shop.ask("/api/docs/")];
    expect([first.status, second.status]).toStrictEqual([200, 200]);
    const policies = [first, second].map(({ headers }) => headers.get("content-security-policy") ?? "");
    expect(policies[0]).not.toBe(policies[1]);
    const nonce = /'nonce-([\w-]{22})'/.exec(policies[0] ?? "")?.[1];
    expect(
      Object.fromEntries((policies[0] ?? "").split("; ").map((part) => part.split(/ (.*)/, 2))),
    ).toStrictEqual({
      "default-src": "'none'",
      "script-src": `'nonce-${nonce}'`,
      "script-src-attr": "'none'",
      "style-src": "'unsafe-inline'",
      "img-src": "'self' data:",
      "connect-src": "'self' https://shop.example",
      "base-uri": "'none'",
      "form-action": "'none'",
      "frame-ancestors": "'none'",
    });
    const scripts = first.text.match(/<script[^>]*>/g) ?? [];
    expect(scripts.map((script) => script.includes(`nonce="${nonce}"`))).toStrictEqual([true, true]);
    expect(first.headers.get("cache-control")).toBe("no-store");
    expect(first.headers.get("x-frame-options")).toBe("DENY");
    expect(first.headers.get("content-type")).toBe("text/html; charset=utf-8");
  });

  test("names nobody else, and takes its title as text", async () => {
    const { text } = await shop.ask("/api/docs");
    expect(text).toContain("<title>&lt;Shop&gt; &amp; &quot;Co&quot;</title>");
    expect(text.match(/https?:\/\/[^"'\s]*/g)).toBe(null);
    expect(text.match(/(?:src|href)="[^"]*"/g)).toEqual([
      'href="data:,"',
      expect.stringMatching(/^src="\/api\/docs\/reference\.[\w-]{22}\.js"$/),
    ]);
  });

  test("has a script that is named by its content, and kept for good", async () => {
    const [, path = ""] = /src="([^"]*)"/.exec((await shop.ask("/api/docs")).text) ?? [];
    const { status, headers, text } = await shop.ask(path, { user: { id: "1" } });
    expect([status, headers.get("content-type"), headers.get("cache-control")]).toStrictEqual([
      200,
      "text/javascript; charset=utf-8",
      "public, max-age=31536000, immutable",
    ]);
    expect(headers.get("content-encoding")).toMatch(/^(?:br|gzip)$/);
    expect(text.length).toBeGreaterThan(1_000_000);
    const again = await shop.ask(path, { headers: { "if-none-match": headers.get("etag") ?? "" } });
    expect(again.status).toBe(304);
    for (const other of [
      "/api/docs/reference.js",
      `${path}.map`,
      "/api/docs/..%2Fopenapi.json",
      "/api/docs/package.json",
    ])
      expect([other, (await shop.ask(other)).status]).toStrictEqual([other, 404]);
  });

  test("can be left out", async () => {
    const bare = await serveShop(database.url, { docs: false });
    expect((await bare.ask("/api/docs")).status).toBe(404);
    expect(Object.keys((await documentFrom(bare)).paths)).not.toContain("/api/docs");
    await bare.stop();
  });
});

const production = {
  environment: {
    NODE_ENV: "production",
    SESSION_SECRET: randomBytes(48).toString("base64"),
    API_URL: "http://127.0.0.1",
  },
};

describe("in production", () => {
  const paths = [
    "/api/openapi.json",
    "/api/OpenAPI.json",
    "/api/openapi.json/",
    "/api//openapi.json",
    "/api/openapi%2Ejson",
    "/API/openapi.json",
    "/api/docs",
    "/api/Docs",
    "/api/docs/",
    "/api/docs/openapi.json",
    "/api/docs/reference.js",
  ];

  test("T-OA-02 nothing is there unless it is asked for", async () => {
    const shop = await serveShop(database.url, {}, production);
    const unknown = await shop.askPlainly("GET", "/api/nothing-like-that");
    const plain = ({ body }: typeof unknown): string => body.replace(/"requestId":"[^"]*"/, "");
    expect(unknown.body).toContain("NOT_FOUND");
    for (const path of paths) {
      for (const method of ["GET", "POST", "OPTIONS"]) {
        const answer = await shop.askPlainly(method, path);
        expect([path, method, answer.status]).toStrictEqual([path, method, 404]);
        expect(answer.head).not.toContain("allow:");
        if (path.startsWith("/api/"))
          expect([path, method, plain(answer)]).toStrictEqual([path, method, plain(unknown)]);
      }
    }
    await shop.stop();
  });

  test("T-OA-02 what is asked for is there, and `enabled: false` means everywhere", async () => {
    const shop = await serveShop(database.url, { enabled: true }, production);
    for (const path of ["/api/openapi.json", "/api/docs"])
      expect([path, (await shop.askPlainly("GET", path)).status]).toStrictEqual([path, 200]);
    await shop.stop();
    const off = await serveShop(database.url, { enabled: false });
    for (const path of ["/api/openapi.json", "/api/docs"])
      expect([path, (await off.ask(path)).status]).toStrictEqual([path, 404]);
    await off.stop();
  });

  test("T-OA-02 a configuration that was started elsewhere too still serves nothing", async () => {
    const plugin = openapi();
    const call = { services: { production: true } } as RouteCall;
    const routes = plugin.routes?.(describeConfig({ collections: [] })) ?? [];
    expect(routes.map(({ path }) => path)).toStrictEqual(["/openapi.json", "/docs", "/docs/{file}"]);
    for (const route of routes)
      expect(() => route.handle(call)).toThrow(expect.objectContaining({ code: "NOT_FOUND" }) as Error);
  });
});

test.each([{}, { app: () => ({ routes: [] }) }])(
  "R-OA-2 refuses to start where nobody can say how one signs in (%j)",
  async (options) => {
    const closed: Plugin = {
      name: "closed",
      routes: () => [
        {
          id: "closed",
          method: "GET",
          path: "/closed",
          document: { summary: "Closed", credentials: "required", answers: {} },
          handle: () => Response.json({}),
        },
      ],
    };
    const refused = serveShop(database.url, {}, { plugins: [closed, openapi(options)], collections: [] });
    await expect(refused).rejects.toThrow("no plugin says how one signs in");
    const off = await serveShop(
      database.url,
      {},
      { plugins: [closed, openapi({ enabled: false })], collections: [] },
    );
    await off.stop();
  },
);

describe("with an access rule", () => {
  test("strangers are told to sign in, and others that it is not for them", async () => {
    const shop = await serveShop(database.url, {
      access: ({ user }) => {
        if (user?.id === "broken") throw new TypeError("the rule is broken");
        return (user?.id === "truthy" ? "yes" : user?.["role"] === "admin") as boolean;
      },
    });
    for (const path of ["/api/openapi.json", "/api/docs"]) {
      const stranger = await shop.ask(path);
      expect([stranger.status, stranger.headers.get("www-authenticate")]).toStrictEqual([401, "Bearer"]);
      for (const id of ["1", "broken", "truthy"])
        expect([id, (await shop.ask(path, { user: { id } })).status]).toStrictEqual([id, 403]);
      const admin = await shop.ask(path, { user: { id: "2", role: "admin" } });
      expect([admin.status, admin.headers.get("cache-control")]).toStrictEqual([200, "no-store"]);
    }
    expect(shop.log.filter((line) => line.includes("the access rule of openapi failed"))).toHaveLength(2);
    await shop.stop();
  });
});

describe("with the view of the caller", () => {
  test("each sees what is theirs, and nobody keeps it", async () => {
    const shop = await serveShop(database.url, { view: "caller" });
    const [stranger, reader] = [await documentFrom(shop), await documentFrom(shop, { id: "1" })];
    expect(Object.keys(stranger.paths)).not.toContain("/api/envelopes");
    expect(Object.keys(reader.paths)).toContain("/api/envelopes");
    expect(JSON.stringify(await documentFrom(shop))).toBe(JSON.stringify(stranger));
    const fieldsOf = ({ components }: OpenApiDocument) =>
      Object.keys(components.schemas["BlogPosts"]?.["properties"] as object);
    expect(fieldsOf(reader)).not.toContain("note");
    expect(fieldsOf(await documentFrom(shop, { id: "3", role: "admin" }))).toContain("note");
    const tags = await Promise.all(
      [undefined, { id: "1" }, { id: "2" }, { id: "3", role: "admin" }].map(async (user) => {
        const { headers } = await shop.ask("/api/openapi.json", user === undefined ? {} : { user });
        expect(headers.get("cache-control")).toBe("no-store");
        return headers.get("etag");
      }),
    );
    // Two who may do the same have one.
    expect(tags[1]).toBe(tags[2]);
    expect(new Set(tags).size).toBe(3);
    await shop.stop();
  });
});

describe("with the routes of the host", () => {
  test("asks for the application once it is there, and again where that failed", async () => {
    const apps: { readonly routes: readonly { readonly method: string; readonly path: string }[] }[] = [];
    let asked = 0;
    const shop = await serveShop(database.url, {
      app() {
        asked += 1;
        const [app] = apps;
        if (app === undefined) throw new TypeError("not there yet");
        return app;
      },
    });
    expect((await shop.ask("/api/openapi.json")).status).toBe(500);
    apps.push({ routes: [{ method: "GET", path: "/hello" }] });
    expect(Object.keys((await documentFrom(shop)).paths)).toContain("/hello");
    await documentFrom(shop);
    expect(asked).toBe(2);
    await shop.stop();
  });
});
