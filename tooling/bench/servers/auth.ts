import { node } from "@elysia/node";
import { auth } from "@lucent/auth";
import { defineCollection, defineConfig, lucent } from "@lucent/core";
import { migrate } from "@lucent/migrate";
import { Elysia } from "elysia";

import { address, isBun } from "./listen.ts";
import { loopDelay } from "./loop-delay.ts";

const users = defineCollection({
  slug: "users",
  auth: { session: { cache: Number(process.env["BENCH_CACHE"] ?? 0) } },
  fields: { name: { type: "text" } },
  access: { create: true },
});

// The same rule for everybody: what is compared is finding out who asks.
const notes = defineCollection({
  slug: "notes",
  timestamps: true,
  fields: { title: { type: "text", required: true }, body: { type: "textarea" } },
  access: { read: true },
});

const config = defineConfig({
  collections: [users, notes],
  api: { trustProxy: 1 },
  plugins: [migrate({ onStart: "apply" }), auth({ mailer: false })],
  logger: false,
});

const delay = loopDelay();

new Elysia(isBun ? {} : { adapter: node() })
  .use(await lucent(config))
  .get("/loop-delay", () => delay.read())
  .listen(address);
