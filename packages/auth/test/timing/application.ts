import { setTimeout as delay } from "node:timers/promises";

import { defineConfig, lucent, type Plugin } from "@lucent/core";

import type { AccountHasher } from "../../src/credential/password-hasher.ts";
import type { Mailer } from "../../src/mail/mailer.ts";
import { auth } from "../../src/plugin.ts";
import { users } from "../world/collections.ts";
import { listen } from "../world/listen.ts";
import { members } from "../world/members.ts";

// A process of its own that serves accounts, with hashes as dear as in production, until standard input ends. It says its
// port on standard output.

const isPlanted = process.env["TIMING_PLANTED"] === "1";
const mailSeconds = Number(process.env["TIMING_MAIL_SECONDS"]);

const mailer: Mailer = {
  async send(_mail, signal) {
    if (mailSeconds > 0) await delay(mailSeconds * 1_000, undefined, signal === undefined ? {} : { signal });
  },
};

/** The plugin with the defect that these measurements are for: of an unknown account no password is checked. */
function planted(plugin: Plugin): Plugin {
  return {
    ...plugin,
    async start(services) {
      const offered = await plugin.start?.(services);
      const defect: Pick<AccountHasher, "verifyNothing"> = { verifyNothing: async () => false };
      Object.assign(offered?.passwordHasher ?? {}, defect);
      return offered;
    },
  };
}

const plugin = auth({ mailer });
const config = defineConfig({
  collections: [users, members],
  plugins: [isPlanted ? planted(plugin) : plugin],
  database: { url: process.env["TIMING_DATABASE_URL"] ?? "", max: 5 },
  api: { trustProxy: 1 },
  logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
});
const { port } = await listen(await lucent(config, { ...process.env }));
process.stdout.write(`${port}\n`);
process.stdin.resume().on("end", () => process.exit(0));
