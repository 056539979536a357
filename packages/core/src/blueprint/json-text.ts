import type { Stored } from "./scalar.ts";

const defaultMaxBytes = { json: 65_536, richtext: 262_144 } as const;

/** A JSON value as the text that jsonb takes, or the rule that it breaks. */
export function storedJson(
  field: { readonly type: "json" | "richtext"; readonly maxBytes?: number },
  value: unknown,
): Stored {
  if (field.type === "richtext" && typeof value !== "object") return { rule: "type" };
  const text = jsonText(value);
  if (text === undefined) return { rule: "format" };
  if (Buffer.byteLength(text) > (field.maxBytes ?? defaultMaxBytes[field.type])) return { rule: "maxLength" };
  // JSON.stringify escapes what jsonb can't hold: NUL, and a surrogate without its other half.
  return hasUnstorableEscape(text) ? { rule: "format" } : { value: text };
}

/** The text of a JSON value; `undefined` for what JSON can't say, which JSON.stringify would turn into null or drop. */
export function jsonText(value: unknown): string | undefined {
  let isExact = true;
  const text: unknown = JSON.stringify(value, (_, part: unknown) => {
    const isLost = typeof part === "number" ? !Number.isFinite(part) : notJson.has(typeof part);
    if (isLost) isExact = false;
    return isLost ? null : part;
  });
  return isExact && typeof text === "string" ? text : undefined;
}

const notJson: ReadonlySet<string> = new Set(["undefined", "function", "symbol", "bigint"]);

/** Looks for `\u0000` and lone surrogates among the escapes that JSON.stringify wrote (a `\\` before them is text). */
function hasUnstorableEscape(json: string): boolean {
  if (!json.includes("\\u")) return false;
  for (let at = json.indexOf("\\"); at !== -1; at = json.indexOf("\\", at + 2)) {
    if (json.startsWith("u0000", at + 1) || /^ud[89a-f]/.test(json.slice(at + 1, at + 4))) return true;
  }
  return false;
}
