import type { Plugin } from "../contract/plugin.ts";
import { secretsCommand } from "./command.ts";
import { readKeys, type SecretsOptions } from "./encryption-keys.ts";
import { secretStore } from "./store.ts";
import { secretsTable } from "./table.ts";

/**
 * Keeps credentials that the server itself needs encrypted in the database (AES-256-GCM): `services.secrets`, and the
 * command `lucent secrets`. They have no HTTP route. A start without `LUCENT_SECRETS_KEY` is refused, in development
 * too: what a key made up for one process encrypts would be lost with it.
 */
export function secrets(options: SecretsOptions = {}): Plugin {
  return {
    name: "secrets",
    commands: [secretsCommand(options)],
    tables: () => [secretsTable],
    async start({ database, environment, blueprint, audit }) {
      const keys = readKeys({ options, environment, blueprint });
      return { secrets: secretStore({ database, keys, audit }) };
    },
  };
}
