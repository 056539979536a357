import type { AuditInput } from "../contract/audit.ts";
import type { Database, Runner } from "../contract/database.ts";
import type { Services } from "../contract/plugin.ts";
import type { SecretAccess, SecretKey, Secrets } from "../contract/secrets.ts";
import { deleteSecret, upsertSecret } from "../sql/secrets.ts";
import type { EncryptionKeys } from "./encryption-keys.ts";
import { listSecrets } from "./list.ts";
import { readSecret } from "./read.ts";
import { rotateSecrets } from "./rotate.ts";
import { SecretError } from "./secret-error.ts";
import { isSecretKey } from "./secret-key.ts";
import { sealedSecret, unsealedValue } from "./values.ts";

/** What secrets are kept with. */
export interface StoreParts {
  readonly database: Database;
  readonly keys: EncryptionKeys;
  readonly audit: Services["audit"];
}

/** The secrets of a database. */
export function secretStore({ database, keys, audit }: StoreParts): Secrets {
  const access = (runner: Runner): SecretAccess => secretAccess(runner, keys, audit);
  return {
    ...access(database),
    inside: access,
    list: (parts) => listSecrets({ database, keys }, parts),
    async rotate(options) {
      const rotation = await rotateSecrets({ database, keys }, options);
      const target = `key ${keys.current.version}`;
      const outcome = rotation.remaining === 0 ? "ok" : "fail";
      audit({ event: "secret.rotated", outcome, actor: { type: "system" }, target });
      return rotation;
    },
  };
}

function secretAccess(runner: Runner, keys: EncryptionKeys, audit: Services["audit"]): SecretAccess {
  const report = (event: AuditInput["event"], key: SecretKey): void =>
    audit({ event, outcome: "ok", actor: { type: "system" }, target: `secret ${key}` });

  async function get(key: SecretKey): ReturnType<SecretAccess["get"]> {
    const stored = await readSecret(runner, checked(key));
    return stored === undefined ? undefined : unsealedValue(stored, keys);
  }

  return {
    get,
    async require(key) {
      const value = await get(key);
      if (value === undefined) throw new SecretError("SECRET_MISSING", key);
      return value;
    },
    async set(key, value) {
      await runner.run(upsertSecret(sealedSecret(checked(key), value, keys)));
      report("secret.set", key);
    },
    async delete(key) {
      const [deleted] = await runner.run(deleteSecret(checked(key)));
      if (deleted !== undefined) report("secret.deleted", key);
      return deleted !== undefined;
    },
  };
}

/** An application without types may hand over any text. */
function checked(key: SecretKey): SecretKey {
  if (isSecretKey(key)) return key;
  throw new TypeError("the name of a secret is what secretKey() makes");
}
