export type { Printer } from "./print.ts";
export { type Call, run } from "./run.ts";
