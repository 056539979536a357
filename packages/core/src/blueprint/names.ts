import { createHash } from "node:crypto";

/** Grammar of slugs; also what keeps every table name within 63 bytes. */
export const slugGrammar: RegExp = /^[a-z][a-z0-9-]{0,47}$/;

/** Grammar of field names. */
export const fieldGrammar: RegExp = /^[a-z][A-Za-z0-9]{0,47}$/;

/** Path segments under the API prefix that are not collections. */
export const reservedSlugs: ReadonlySet<string> = new Set(["batch", "files", "health", "docs", "openapi"]);

/** Names that the engine owns in documents and filters. */
export const reservedFields: ReadonlySet<string> = new Set([
  "id",
  "createdAt",
  "updatedAt",
  "deletedAt",
  "constructor",
  "prototype",
  "and",
  "or",
  "not",
  // Columns that Postgres gives every table.
  "ctid",
  "xmin",
  "xmax",
  "cmin",
  "cmax",
  "tableoid",
]);

/** Table of a slug: `blog-posts` → `blog_posts`. */
export function tableName(slug: string): string {
  return slug.replaceAll("-", "_");
}

/** Column of a field: `createdAt` → `created_at`. One name each way, since field names have no underscore. */
export function columnName(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Postgres cuts longer identifiers silently, so that two names can become one. */
export const maxIdentifierBytes = 63;

/** Name of an index or constraint, within 63 bytes: a long one ends with a digest of itself. */
export function objectName(parts: readonly string[], suffix: string): string {
  const full = [...parts, suffix].join("_");
  if (full.length <= maxIdentifierBytes) return full;
  const digest = createHash("sha256").update(full).digest("hex").slice(0, 8);
  const room = maxIdentifierBytes - digest.length - suffix.length - 2;
  return `${parts.join("_").slice(0, room)}_${digest}_${suffix}`;
}
