export {};

declare module "vitest" {
  export interface ProvidedContext {
    /** A server on which a test may create databases, as its superuser: `inject("databaseUrl")`. */
    databaseUrl: string;
    /** Part of the names of databases that the tests leave for one another, `lucent_kept_<it>_…`: dropped at the end. */
    databasesOfRun: string;
    /** A Redis that tests may fill, in the project `services` alone; undefined where none can be had. */
    redisUrl: string | undefined;
    /** The same server through a pooler that gives each transaction another connection; likewise. */
    pgbouncerUrl: string | undefined;
    /** The program of a browser, in the project `once` alone; undefined where none can be had. */
    chromium: string | undefined;
  }
}
