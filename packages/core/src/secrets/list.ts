import type { Row, Runner } from "../contract/database.ts";
import type { SecretEntry, SecretParts } from "../contract/secrets.ts";
import { selectSecretNames } from "../sql/secrets.ts";
import type { EncryptionKeys } from "./encryption-keys.ts";
import { checkPart, isSecretKey, secretParts } from "./secret-key.ts";

/** The secrets whose names have these parts, without their values. @throws TypeError for a part that is none. */
export async function listSecrets(
  { database, keys }: { readonly database: Runner; readonly keys: EncryptionKeys },
  wanted: Partial<SecretParts> = {},
): Promise<readonly SecretEntry[]> {
  for (const part of secretParts) if (wanted[part] !== undefined) checkPart(part, wanted[part]);
  const rows = await database.run(selectSecretNames(secretParts.map((part) => wanted[part])));
  return rows.flatMap((row) => entryOf(row, keys));
}

/** A name that is none was not written by us, and can't be asked for. */
function entryOf([key, version, updatedAt]: Row, { current }: EncryptionKeys): readonly SecretEntry[] {
  if (!isSecretKey(key)) return [];
  const keyVersion = String(version);
  return [{ key, keyVersion, isCurrent: keyVersion === current.version, updatedAt: String(updatedAt) }];
}
