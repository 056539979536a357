import { setTimeout as pause } from "node:timers/promises";

import postgres from "postgres";

/** What a server says of itself once it answers. */
export interface PostgresFacts {
  readonly major: number;
  readonly dataDirectory: string | undefined;
}

/** Connects once and asks who is there; throws when nobody answers. */
export async function askPostgres(url: string, timeoutMs = 5000): Promise<PostgresFacts> {
  const sql = postgres(url, { max: 1, connect_timeout: timeoutMs / 1000, onnotice: () => undefined });
  try {
    const answer = sql<{ major: number; data: string | null }[]>`
      select current_setting('server_version_num')::int / 10000 as major,
        case when pg_has_role(current_user, 'pg_read_all_settings', 'usage')
          then current_setting('data_directory') end as data`;
    const rows = await Promise.race([answer, failAfter(timeoutMs + 1000)]);
    return { major: rows[0]?.major ?? 0, dataDirectory: rows[0]?.data ?? undefined };
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** A database URL that can be printed: the password is masked, and so is a text that is no URL. */
export function maskUrl(text: string): string {
  if (!URL.canParse(text)) return "not shown";
  const url = new URL(text);
  if (url.password !== "") url.password = "***";
  for (const name of url.searchParams.keys()) {
    if (/pass/i.test(name)) url.searchParams.set(name, "***");
  }
  return url.href;
}

async function failAfter(milliseconds: number): Promise<never> {
  await pause(milliseconds, undefined, { ref: false });
  throw new Error("The server did not answer in time.");
}
