import { availableParallelism } from "node:os";

import { hash, verify } from "@node-rs/argon2";

// What this machine can verify with the parameters of @lucent/auth and nothing else to do, one on each core:
// the most that any server of sign-ins reaches. Run by auth.ts on the runtime that it is about.
const seconds = Number(process.argv[2] ?? 4);
const settings = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const password = "correct horse battery staple";
const stored = await hash(password, settings);
const end = performance.now() + seconds * 1_000;
let verified = 0;

async function verifyOn(): Promise<void> {
  while (performance.now() < end) {
    await verify(stored, password);
    verified += 1;
  }
}

const started = performance.now();
await Promise.all(Array.from({ length: availableParallelism() }, verifyOn));
process.stdout.write(String(verified / ((performance.now() - started) / 1_000)));
