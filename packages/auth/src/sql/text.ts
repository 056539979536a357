/** Quotes an identifier. Names come from the blueprint, never from a client; doubled quotes are the second net. */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** A text constant of the configuration, never of a client. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A span of time of the configuration.
 * @throws TypeError for anything but a number of seconds.
 */
export function seconds(length: number): string {
  if (!Number.isFinite(length) || length < 0) throw new TypeError("a span of time is a number of seconds");
  return `interval '${length.toFixed(3)} s'`;
}

/** A moment the way documents show it. Connections are in UTC. */
export function iso(moment: string): string {
  return `to_char(${moment}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
