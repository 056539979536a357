import type { ColumnType } from "@lucent/core";

import type { Obstacle } from "../../src/type-changes.ts";

/** What comes of values when their column gets another type. */
export interface TypeCase {
  readonly from: string;
  readonly to: ColumnType;
  readonly file: "stays" | "rewritten";
  /** Values in their input form, and how they read afterwards. */
  readonly good: Readonly<Record<string, string | null>>;
  readonly bad?: readonly string[];
  readonly code?: Obstacle["kind"];
}
