import { sql } from "drizzle-orm";
import type { Browser, BrowserContext, Page, Response as Answer } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { client, visitor, type Visitor } from "./accounts.ts";
import { startChromium } from "./browser/chromium.ts";
import { attacks, type HostileSite, hostileSite } from "./browser/hostile-site.ts";
import { serveGuide, type ServedGuide } from "./guide.ts";

const program = inject("chromium");

describe.skipIf(program === undefined)("Chromium", () => {
  let browser: Browser;
  let guide: ServedGuide;
  let ada: Visitor;
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;
  let arrived: { readonly method: string; readonly hasCookie: boolean }[] = [];
  beforeAll(async () => {
    guide = await serveGuide(({ method, headers }) => {
      arrived.push({ method, hasCookie: headers.get("cookie")?.includes("lucent_at=") === true });
    });
    ada = await visitor(guide);
    browser = await startChromium(program ?? "");
    const page = await open();
    await signIn(page);
    signedIn = await page.context().storageState();
    await page.context().close();
  });
  afterAll(async () => {
    await browser.close();
    await guide.stop();
  });

  /** A window with cookies of its own, on the first page of the guide. */
  async function open(options: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(guide.url);
    await page.getByRole("heading", { name: "Kadriorg Park" }).waitFor();
    return page;
  }

  async function signIn(page: Page): Promise<Answer> {
    await page.getByRole("button", { name: "Sign in" }).click();
    const dialog = page.getByRole("dialog", { name: "Sign in" });
    await dialog.getByLabel("E-mail").fill(ada.email);
    await dialog.getByLabel("Password").fill(ada.password);
    const answer = page.waitForResponse(`${guide.url}/api/users/login`);
    await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    return answer;
  }

  test("signs in by cookie, and no script has a token", async () => {
    const page = await open();
    const answer = await signIn(page);
    expect(Object.keys((await answer.json()) as object).toSorted()).toEqual(["expiresIn", "user"]);
    const cookies = await page.context().cookies();
    expect(cookies.map(({ name, httpOnly, sameSite, path }) => ({ name, httpOnly, sameSite, path }))).toEqual(
      [
        { name: "lucent_at", httpOnly: true, sameSite: "Lax", path: "/" },
        { name: "lucent_rt", httpOnly: true, sameSite: "Strict", path: "/" },
      ],
    );
    const kept = await page.evaluate(
      "document.cookie + JSON.stringify(localStorage) + document.body.innerHTML",
    );
    for (const { value } of cookies) expect(kept).not.toContain(value);

    await page.reload();
    await page.getByText("Ada, reader").waitFor();
    await page.context().close();
  });

  test("goes on with its session when the access token has run out", async () => {
    const page = await open({ storageState: signedIn });
    await page.context().clearCookies({ name: "lucent_at" });
    await page.reload();
    await page.getByText("Ada, reader").waitFor();
    expect((await page.context().cookies()).map(({ name }) => name)).toContain("lucent_at");
    await page.context().close();
  });

  test("writes a review, shows it as text, and takes it back", async () => {
    const page = await open({ storageState: signedIn });
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", ({ message }) => said.push(message));
    await page.reload();
    const place = page.getByRole("listitem").filter({ hasText: "Telliskivi" });
    await place.getByText("Reviews", { exact: true }).click();
    await place.getByRole("radio", { name: "4" }).check();
    const text = `<img src=x onerror="document.title='hurt'"> & <b>bold</b>`;
    await place.getByLabel("Your review").fill(text);
    await place.getByRole("button", { name: "Publish" }).click();
    await place.getByText(text).waitFor();
    expect(await place.getByRole("button", { name: "Publish" }).isVisible()).toBe(false);
    await place.getByRole("button", { name: "Delete" }).click();
    await place.getByText("Nobody has said anything yet.").waitFor();
    expect(await guide.lucent.asSystem().reviews.count({ author: ada.id })).toBe(0);
    expect(await page.title()).toBe("City guide");
    // Nothing was refused by the page's own policy either.
    expect(said).toEqual([]);
    await page.context().close();
  });

  test("fits a narrow phone, by day and by night", async () => {
    const page = await open({ storageState: signedIn, viewport: { width: 320, height: 640 } });
    for (const summary of await page.getByText("Reviews", { exact: true }).all()) await summary.click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    const paper = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    await page.emulateMedia({ colorScheme: "light" });
    expect(await paper()).toBe("rgb(246, 244, 238)");
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await paper()).toBe("rgb(20, 25, 24)");
    await page.context().close();
  });

  test("signs out, and the session is dead at once, wherever it was", async () => {
    const page = await open();
    await signIn(page);
    const other = await page.context().newPage();
    await other.goto(guide.url);
    await other.getByRole("button", { name: "Sign out" }).waitFor();
    const cookies = await page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const headers = { cookie, origin: guide.url };
    const statusOf = async (method: string, path: string) =>
      (await fetch(`${guide.url}/api/users/${path}`, { method, headers })).status;
    expect(await statusOf("GET", "me")).toBe(200);

    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await page.context().cookies()).toEqual([]);
    expect([await statusOf("GET", "me"), await statusOf("POST", "refresh")]).toEqual([401, 401]);
    const place = other.getByRole("listitem").filter({ hasText: "Telliskivi" });
    await place.getByText("Reviews", { exact: true }).click();
    await place.getByRole("radio", { name: "1" }).check();
    await place.getByLabel("Your review").fill("Too late.");
    await place.getByRole("button", { name: "Publish" }).click();
    await other.getByRole("button", { name: "Sign in" }).waitFor();
    await page.context().close();
  });

  // A port makes another origin, but not another site: there the browser sends the cookies along.
  describe.each([
    { host: "127.0.0.1", isSameSite: true },
    { host: "localhost", isSameSite: false },
  ])("a visitor of a page on $host", ({ host, isSameSite }) => {
    let page: Page;
    let site: HostileSite;
    let before: unknown;
    beforeAll(async () => {
      page = await open({ storageState: signedIn });
      const [place, reviewed] = (await guide.lucent.asSystem().places.find({ perPage: 2 })).data;
      const { reviews } = client(guide.url, ada.headers);
      const written = await reviews.post({ place: reviewed?.id ?? "", rating: 5, text: "Here." });
      site = await hostileSite({
        url: guide.url,
        place: place?.id ?? "",
        review: written.data?.id ?? "",
        account: await visitor(guide, { name: "Mallory" }),
      });
      before = await state();
    });
    afterAll(async () => {
      await guide.lucent.drizzle.delete(guide.lucent.tables.reviews);
      await page.context().close();
      await site.stop();
    });

    /** Everything that a page could have changed. */
    async function state(): Promise<unknown> {
      const { users, places, reviews } = guide.lucent.asSystem();
      const sessions: unknown = await guide.lucent.drizzle.execute(
        sql`select jsonb_agg(to_jsonb(s) - 'last_used_at' order by id) from lucent_sessions s`,
      );
      const cookies = await page.context().cookies();
      return [await users.find(), await places.find(), await reviews.find(), sessions, cookies];
    }

    test.each([...attacks])("T-CSRF-03 is safe from %s", async (name, { arrives }) => {
      arrived = [];
      const over: Promise<unknown>[] = [];
      page.on("request", (request) => over.push(request.response()));
      await page.goto(`http://${host}:${site.port}/${encodeURIComponent(name)}`);
      await page.waitForFunction("document.title === 'done'");
      await Promise.all(over);
      page.removeAllListeners("request");
      expect(await state()).toEqual(before);
      expect(await page.textContent("body")).not.toContain(ada.email);
      // It was tried, and with the cookies where a browser sends them.
      expect(arrived).toEqual([{ method: arrives, hasCookie: isSameSite && arrives !== "OPTIONS" }]);
    });
  });
});
