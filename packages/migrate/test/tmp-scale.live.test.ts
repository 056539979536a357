import { it } from "vitest";
import { world } from "./world/database.ts";
import { tableOf, column, id } from "./world/tables.ts";
it("scale", { timeout: 300_000 }, async () => {
  for (const n of [100, 1000, 1500, 2500]) {
    const here = await world();
    const tables = Array.from({ length: n }, (_, at) => tableOf(`notes_${at}`, { columns: [id, ...Array.from({length: 9}, (_, c) => column(`c${c}`))], indexes: [0,1].map((c) => ({ name: `notes_${at}_${c}_idx`, columns: [{ name: `c${c}`, descending: false }], unique: false })) }));
    let t = performance.now();
    const o = await here.apply(tables);
    const a = performance.now() - t; t = performance.now();
    const p = await here.apply(tables, { dryRun: true });
    console.log(n, o.kind, "reason" in o ? o.reason : "", Math.round(a), p.kind, Math.round(performance.now() - t), (await here.sql("select count(*)::int from pg_class where relname like 'notes%' and relkind = 'r'"))[0]);
    await here.end();
  }
});
