/**
 * Makes the lock timeout of a transaction so short that all its waiting together is shorter than `deadlock_timeout`. Who
 * locks several things can close a circle with transactions of the application, and the server ends the one that has
 * waited longest, which would be theirs.
 * @param locks How many things are waited for one after the other.
 */
export function briefer(locks: number): string {
  return `select pg_catalog.set_config('lock_timeout', least(
      (select setting::int from pg_catalog.pg_settings where name = 'lock_timeout'),
      (select setting::int * 9 / 10 / ${locks} from pg_catalog.pg_settings where name = 'deadlock_timeout')
    )::text, true)`;
}
