import type { FieldModel } from "../contract/model.ts";
import { arrayLiteral, quote, type Writer } from "./writer.ts";

/** The references that a to-many relationship shall hold, in order, each once. */
export interface Links {
  readonly field: FieldModel;
  readonly ids: readonly string[];
}

/**
 * Makes the references of the written row `n` those given: parts of the same WITH. What is not named any more is
 * deleted and the rest inserted or moved; the two never meet in one row.
 */
export function linksWritten({ field, ids }: Links, to: Writer): readonly string[] {
  const { links } = field;
  if (links === undefined) return [];
  const table = quote(links.table);
  const [owner, target, position] = [quote(links.owner), quote(links.target), quote(links.position)];
  const list = (): string => to.bind(arrayLiteral(ids), "uuid[]");
  const remove = `delete from ${table} l using n where l.${owner} = n."id" and l.${target} <> all(${list()})`;
  const insert =
    `insert into ${table} (${owner}, ${target}, ${position}) ` +
    `select n."id", u.id, u.at from n, unnest(${list()}) with ordinality u(id, at) ` +
    `on conflict (${owner}, ${target}) do update set ${position} = excluded.${position}`;
  return [`${to.alias()} as (${remove})`, `${to.alias()} as (${insert})`];
}
