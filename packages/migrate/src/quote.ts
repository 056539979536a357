/**
 * A name as it is written into a statement.
 * @throws TypeError for a text that Postgres can't hold.
 */
export function identifier(name: string): string {
  if (name === "") throw new TypeError("a name is empty");
  return `"${storable(name).replaceAll('"', '""')}"`;
}

/**
 * A text as it is written into a statement that takes no parameters, which DDL does not. A backslash gets the escape
 * form, which means the same whatever `standard_conforming_strings` says.
 * @throws TypeError for a text that Postgres can't hold.
 */
export function literal(text: string): string {
  const quoted = storable(text).replaceAll("'", "''");
  return quoted.includes("\\") ? `E'${quoted.replaceAll("\\", "\\\\")}'` : `'${quoted}'`;
}

function storable(text: string): string {
  if (text.includes("\0") || !text.isWellFormed())
    throw new TypeError("a text holds what Postgres can't store");
  return text;
}
