/** Listen options of both servers; on Node they reach the adapter's server. */
export const address = { hostname: "127.0.0.1", port: Number(process.env["BENCH_PORT"]) };

/** Whether this is Bun, where Elysia needs no adapter. */
export const isBun: boolean = "bun" in process.versions;
