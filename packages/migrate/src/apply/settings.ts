import type { Runner } from "@lucent/core";

import { codeOf } from "./code.ts";

// The spelling of expressions and values, row policies that would hide rows from a question, names that only mean what
// they say, and how long a statement may wait for a table that others use (while it waits, all others wait behind it).
const spelled = `set search_path = pg_catalog; set standard_conforming_strings = on; set quote_all_identifiers = off;
  set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set extra_float_digits = 1;
  set bytea_output = 'hex'; set row_security = off; set check_function_bodies = on; set client_min_messages = warning;
  set statement_timeout = 0; set lock_timeout = '2s'; set idle_in_transaction_session_timeout = 0;
  set idle_session_timeout = 0; set default_transaction_isolation = 'read committed';
  select pg_catalog.set_config('transaction_timeout', '0', false)
    where pg_catalog.current_setting('transaction_timeout', true) is not null`;

// A server whose client is gone would go on with its statement, and keep the lock of all migrations meanwhile.
const noticesLoss = "set client_connection_check_interval = '500ms'";

const isNotSupported = "22023";

/** Sets everything that the outcome of our statements depends on, whatever the role's and the database's own settings. */
export async function pinSettings(runner: Runner): Promise<void> {
  try {
    await runner.run({ text: `${spelled}; ${noticesLoss}`, values: [] });
  } catch (error) {
    // Only some operating systems tell a server that a connection is gone.
    if (codeOf(error) !== isNotSupported) throw error;
    await runner.run({ text: spelled, values: [] });
  }
}
