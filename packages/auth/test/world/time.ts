/** Something that runs SQL. */
interface RunsSql {
  sql(text: string, ...values: readonly (string | number)[]): Promise<unknown>;
}

const moving = [
  ["lucent_sessions", ["created_at", "authenticated_at", "last_used_at", "rotated_at", "expires_at"]],
  ["lucent_tokens", ["created_at", "expires_at"]],
  ["lucent_api_keys", ["created_at", "last_used_at", "expires_at"]],
] as const;

/** Lets time go by for all that an account has. */
export async function pass(world: RunsSql, userId: string, seconds: number): Promise<void> {
  for (const [table, moments] of moving) {
    const set = moments.map((each) => `${each} = ${each} - make_interval(secs => $2::float8)`);
    await world.sql(`update ${table} set ${set.join(", ")} where user_id = $1::uuid`, userId, seconds);
  }
}
