/** Something that runs SQL. */
interface RunsSql {
  sql(text: string, ...values: readonly (string | number)[]): Promise<unknown>;
}

const moving = [
  ["lucent_sessions", "id", ["created_at", "authenticated_at", "last_used_at", "rotated_at", "expires_at"]],
  ["lucent_tokens", "hash", ["created_at", "expires_at"]],
  ["lucent_api_keys", "id", ["created_at", "last_used_at", "expires_at"]],
] as const;

/** Lets time go by for all that an account has. */
export async function pass(world: RunsSql, userId: string, seconds: number): Promise<void> {
  for (const [table, key, moments] of moving) {
    const set = moments.map((each) => `${each} = ${each} - make_interval(secs => $2::float8)`);
    // Locked in one order, as by whoever ends several, so that the two never wait for each other.
    const own = `select ${key} from ${table} where user_id = $1::uuid order by ${key} for update`;
    await world.sql(`update ${table} set ${set.join(", ")} where ${key} in (${own})`, userId, seconds);
  }
}
