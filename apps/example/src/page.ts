import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { Elysia } from "elysia";

// Nothing but the three files below runs here or is asked from here, and no other site shows the page in a frame.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const headers = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "cache-control": "no-cache",
};

// No part of the API, and so not of its description.
const hidden = { detail: { hide: true } };

/** The guide for people: a page that signs in by cookie, and asks the API what it shows. Served as it is, without a build. */
export async function page() {
  const html = await servedAs("text/html", "index.html");
  const style = await servedAs("text/css", "guide.css");
  const script = await servedAs("text/javascript", "guide.js");
  return new Elysia({ name: "page" })
    .get("/", () => html(), hidden)
    .get("/page/guide.css", () => style(), hidden)
    .get("/page/guide.js", () => script(), hidden);
}

async function servedAs(type: string, file: string): Promise<() => Response> {
  const text = await readFile(join(import.meta.dirname, "page", file), "utf8");
  return () => new Response(text, { headers: { ...headers, "content-type": `${type}; charset=utf-8` } });
}
