import { node } from "@elysia/node";
import { Elysia } from "elysia";
import postgres from "postgres";

import { address, isBun } from "./listen.ts";

/** The rival: what a careful developer writes by hand for the same two routes, on the same framework and driver. */
const sql = postgres(process.env["DATABASE_URL"] ?? "", { max: 10 });
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const defaultPerPage = 20;

new Elysia(isBun ? {} : { adapter: node() })
  .get("/api/places", async ({ query, status }) => {
    const perPage = query["perPage"] === undefined ? defaultPerPage : Number(query["perPage"]);
    if (!Number.isInteger(perPage) || perPage < 1 || perPage > 100)
      return status(400, { code: "BAD_REQUEST" });
    const rows = await sql`
      select id, title, slug, body, status, kind, rating, visits, open, created_at as "createdAt",
        updated_at as "updatedAt"
      from places where status = 'published' order by created_at desc, id desc limit ${perPage + 1}`;
    const data = rows.slice(0, perPage).map((row) => ({ ...row, visits: Number(row["visits"]) }));
    return { data, meta: { perPage, hasNextPage: rows.length > perPage, page: 1 } };
  })
  .get("/api/places/:id", async ({ params: { id }, status }) => {
    if (!uuid.test(id)) return status(404, { code: "NOT_FOUND" });
    const [row] = await sql`
      select id, title, slug, body, status, kind, rating, visits, open, created_at as "createdAt",
        updated_at as "updatedAt"
      from places where id = ${id} and status = 'published'`;
    return row === undefined ? status(404, { code: "NOT_FOUND" }) : { ...row, visits: Number(row["visits"]) };
  })
  .listen(address);
