/** The document of an account, as a read without rules of fields shows it. */
export interface AccountDocument {
  readonly id: string;
  readonly [field: string]: unknown;
}

/**
 * Reads the JSON text of an account.
 * @throws TypeError where a statement answered anything else: nobody is taken for signed in by mistake.
 */
export function accountDocument(text: unknown): AccountDocument {
  if (typeof text !== "string") throw new TypeError("a statement answered no account");
  // oxlint-disable-next-line no-restricted-properties -- what Postgres writes for a row is JSON
  const document: unknown = JSON.parse(text);
  if (!isDocument(document)) throw new TypeError("a statement answered no account");
  return document;
}

function isDocument(value: unknown): value is AccountDocument {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string";
}
