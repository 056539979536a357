/** Says which keys of an object are unknown. Nothing is said about what is not there. */
export function unknownKeys(
  place: string,
  value: object | undefined,
  known: readonly string[],
): readonly string[] {
  return Object.keys(value ?? {})
    .filter((key) => !known.includes(key))
    .map((key) => `${place} has the unknown key "${key}"; it takes ${known.join(", ")}.`);
}

/** The names that are there more than once, each once. */
export function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}
