/** A value of a JSON document, with its place. */
export interface Node {
  readonly value: unknown;
  /** Where it is: a JSON pointer (RFC 6901) as the fragment of a URL. */
  readonly pointer: string;
  /** The document that it is in. */
  readonly root: unknown;
}

/** The whole of a document. */
export function rootOf(value: unknown): Node {
  return resolved({ value, pointer: "#", root: value });
}

/** A member or an item; its value is `undefined` where there is none. References are followed. */
export function at(node: Node, ...names: readonly string[]): Node {
  let found = node;
  for (const name of names) {
    const { value } = found;
    const inner: unknown =
      typeof value === "object" && value !== null && Object.hasOwn(value, name)
        ? Reflect.get(value, name)
        : undefined;
    found = resolved({ ...found, value: inner, pointer: `${found.pointer}/${token(name)}` });
  }
  return found;
}

/** Names of the members of an object; none of anything else. */
export function namesIn({ value }: Node): readonly string[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** The items of a list; none of anything else. */
export function itemsOf(node: Node): readonly Node[] {
  return Array.isArray(node.value) ? node.value.map((_, index) => at(node, String(index))) : [];
}

/** Whether there is anything. */
export function exists({ value }: Node): boolean {
  return value !== undefined;
}

/** The texts in a list. */
export function textsIn({ value }: Node): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** JSON text with sorted members: equal for values that are equal. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([left], [right]) => (left < right ? -1 : 1)))
        : inner,
    ) ?? ""
  );
}

function token(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

// A chain of references that leads back to itself leads nowhere.
const maxReferences = 20;

function resolved(node: Node): Node {
  let found = node;
  for (let count = 0; count < maxReferences; count += 1) {
    const { value, root } = found;
    const reference: unknown =
      typeof value === "object" && value !== null && "$ref" in value ? value.$ref : undefined;
    if (typeof reference !== "string" || !reference.startsWith("#/")) return found;
    let inner: unknown = root;
    for (const name of reference.slice(2).split("/").map(plain)) {
      inner =
        typeof inner === "object" && inner !== null && Object.hasOwn(inner, name)
          ? Reflect.get(inner, name)
          : undefined;
    }
    found = { value: inner, pointer: reference, root };
  }
  return { ...found, value: undefined };
}

function plain(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}
