import { isContinuousIntegration } from "../services/debian.ts";
import { ServiceError } from "../services/service-error.ts";
import { main } from "./lifetime.ts";
import { type LegName, type Suite, legNames, runSuite } from "./suite.ts";

await main((lifetime) => runSuite(lifetime, readArguments(process.argv.slice(2))));

/** Everything runs unless legs are named; what is no leg goes to Vitest. */
function readArguments(args: readonly string[]): Suite {
  const chosen: LegName[] = [];
  const filters: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? "";
    if (argument === "--leg") chosen.push(legNamed(args[(index += 1)] ?? ""));
    else if (argument.startsWith("--leg=")) chosen.push(legNamed(argument.slice("--leg=".length)));
    else if (argument !== "--") filters.push(argument);
  }
  // The services are slow to start and nothing else depends on them yet.
  const usual = legNames.filter((leg) => leg !== "services" || isContinuousIntegration());
  return { legs: chosen.length > 0 ? chosen : usual, filters };
}

function legNamed(text: string): LegName {
  const leg = legNames.find((name) => name === text);
  if (leg === undefined) throw new ServiceError(`There is no such leg; the legs are ${legNames.join(", ")}.`);
  return leg;
}
