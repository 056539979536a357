export {};

declare module "vitest" {
  export interface ProvidedContext {
    /** A server on which a test may create databases, as its superuser: `inject("databaseUrl")`. */
    databaseUrl: string;
  }
}
