import { hashQueue } from "../../src/credential/hash-queue.ts";
import { accountHasher } from "../../src/credential/password-hasher.ts";

/** The cheapest hashes that a start allows, for tests in which the cost is not the point. */
export const cheap = { memory: 7_168, passes: 5, lanes: 1 } as const;

/** A hash as another application, or another time, has made it. */
export async function hashOf(
  password: string,
  parameters: { readonly memory: number; readonly passes: number; readonly lanes: number } = cheap,
): Promise<string> {
  const hasher = await accountHasher(parameters, hashQueue());
  return hasher.hash(password);
}

/** A database that runs SQL beside the application. */
interface Beside {
  sql(text: string, ...values: readonly (string | number | null)[]): Promise<unknown>;
}

/**
 * Makes accounts `<name>-<n>@example.com`, n from 1, that share a password's hash: many cost no more than one.
 * @returns Their addresses.
 */
export async function insertAccounts(
  beside: Beside,
  {
    name,
    count,
    hash,
    isVerified = true,
    table = "users",
  }: {
    readonly name: string;
    readonly count: number;
    readonly hash: string | null;
    readonly isVerified?: boolean;
    readonly table?: string;
  },
): Promise<readonly string[]> {
  await beside.sql(
    `insert into "${table}" (id, email, password, email_verified)
      select gen_random_uuid(), $1::text || '-' || n || '@example.com', $2::text, $3::text::boolean
      from generate_series(1, $4::int) n`,
    name,
    hash,
    String(isVerified),
    count,
  );
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}@example.com`);
}
