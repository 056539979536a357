import { createHash, randomBytes } from "node:crypto";

import { node } from "@elysia/node";
import { verify } from "@node-rs/argon2";
import { Elysia, t } from "elysia";
import { SignJWT } from "jose";
import postgres from "postgres";

import { address, isBun } from "./listen.ts";

/**
 * The rival of sign-ins: what is written by hand at the least on the same framework, driver, argon2 and jose. An account by
 * its address, its password, a session with a hashed refresh token, a signed access token. No limits of attempts, no
 * sessions that end because there are too many, no audit, no security headers.
 */
const sql = postgres(process.env["DATABASE_URL"] ?? "", { max: 10, onnotice: () => undefined });
await sql`create table if not exists hand_sessions (
  id uuid primary key default gen_random_uuid(), user_id uuid not null, refresh_hash text not null,
  address text, agent text, created_at timestamptz not null default now())`;
const key = Buffer.from(process.env["JWT_SECRET"] ?? "", "base64");
const anyHash =
  "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$8zq1Zx1dM1xqQ1v0m9m2x3l6Cw2o7cQe8Jb3q0y1n4E";

new Elysia(isBun ? {} : { adapter: node() })
  .post(
    "/api/users/login",
    async ({ body, headers, status }) => {
      const [user] = await sql`
        select id, email, name, password from users where email = ${body.email.trim().toLowerCase()}`;
      const isRight = await verify(user === undefined ? anyHash : String(user["password"]), body.password);
      if (user === undefined || !isRight) return status(401, { code: "INVALID_CREDENTIALS" });
      const refreshToken = randomBytes(32).toString("base64url");
      const [session] = await sql`
        insert into hand_sessions (user_id, refresh_hash, address, agent)
        values (${user["id"]}, ${createHash("sha256").update(refreshToken).digest("hex")},
          ${headers["x-forwarded-for"] ?? null}, ${headers["user-agent"] ?? null})
        returning id`;
      const accessToken = await new SignJWT({ sid: session?.["id"] })
        .setProtectedHeader({ alg: "HS256" })
        .setSubject(String(user["id"]))
        .setIssuedAt()
        .setExpirationTime("15m")
        .sign(key);
      const { password: _, ...shown } = user;
      return { accessToken, refreshToken, expiresIn: 900, user: shown };
    },
    { body: t.Object({ email: t.String({ maxLength: 254 }), password: t.String({ maxLength: 128 }) }) },
  )
  .listen(address);
