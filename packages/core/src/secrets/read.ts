import type { Runner } from "../contract/database.ts";
import type { SecretKey } from "../contract/secrets.ts";
import { type SealedSecret, selectSecret } from "../sql/secrets.ts";

/** What is stored under a name. */
export async function readSecret(database: Runner, name: SecretKey): Promise<SealedSecret | undefined> {
  const [row] = await database.run(selectSecret(name));
  return row === undefined ? undefined : { name, value: String(row[0]), version: String(row[1]) };
}
