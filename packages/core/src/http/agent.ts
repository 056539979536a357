/** What a client calls itself, as it says. */
export function agentOf({ headers }: Request): string | undefined {
  return headers.get("user-agent") ?? undefined;
}
