import { createHmac, hash, randomUUID } from "node:crypto";

import { node } from "@elysia/node";
import { Elysia } from "elysia";
import postgres from "postgres";

import { address, isBun } from "./listen.ts";

/**
 * The same two routes by hand with answers of the same kind as Lucent's: its security headers, a request id, an entity tag
 * that a client may send back, and a signed cursor to the next page.
 */
const sql = postgres(process.env["DATABASE_URL"] ?? "", { max: 10 });
const secret = process.env["SESSION_SECRET"] ?? "";
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const requestId = /^[\w.-]{1,64}$/;
const defaultPerPage = 20;

const headers = {
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "origin-agent-cluster": "?1",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  vary: "Authorization, Cookie, Origin, Sec-Fetch-Site",
  "x-content-type-options": "nosniff",
  "x-dns-prefetch-control": "off",
  "x-frame-options": "DENY",
  "x-xss-protection": "0",
};

new Elysia(isBun ? {} : { adapter: node() })
  .onRequest(({ request, set }) => {
    const given = request.headers.get("x-request-id");
    Object.assign(set.headers, headers);
    set.headers["x-request-id"] = given !== null && requestId.test(given) ? given : randomUUID();
  })
  .get("/api/places", async ({ query, status }) => {
    const perPage = query["perPage"] === undefined ? defaultPerPage : Number(query["perPage"]);
    if (!Number.isInteger(perPage) || perPage < 1 || perPage > 100)
      return status(400, { code: "BAD_REQUEST" });
    const after = query["cursor"] === undefined ? undefined : opened(query["cursor"]);
    if (query["cursor"] !== undefined && after === undefined) return status(400, { code: "BAD_CURSOR" });
    const rows = await sql`
      select id, title, slug, body, status, kind, rating, visits, open, created_at as "createdAt",
        updated_at as "updatedAt"
      from places where status = 'published'
      ${after === undefined ? sql`` : sql`and (created_at, id) < (${after[0]}, ${after[1]})`}
      order by created_at desc, id desc limit ${perPage + 1}`;
    const data = rows.slice(0, perPage).map((row) => ({ ...row, visits: Number(row["visits"]) }));
    const last = rows.length > perPage ? rows[perPage - 1] : undefined;
    const nextCursor = last === undefined ? null : sealed([last["createdAt"], last["id"]]);
    return { data, meta: { perPage, hasNextPage: last !== undefined, nextCursor, page: 1 } };
  })
  .get("/api/places/:id", async ({ params: { id }, request, set, status }) => {
    if (!uuid.test(id)) return status(404, { code: "NOT_FOUND" });
    const [found] = await sql`
      select id, title, slug, body, status, kind, rating, visits, open, created_at as "createdAt",
        updated_at as "updatedAt", xmin::text as version
      from places where id = ${id} and status = 'published'`;
    if (found === undefined) return status(404, { code: "NOT_FOUND" });
    const { version, ...row } = found;
    const tag = `"${hash("sha256", `${secret} places ${id} ${String(version)}`, "base64url").slice(0, 22)}"`;
    set.headers["etag"] = tag;
    if (request.headers.get("if-none-match") === tag) return status(304);
    return { ...row, visits: Number(row["visits"]) };
  })
  .listen(address);

function sealed(values: readonly unknown[]): string {
  const text = JSON.stringify(values);
  return `${Buffer.from(text).toString("base64url")}.${signature(text)}`;
}

function opened(cursor: string): readonly [string, string] | undefined {
  const [encoded = "", signed] = cursor.split(".", 2);
  const text = Buffer.from(encoded, "base64url").toString();
  return signature(text) === signed ? (JSON.parse(text) as readonly [string, string]) : undefined;
}

function signature(text: string): string {
  return createHmac("sha256", secret).update(text).digest("base64url");
}
