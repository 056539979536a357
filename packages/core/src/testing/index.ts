export { counterCases, type CounterCase } from "./counter.ts";
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from "./database.ts";
