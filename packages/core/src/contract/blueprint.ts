import type { Config } from "./config.ts";
import type { Model } from "./model.ts";
import type { Plugin } from "./plugin.ts";
import type { Table } from "./table.ts";

/** An application as data: what `describe` makes of a configuration without touching a database or a network. */
export interface Blueprint extends Model {
  /** Every managed table: the collections' and those that plugins ask for. */
  readonly tables: readonly Table[];
  readonly plugins: readonly Plugin[];
  readonly config: Config;
}
