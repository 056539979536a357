import { columnName, type Pair, type Shape, type TablePair, tableName } from "./pairs.ts";

/** Values of each type, in the form that the server reads. */
const values: Readonly<Record<Exclude<Shape["type"], "uuid">, readonly string[]>> = {
  text: [
    "",
    "a",
    "b",
    "1",
    "-2",
    "1.5",
    "true",
    "f",
    " 3 ",
    '{"k":1}',
    "null",
    "[]",
    "{a,b}",
    "é\\'\"",
    "2026-01-02T03:04:05Z",
    "00000000-0000-7000-8000-000000000001",
    "5000000000",
    "99999999999999999999",
    "x",
    "NaN",
    "1e3",
  ],
  bigint: ["0", "1", "-1", "5000000000", "9007199254740993", "123456789"],
  "double precision": ["0", "1", "1.5", "-0.25", "1e300", "NaN", "Infinity", "0.1", "12345678"],
  boolean: ["true", "false"],
  "numeric(10,2)": ["0.00", "1.25", "-3.50", "99999999.99", "7.00"],
  "timestamp(3) with time zone": ["2026-01-02T03:04:05.678Z", "1969-07-20T20:17:40Z", "2026-02-03T00:00:00Z"],
  jsonb: ["{}", "[]", '"a"', "1", "null", '{"a":[1,"é"]}', "true", '"b"'],
  "text[]": ["{}", '{"a"}', '{"a","b"}', '{"x"}', '{"1"}', '{""}', '{"a,b","\\"q\\""}'],
};

/** The id of a row: the same in every run, so that references can be drawn before there are any rows. */
function rowId(table: number, row: number): string {
  return `00000000-0000-7000-8000-${String(table).padStart(4, "0")}${String(row).padStart(8, "0")}`;
}

/** Statements that store the rows of the first side, as far as they keep to its rules. */
export function insertsOf(pair: Pair): readonly string[] {
  return pair.tables.flatMap((table, at) => {
    if (!table.isBefore) return [];
    const taken = new Map<number, Set<string>>();
    return table.rows.flatMap((cells, row) => {
      const found = rowOf(pair, { table, cells, taken });
      if (found === undefined) return [];
      const columns = ["id", ...found.map(({ name }) => name)];
      const texts = [`'${rowId(at, row)}'`, ...found.map(({ text }) => text)];
      return [
        `insert into ${tableName(table, at, "before")} (${columns.join(", ")}) values (${texts.join(", ")})`,
      ];
    });
  });
}

interface RowPlace {
  readonly table: TablePair;
  readonly cells: readonly (number | null)[];
  /** What the unique columns hold already. */
  readonly taken: Map<number, Set<string>>;
}

interface Cell {
  readonly name: string;
  readonly text: string;
}

/** `undefined` for a row that its table would refuse. */
function rowOf(pair: Pair, { table, cells, taken }: RowPlace): readonly Cell[] | undefined {
  const found: Cell[] = [];
  for (const [at, each] of table.columns.entries()) {
    if (each.before === undefined) continue;
    const value = valueOf(pair, each.before, cells[at] ?? null);
    const used = taken.get(at) ?? new Set<string>();
    const isRepeated = value !== undefined && each.before.index === "unique" && used.has(value);
    const kept = isRepeated ? undefined : value;
    if (kept === undefined && !each.before.nullable) return undefined;
    if (kept !== undefined) taken.set(at, used.add(kept));
    const text = kept === undefined ? "null" : `'${kept.replaceAll("'", "''")}'`;
    found.push({ name: columnName(each, at, "before"), text });
  }
  return found;
}

function valueOf(pair: Pair, { type, options, target }: Shape, cell: number | null): string | undefined {
  if (cell === null) return undefined;
  if (type === "uuid") {
    const isThere = pair.tables[target]?.isBefore === true;
    const to = pair.tables[target]?.rows.length ?? 0;
    // Whether that row is stored is looked at behind all inserts: a reference that leads nowhere is emptied there.
    return isThere && to > 0 ? rowId(target, cell % to) : undefined;
  }
  const list = options === undefined ? values[type] : optionValues(type, options);
  return list[cell % list.length];
}

function optionValues(type: Exclude<Shape["type"], "uuid">, options: readonly string[]): readonly string[] {
  if (type === "text") return options;
  if (type === "text[]") return ["{}", `{${options.join(",")}}`, ...options.map((option) => `{${option}}`)];
  return values[type];
}

/** Statements that take away rows whose reference leads to a row that was not stored; to be run until none is. */
export function dangling(pair: Pair): readonly string[] {
  return pair.tables.flatMap((table, at) =>
    table.columns.flatMap((each, place) => {
      const target = each.before?.type === "uuid" ? pair.tables[each.before.target] : undefined;
      if (!table.isBefore || each.before === undefined || target?.isBefore !== true) return [];
      const to = tableName(target, each.before.target, "before");
      return [
        `delete from ${tableName(table, at, "before")} t where ${columnName(each, place, "before")} is not null
          and not exists (select from ${to} o where o.id = t.${columnName(each, place, "before")})`,
      ];
    }),
  );
}
