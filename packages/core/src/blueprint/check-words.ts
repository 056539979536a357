/** What documents say of a field or a collection. It comes from a configuration that may have no types. */
interface Words {
  readonly description?: unknown;
  readonly deprecated?: unknown;
}

/** Says what is wrong with the words that documents take over, each as half a sentence. */
export function wordsProblems({ description, deprecated }: Words): readonly string[] {
  const found: string[] = [];
  if (description !== undefined && (typeof description !== "string" || description.trim() === "")) {
    found.push("has a description without a text");
  }
  if (deprecated !== undefined && typeof deprecated !== "boolean") {
    found.push("has a deprecated that is neither true nor false");
  }
  return found;
}
