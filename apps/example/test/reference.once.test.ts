import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { visitor, type Visitor } from "./accounts.ts";
import { startChromium } from "./browser/chromium.ts";
import { serveGuide, type ServedGuide } from "./guide.ts";

interface Document {
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, { readonly tags: readonly string[] }>>;
}

const program = inject("chromium");

describe.skipIf(program === undefined)("the reference in Chromium", () => {
  let browser: Browser;
  let guide: ServedGuide;
  let ada: Visitor;
  let document: Document;
  beforeAll(async () => {
    guide = await serveGuide();
    document = (await (await fetch(`${guide.url}/api/openapi.json`)).json()) as Document;
    ada = await visitor(guide);
    browser = await startChromium(program ?? "");
  });
  afterAll(async () => {
    await browser.close();
    await guide.stop();
  });

  /** The page, what it asked for, and what the browser had to say about it. */
  async function open(options: Parameters<Browser["newContext"]>[0] = {}, fragment = "") {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const asked: string[] = [];
    const said: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") said.push(message.text());
    });
    page.on("pageerror", ({ message }) => said.push(message));
    await page.goto(`${guide.url}/api/docs${fragment}`);
    await page.getByRole("heading", { name: "City guide" }).waitFor();
    return { context, page, asked, said };
  }

  /** Opens what sends requests, for one operation. */
  async function openClient(page: Page, operation: string): Promise<void> {
    await page.getByRole("button", { name: `Test Request (${operation})`, exact: true }).click();
    await page.getByRole("button", { name: /^Send (?:post|get) request/i }).waitFor();
  }

  /** Sends what is in the client, and answers what the server said to it. */
  async function send(page: Page, path: string) {
    const [response] = await Promise.all([
      page.waitForResponse((each) => new URL(each.url()).pathname === path),
      page.getByRole("button", { name: /^Send (?:post|get) request/i }).click(),
    ]);
    return { status: response.status(), json: (await response.json()) as Record<string, unknown> };
  }

  /** What goes into the page as JSON, in the place of the example. */
  async function fillBody(page: Page, body: unknown): Promise<void> {
    const editor = page.getByRole("dialog").locator(".cm-content[data-language=json]").first();
    await editor.click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(JSON.stringify(body));
  }

  async function review(text: string) {
    const system = guide.lucent.asSystem();
    const { data } = await system.places.find({ where: { status: "published" }, perPage: 1 });
    return { place: data[0]?.id, rating: 4, text };
  }

  test("shows the operations, asks nobody but the application, and breaks no rule of its own", async () => {
    const { context, page, asked, said } = await open();
    const sidebar = page.getByRole("complementary", { name: "Sidebar for City guide" });
    for (const { name } of document.tags) {
      const group = sidebar.getByRole("button", { name: `Open Group - ${name}`, exact: true });
      if ((await group.count()) > 0) await group.click();
    }
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { tags }]) => `#tag/${tags[0]}/${method.toUpperCase()}${path}`),
    );
    expect(operations.length).toBeGreaterThan(40);
    // The application's own, but for its page.
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(["/hello", "/drafts"]));
    expect(Object.keys(document.paths)).not.toContain("/page/guide.js");
    const links = await sidebar
      .getByRole("link")
      .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    expect(links).toEqual(expect.arrayContaining(operations));
    await sidebar.getByRole("button", { name: /^Open Search/ }).click();
    await page.keyboard.press("Escape");
    const origins = new Set(
      asked.filter((url) => !url.startsWith("data:")).map((url) => new URL(url).origin),
    );
    expect([...origins]).toEqual([guide.url]);
    expect(asked.filter((url) => url.startsWith("http")).map((url) => new URL(url).pathname)).toEqual([
      "/api/docs",
      expect.stringMatching(/^\/api\/docs\/reference\.[\w-]{22}\.js$/),
      "/api/openapi.json",
    ]);
    expect(said).toEqual([]);
    await context.close();
  });

  test("fits a phone, by day and by night", async () => {
    const { context, page, said } = await open({ viewport: { width: 375, height: 812 } });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(375);
    const paper = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const papers = new Set<unknown>();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.reload();
      await page.getByRole("heading", { name: "City guide" }).waitFor();
      papers.add(await paper());
    }
    expect(papers.size).toBe(2);
    expect(said).toEqual([]);
    await context.close();
  });

  test("sends requests from a phone", async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
    const { context, page, said } = await open(phone, "#tag/reviews/POST/api/reviews");
    await openClient(page, "post /api/reviews");
    const outside = await page.getByRole("dialog").evaluate(
      // What scrolls inside its own frame may be wider.
      `[...document.querySelectorAll("[role=dialog] :is(button, input, td, th)")]
        .map((each) => each.getBoundingClientRect()).filter(({ right }) => right > 390).length`,
    );
    expect(outside).toBe(0);
    await fillBody(page, await review("Sent from a phone."));
    expect((await send(page, "/api/reviews")).status).toBe(401);
    expect(said.filter((text) => !text.includes("401"))).toEqual([]);
    await context.close();
  });

  test("creates a document for a bearer of a token", async () => {
    const { context, page, asked, said } = await open({}, "#tag/reviews/POST/api/reviews");
    await openClient(page, "post /api/reviews");
    const body = await review("Sent from the reference, by a token.");
    await fillBody(page, body);
    expect((await send(page, "/api/reviews")).status).toBe(401);
    await page
      .getByRole("dialog")
      .getByPlaceholder("Token")
      .first()
      .fill(String(ada.headers["authorization"]).slice(7));
    const { status, json } = await send(page, "/api/reviews");
    expect([status, json["text"], json["author"]]).toEqual([201, body.text, ada.id]);
    expect(await guide.lucent.asSystem().reviews.count({ text: body.text })).toBe(1);
    await guide.lucent.asSystem().reviews.delete(String(json["id"]));
    expect(asked.filter((url) => url.startsWith("http") && !url.startsWith(guide.url))).toEqual([]);
    // The 401 is the only thing that the browser has to say.
    expect(said.filter((text) => !text.includes("401"))).toEqual([]);
    await context.close();
  });

  test("signs in by cookie, and creates a document with it", async () => {
    const { context, page } = await open({}, "#tag/users/POST/api/users/login");
    await openClient(page, "post /api/users/login");
    await fillBody(page, { email: ada.email, password: ada.password, session: "cookie" });
    expect((await send(page, "/api/users/login")).status).toBe(200);
    await cookieIsThere(context);
    await page.goto("about:blank");
    await page.goto(`${guide.url}/api/docs#tag/reviews/POST/api/reviews`);
    await openClient(page, "post /api/reviews");
    const body = await review("Sent from the reference, by a cookie.");
    await fillBody(page, body);
    const { status, json } = await send(page, "/api/reviews");
    expect([status, json["author"]]).toEqual([201, ada.id]);
    await guide.lucent.asSystem().reviews.delete(String(json["id"]));
    await context.close();
  });

  async function cookieIsThere(context: BrowserContext): Promise<void> {
    expect((await context.cookies()).map(({ name }) => name)).toContain("lucent_at");
  }
});
