import postgres from "postgres";

/** An empty database of a name; one that is there goes. */
export async function freshDatabase(server: string, name: string): Promise<string> {
  const sql = postgres(server, { max: 1, onnotice: () => undefined });
  try {
    await sql`drop database if exists ${sql(name)}`;
    await sql`create database ${sql(name)}`;
  } finally {
    await sql.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Makes the server know how large its tables are. */
export async function analyze(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  await sql`analyze`;
  await sql.end();
}
