/**
 * Violations by file. A line that ends with `//! rule` must be reported by exactly that rule, and no line without the
 * mark by any rule that is marked somewhere. The files exist only while `guards` runs.
 */
export const probes: Readonly<Record<string, string>> = {
  "packages/core/src/contract/probe.ts": `
    import type { A1 } from "./model.ts";
    import type { A2 } from "drizzle-orm/pg-core";
    import type { A3 } from "../errors.ts"; //! no-restricted-imports
    import type { A4 } from "../blueprint/a.ts"; //! no-restricted-imports
    import type { A5 } from "typebox"; //! no-restricted-imports
    import type { A6 } from "node:fs"; //! no-restricted-imports
    import type { A7 } from "@lucent/core"; //! no-restricted-imports`,
  "packages/core/src/errors.ts": `
    import type { A1 } from "./contract/a.ts";
    import type { A2 } from "./http/a.ts"; //! no-restricted-imports
    import type { A3 } from "elysia"; //! no-restricted-imports`,
  "packages/core/src/blueprint/probe.ts": `
    import type { A1 } from "../contract/a.ts";
    import type { A2 } from "../errors.ts";
    import type { A3 } from "typebox";
    import type { A4 } from "../postgres/a.ts"; //! no-restricted-imports
    import type { A5 } from "../files/a.ts"; //! no-restricted-imports
    import type { A6 } from "../sql/a.ts"; //! no-restricted-imports
    import type { A7 } from "../request/a.ts"; //! no-restricted-imports
    import type { A8 } from "../index.ts"; //! no-restricted-imports
    import type { A9 } from "elysia/x"; //! no-restricted-imports
    import type { B1 } from "drizzle-orm/pg-core"; //! no-restricted-imports`,
  "packages/core/src/postgres/probe.ts": `
    import type { A1 } from "postgres";
    import type { A2 } from "drizzle-orm/postgres-js";
    import { and } from "drizzle-orm"; //! no-restricted-imports
    import type { A3 } from "../blueprint/a.ts"; //! no-restricted-imports
    import type { A4 } from "../http/a.ts"; //! no-restricted-imports
    import type { A5 } from "elysia"; //! no-restricted-imports`,
  "packages/core/src/http/probe.ts": `
    import type { A1 } from "../blueprint/a.ts";
    import type { A2 } from "../postgres/a.ts";
    import type { A3 } from "../sql/a.ts"; //! no-restricted-imports
    import type { A4 } from "../request/a.ts"; //! no-restricted-imports
    export { a5 } from "../request/b.ts"; //! no-restricted-imports
    export const a6 = await import("../request/c.ts"); //! no-restricted-imports
    export type A7 = import("../request/d.ts").A; //! consistent-type-imports
    import type { A8 } from "drizzle-orm/pg-core"; //! no-restricted-imports
    export const a9: unknown = JSON.parse("1");
    export const b1 = Math.random(); //! no-restricted-properties`,
  "packages/core/src/filter/probe.ts": `
    import type { A1 } from "../contract/a.ts";
    import type { A2 } from "../http/a.ts"; //! no-restricted-imports
    import type { A3 } from "../sql/a.ts"; //! no-restricted-imports
    import type { A4 } from "../request/a.ts"; //! no-restricted-imports
    import type { A5 } from "postgres"; //! no-restricted-imports`,
  "packages/core/src/sql/probe.ts": `
    import type { A1 } from "../blueprint/a.ts";
    import type { A2 } from "../http/a.ts"; //! no-restricted-imports
    import type { A3 } from "../request/a.ts"; //! no-restricted-imports
    import type { A6 } from "../body/a.ts"; //! no-restricted-imports
    import type { A4 } from "drizzle-orm"; //! no-restricted-imports
    import type { A5 } from "elysia"; //! no-restricted-imports`,
  "packages/core/src/sql/drizzle.ts": `
    import type { A1 } from "drizzle-orm/pg-core";
    import type { A2 } from "../contract/a.ts";
    import { or } from "drizzle-orm"; //! no-restricted-imports
    import type { A3 } from "postgres"; //! no-restricted-imports`,
  "packages/core/src/body/probe.ts": `
    import type { A1 } from "../sql/a.ts";
    import type { A2 } from "../filter/a.ts";
    import type { A3 } from "../operation/a.ts"; //! no-restricted-imports
    import type { A4 } from "../http/a.ts"; //! no-restricted-imports
    import type { A5 } from "elysia"; //! no-restricted-imports`,
  "packages/core/src/operation/probe.ts": `
    import type { A1 } from "../body/a.ts";
    import type { A2 } from "../sql/a.ts";
    import type { A3 } from "../http/a.ts"; //! no-restricted-imports
    import type { A4 } from "../request/a.ts"; //! no-restricted-imports
    import type { A5 } from "../start.ts"; //! no-restricted-imports
    import type { A6 } from "postgres"; //! no-restricted-imports`,
  "packages/core/src/redis/probe.ts": `
    import type { A1 } from "../start.ts";
    import type { A2 } from "../index.ts"; //! no-restricted-imports`,
  "packages/core/src/secrets/probe.ts": `
    import type { A1 } from "../start.ts";
    import type { A2 } from "../sql/a.ts";
    import type { A3 } from "../index.ts"; //! no-restricted-imports
    import type { A4 } from "postgres"; //! no-restricted-imports`,
  "packages/core/src/request/probe.ts": `
    import type { A0 } from "../operation/a.ts";
    import type { A1 } from "../http/a.ts";
    import type { A2 } from "../filter/a.ts";
    import type { A3 } from "../sql/a.ts";
    import type { A4 } from "../errors.ts";
    import type { A5 } from "../start.ts"; //! no-restricted-imports
    import type { A6 } from "../index.ts"; //! no-restricted-imports
    import type { A7 } from "../testing/a.ts"; //! no-restricted-imports
    import type { A8 } from "elysia"; //! no-restricted-imports
    import type { A9 } from "drizzle-orm"; //! no-restricted-imports`,
  "packages/core/src/testing/probe.ts": `
    import type { A1 } from "../start.ts";
    import type { A2 } from "../index.ts"; //! no-restricted-imports
    import type { A3 } from "../../test/a.ts"; //! no-restricted-imports
    import type { A4 } from "elysia"; //! no-restricted-imports`,
  "packages/core/src/start.ts": `
    import type { A1 } from "./request/a.ts";
    import type { A2 } from "./index.ts"; //! no-restricted-imports
    import type { A3 } from "elysia"; //! no-restricted-imports
    import type { A4 } from "postgres"; //! no-restricted-imports`,
  "packages/core/src/elysia.ts": `
    import type { A1 } from "elysia";
    import type { A2 } from "./index.ts"; //! no-restricted-imports
    import type { A3 } from "postgres"; //! no-restricted-imports`,
  "packages/migrate/src/probe.ts": `
    import type { A1 } from "@lucent/core";
    import type { A2 } from "@lucent/auth"; //! no-restricted-imports
    import type { A3 } from "@lucent/core/testing"; //! no-restricted-imports
    import type { A4 } from "../../core/src/errors.ts"; //! no-restricted-imports
    import type { A5 } from "../../../packages/core/src/a.ts"; //! no-restricted-imports
    import type { A6 } from "./index.ts"; //! no-restricted-imports
    import type { A7 } from "elysia"; //! no-restricted-imports
    import type { A8 } from "postgres"; //! no-restricted-imports
    import type { A9 } from "drizzle-orm"; //! no-restricted-imports
    import type { B1 } from "jose"; //! no-restricted-imports
    import { b2 } from "fs"; //! prefer-node-protocol
    export default 1; //! no-default-export
    export let b3 = 1; //! no-mutable-exports
    export const b4: unknown = JSON.parse("1"); //! no-restricted-properties
    export const b5 = Object.assign({}, { a: 1 }); //! no-restricted-properties
    export const b6 = (sql: { raw(text: string): string }): string => sql.raw("x"); //! no-restricted-properties
    export const b7 = (x: string): boolean => x == "a"; //! eqeqeq
    export const b8 = (x: any): void => void x; //! no-explicit-any
    export const b9 = (x: string | undefined): string => x!; //! no-non-null-assertion
    export const c1 = (x: unknown): string => x as string; //! no-unsafe-type-assertion
    export const c2 = (w: number, x: number, y: number, z: number): number => w + x + y + z; //! max-params
    async function c3(): Promise<boolean> { return true; }
    export function c4(): void { c3(); } //! no-floating-promises
    export async function c5(): Promise<void> { await 1; } //! await-thenable
    export function c6(): number { return c3() ? 1 : 2; } //! no-misused-promises
    export function c7(x: "a" | "b"): void { switch (x) { case "a": break; } } //! switch-exhaustiveness-check
    export function c8(): never { throw "x"; } //! only-throw-error
    export const c9 = new Function("return 1"); //! no-new-func
    console.log(c9); //! no-console`,
  "packages/migrate/src/catalog/probe.ts": `
    import type { A1 } from "../model/a.ts";
    import type { A2 } from "../diff/a.ts"; //! no-restricted-imports
    import type { A3 } from "../plan.ts"; //! no-restricted-imports
    import type { A4 } from "postgres"; //! no-restricted-imports`,
  "packages/migrate/src/diff/probe.ts": `
    import type { A1 } from "../model/a.ts";
    import type { A2 } from "../introspect.ts"; //! no-restricted-imports
    import type { A3 } from "../quote.ts"; //! no-restricted-imports
    import type { A4 } from "../grade/a.ts"; //! no-restricted-imports
    import type { A5 } from "../index.ts"; //! no-restricted-imports`,
  "packages/migrate/src/grade/probe.ts": `
    import type { A1 } from "../quote.ts";
    import type { A2 } from "../diff.ts"; //! no-restricted-imports
    import type { A3 } from "../render/a.ts"; //! no-restricted-imports
    import type { A4 } from "@lucent/auth"; //! no-restricted-imports`,
  "packages/migrate/src/render/probe.ts": `
    import type { A1 } from "../model/a.ts";
    import type { A2 } from "../grade/a.ts"; //! no-restricted-imports
    import type { A3 } from "../apply.ts"; //! no-restricted-imports
    import type { A4 } from "drizzle-orm"; //! no-restricted-imports`,
  "packages/migrate/src/model/probe.ts": `
    import type { A1 } from "../desired.ts";
    import type { A2 } from "../diff/a.ts"; //! no-restricted-imports
    import type { A3 } from "../quote.ts"; //! no-restricted-imports
    import type { A4 } from "../../../core/src/errors.ts"; //! no-restricted-imports`,
  "packages/migrate/src/probeCase.ts": `//! filename-case
    export const a1 = 1;`,
  "packages/migrate/src/probe-long.ts": `//! max-lines
    ${"export {};\n".repeat(301)}`,
  "packages/migrate/src/probe-function.ts": `
    export function a1(): void { //! max-lines-per-function
    ${"void 0;\n".repeat(61)}}`,
  "packages/migrate/src/probe-loop-a.ts": `
    import type { B } from "./probe-loop-b.ts"; //! no-cycle
    export interface A { b: B }`,
  "packages/migrate/src/probe-loop-b.ts": `
    import type { A } from "./probe-loop-a.ts"; //! no-cycle
    export interface B { a: A }`,
  "packages/core/src/contract/probe-loop-a.ts": `
    import type { B } from "./probe-loop-b.ts";
    export interface A { b: B }`,
  "packages/core/src/contract/probe-loop-b.ts": `
    import type { A } from "./probe-loop-a.ts";
    export interface B { a: A }`,
  "packages/migrate/test/probe.test.ts": `
    import { test } from "vitest";
    import type { A1 } from "../src/probe.ts";
    import type { A2 } from "@lucent/core/testing";
    import type { A3 } from "../../core/src/errors.ts"; //! no-restricted-imports
    export const a4 = (x: unknown): string => x as string;
    test.only("a", () => undefined); //! no-focused-tests
    test.skip("b", () => undefined); //! no-disabled-tests
    export function a5(): void {
    ${"void 0;\n".repeat(61)}}`,
  "packages/migrate/probe.config.ts": `
    export default 1;`,
  "apps/probe/src/probe.ts": `
    import type { A1 } from "@lucent/core";
    import type { A2 } from "../../../packages/core/src/index.ts"; //! no-restricted-imports
    console.log(1);`,
};
