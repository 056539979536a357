import type { CollectionModel, FieldModel, LinkTable } from "../contract/model.ts";
import { quote, type Writer } from "./writer.ts";

/** The targets of a relationship of the row `alias`, as the parts of a query. */
export interface Target {
  /** Alias of the target's row. */
  readonly alias: string;
  readonly from: string;
  /** Which targets belong to the row. */
  readonly on: string;
  /** What a to-many relationship is ordered by. */
  readonly position: string;
}

/** How to reach the targets of a relationship. */
export function targetSql(
  { column, links }: FieldModel,
  { table }: CollectionModel,
  { alias, to }: { readonly alias: string; readonly to: Writer },
): Target {
  const target = to.alias();
  const from = `${quote(table)} ${target}`;
  if (links === undefined) {
    return { alias: target, from, on: `${target}."id" = ${alias}.${quote(column)}`, position: "" };
  }
  const link = to.alias();
  return {
    alias: target,
    from: `${quote(links.table)} ${link} join ${from} on ${target}."id" = ${link}.${quote(links.target)}`,
    on: `${link}.${quote(links.owner)} = ${alias}."id"`,
    position: `${link}.${quote(links.position)}`,
  };
}

/** The ids that a to-many relationship holds, in stored order. */
export function linksSql(links: LinkTable, alias: string, to: Writer): string {
  const link = to.alias();
  const ids = `select ${link}.${quote(links.target)} from ${ownLinks(links, alias, link)}`;
  return `array(${ids} order by ${link}.${quote(links.position)})`;
}

/** The links of the row `alias`: a FROM clause with its condition. */
export function ownLinks(links: LinkTable, alias: string, link: string): string {
  return `${quote(links.table)} ${link} where ${link}.${quote(links.owner)} = ${alias}."id"`;
}
