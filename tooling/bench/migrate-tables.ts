import type { Column, Table } from "@lucent/core";

/** As many tables as one wants, each with ten columns, a check, two indexes beside its key and a foreign key. */
export function benchTables(count: number): readonly Table[] {
  return Array.from({ length: count }, (_, at) => benchTable(`bench_${at}`, `bench_${Math.floor(at / 10)}`));
}

function benchTable(name: string, parent: string): Table {
  return {
    name,
    owner: `collection ${name}`,
    columns,
    primaryKey: { name: `${name}_pkey`, columns: ["id"] },
    indexes: [
      { name: `${name}_slug_idx`, columns: [{ name: "slug", descending: false }], unique: true },
      {
        name: `${name}_parent_idx`,
        columns: [
          { name: "parent", descending: false },
          { name: "id", descending: true },
        ],
        unique: false,
      },
    ],
    foreignKeys: [
      { name: `${name}_parent_fkey`, column: "parent", references: parent, onDelete: "set null" },
    ],
    checks: [{ name: `${name}_status_check`, column: "status", options: ["draft", "published"] }],
  };
}

const columns: readonly Column[] = [
  { name: "id", type: "uuid", nullable: false },
  { name: "title", type: "text", nullable: false },
  { name: "slug", type: "text", nullable: false },
  { name: "body", type: "text", nullable: true },
  { name: "status", type: "text", nullable: false, default: { value: "draft" } },
  { name: "rating", type: "double precision", nullable: true },
  { name: "visits", type: "integer", nullable: false, default: { value: "0" } },
  { name: "open", type: "boolean", nullable: false, default: { value: "false" } },
  { name: "parent", type: "uuid", nullable: true },
  {
    name: "created_at",
    type: "timestamp(3) with time zone",
    nullable: false,
    default: { call: "now" },
  },
];
