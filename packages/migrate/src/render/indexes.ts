import { identifier } from "../quote.ts";
import { isTemporaryName, nextIndexName, retiredIndexName } from "../temporary.ts";
import { briefOrder, briefPiece } from "./brief.ts";
import type { ChangeOf, Context, How } from "./context.ts";
import { type IndexBuild, indexSql } from "./ddl.ts";
import { type Piece, piece } from "./piece.ts";

/** An index: at once, or with many rows alone, while others write. */
export function createIndex(
  { table, index, leftover }: ChangeOf<"createIndex">,
  how: How,
  context: Context,
): readonly Piece[] {
  const build = { index, on: context.qualified(table.name) };
  if (how.online || leftover !== undefined) {
    return [
      ...(leftover === undefined
        ? []
        : [dropConcurrently({ table: table.name, name: leftover, stage: "build" }, context)]),
      buildConcurrently({ table: table.name, build, how }, context),
    ];
  }
  return [
    briefPiece(
      context,
      { table: table.name, part: index.name },
      {
        order: briefOrder.buildIndex,
        kind: "buildIndex",
        title: `build ${kindOf(build)} "${index.name}" on "${table.name}"`,
        hazard: how.hazard,
        rows: how.rows,
        mode: "SHARE",
        statements: [indexSql(build)],
        after: { add: [`index ${index.name}`] },
      },
    ),
  ];
}

/** Another definition: with many rows beside the old index, which goes when the new one is whole. */
export function replaceIndex(change: ChangeOf<"replaceIndex">, how: How, context: Context): readonly Piece[] {
  const { table, index, next } = change;
  if (!how.online && next === undefined) return [replaceBriefly(change, how, context)];
  const name = next?.name ?? nextIndexName(table.name, index.name);
  const build = { index: { ...index, name }, on: context.qualified(table.name) };
  const retired = retiredIndexName(table.name, index.name);
  return [
    ...(next?.ready === false
      ? [dropConcurrently({ table: table.name, name, stage: "build" }, context)]
      : []),
    ...(next?.ready === true ? [] : [buildConcurrently({ table: table.name, build, how }, context)]),
    piece({
      stage: "settle",
      unit: table.name,
      order: briefOrder.buildIndex,
      kind: "swapIndex",
      object: `${table.name}.${index.name}`,
      title: `replace index "${index.name}" of "${table.name}": the new one takes its name`,
      statements: [
        `alter index ${context.qualified(index.name)} rename to ${identifier(retired)}`,
        `alter index ${context.qualified(name)} rename to ${identifier(index.name)}`,
      ],
      after: [
        { table: table.name, remove: [`index ${name}`], add: [`index ${index.name}`, `index ${retired}`] },
      ],
    }),
    dropConcurrently({ table: table.name, name: retired, stage: "retire" }, context),
  ];
}

function replaceBriefly({ table, index }: ChangeOf<"replaceIndex">, how: How, context: Context): Piece {
  return briefPiece(
    context,
    { table: table.name, part: index.name },
    {
      order: briefOrder.buildIndex,
      kind: "buildIndex",
      title: `replace index "${index.name}" of "${table.name}"`,
      hazard: how.hazard,
      rows: how.rows,
      statements: [
        `drop index ${context.qualified(index.name)}`,
        indexSql({ index, on: context.qualified(table.name) }),
      ],
      after: { add: [`index ${index.name}`] },
    },
  );
}

/** An index that nobody asks for any more. Always concurrently: it costs nothing but patience, whatever the size. */
export function dropIndex(
  { table, name }: ChangeOf<"dropIndex">,
  how: How,
  context: Context,
): readonly Piece[] {
  return retireIndex({ table: table.name, name, hazard: how.hazard }, context);
}

/**
 * Drops an index of ours for good. It gets a name that only we give first: were we interrupted between the drop and what
 * is written down about it, its own name would stay ours, whoever gives it to an index of theirs.
 */
export function retireIndex(
  { table, name, hazard = "safe" }: Omit<AloneDrop, "stage">,
  context: Context,
): readonly Piece[] {
  if (isTemporaryName(name)) return [dropConcurrently({ table, name, stage: "retire", hazard }, context)];
  const retired = retiredIndexName(table, name);
  return [
    piece({
      stage: "settle",
      unit: table,
      order: briefOrder.buildIndex,
      kind: "renameIndex",
      object: `${table}.${name}`,
      title: `set index "${name}" of "${table}" aside`,
      statements: [`alter index ${context.qualified(name)} rename to ${identifier(retired)}`],
      after: [{ table, remove: [`index ${name}`], add: [`index ${retired}`] }],
    }),
    dropConcurrently({ table, name: retired, stage: "retire", hazard }, context),
  ];
}

/** An index that is built alone. */
export interface AloneBuild {
  readonly table: string;
  readonly build: IndexBuild;
  readonly how: Pick<How, "rows">;
}

/** Builds an index while others read and write. */
function buildConcurrently({ table, build, how }: AloneBuild, context: Context): Piece {
  const { name } = build.index;
  return piece({
    stage: "build",
    unit: `${table}.${name}`,
    kind: "buildIndex",
    object: `${table}.${name}`,
    title: `build ${kindOf(build)} "${name}" on "${table}" while others use it`,
    hazard: "slow",
    rows: how.rows,
    locks: context.locks("SHARE UPDATE EXCLUSIVE", table),
    statements: [indexSql({ ...build, concurrently: true })],
    // Known as ours from the start: what an interrupted build leaves must not pass for somebody else's.
    before: [{ table, add: [`index ${name}`] }],
  });
}

/** An index that is dropped alone. */
export interface AloneDrop {
  readonly table: string;
  readonly name: string;
  readonly stage: "build" | "retire";
  readonly hazard?: How["hazard"];
}

/** Drops an index while others read and write. */
function dropConcurrently({ table, name, stage, hazard = "safe" }: AloneDrop, context: Context): Piece {
  return piece({
    stage,
    unit: `${table}.${name}`,
    kind: "dropIndex",
    object: `${table}.${name}`,
    title: `drop index "${name}" of "${table}" while others use it`,
    hazard,
    locks: context.locks("SHARE UPDATE EXCLUSIVE", table),
    statements: [`drop index concurrently ${context.qualified(name)}`],
    after: [{ table, remove: [`index ${name}`] }],
  });
}

function kindOf({ index }: IndexBuild): string {
  return index.unique ? "unique index" : "index";
}
