import { auth, type Mailer } from "@lucent/auth";
import type { Config, Lucent } from "@lucent/core";

import { openapi } from "../../src/index.ts";
import { nobody, visitor } from "./accounts.ts";
import { make, serve } from "./application.ts";
import { Memory } from "./memory.ts";
import type { Fuzzed } from "./run.ts";
import { wire } from "./wire.ts";

/** The cheapest hashes that a start allows. */
const hash = { memory: 7_168, passes: 5, lanes: 1 } as const;

/** Puts the tokens of mails where whoever reads them would know them. */
function postTo(memory: Memory): Mailer {
  return {
    async send({ text }) {
      const [, page, token] = /(\/[\w-]+)[#?]token=([\w-]{43})/.exec(text) ?? [];
      if (token !== undefined) memory.keepBundle({ token, page });
    },
  };
}

/** The plugin for accounts, made for a run. */
export function accounts(memory: Memory): ReturnType<typeof auth> {
  return auth({ appName: "City guide", hash, mailer: postTo(memory) });
}

/** The example, with a few rows. */
export async function servedGuide(server: string): Promise<Fuzzed> {
  const memory = new Memory();
  const config = await guideConfig();
  const others = (config.plugins ?? []).filter(({ name }) => name !== "openapi" && name !== "auth");
  const application = await serve(server, {
    ...config,
    plugins: [accounts(memory), ...others, openapi({ title: "City guide", view: "caller" })],
  });
  const { engine, port } = application;
  await fill(engine);
  const over = wire(port);
  const visitors = [
    await visitor(engine, over, {
      name: "admin",
      weight: 8,
      slug: "users",
      fields: { name: "Ada", role: "admin" },
    }),
    await visitor(engine, over, { name: "reader", weight: 5, slug: "users", fields: { name: "Rae" } }),
    await visitor(engine, over, {
      name: "key",
      weight: 2,
      slug: "users",
      fields: { name: "Kim", role: "editor" },
      scopes: ["places:read", "places:create", "reviews:read"],
    }),
    nobody,
  ];
  for (const name of ["Pat", "Max", "Lou"])
    memory.keepBundle(
      (await visitor(engine, over, { name, weight: 0, slug: "users", fields: { name } })).knows,
    );
  over.close();
  return { ...application, name: "the example", visitors, memory, secrets: { values: [], names: [] } };
}

/** Its own file, which belongs to another program: its accounts have names there that are not those of this one. */
async function guideConfig(): Promise<Config> {
  const file = new URL("../../../../apps/example/src/lucent.config.ts", import.meta.url);
  const { default: config } = (await import(file.href)) as { readonly default: Config };
  return config;
}

async function fill(engine: Lucent): Promise<void> {
  const countries = [
    ["Portugal", "PT", "PRT"],
    ["Japan", "JP", "JPN"],
  ] as const;
  const place = { lat: 1, lng: 2 };
  for (const [name, cca2, cca3] of countries) {
    const country = await make(engine, "countries", {
      name,
      cca2,
      cca3,
      region: "Asia",
      landlocked: false,
      ...place,
    });
    for (const town of ["Porto", "Lagos", "Kyoto"]) {
      const city = await make(engine, "cities", { name: town, country, ...place });
      const title = `A café in ${town} ${cca2}`;
      await make(engine, "places", { title, city, kind: "cafe", status: "published" });
    }
  }
}
