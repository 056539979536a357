import { installPackages, mayInstallPackages } from "./debian.ts";
import { findProgram } from "./programs.ts";
import { ServiceError } from "./service-error.ts";

const names = ["chromium", "chromium-browser", "google-chrome"] as const;

/** What to install where the tests have no browser to drive on this machine; undefined where they have. */
export function missingChromium(): string | undefined {
  return findProgram(...names) === undefined && !mayInstallPackages() ? "install chromium" : undefined;
}

/** The path of the browser, which is installed where that is allowed. */
export function chromium(): string {
  const missing = missingChromium();
  if (missing !== undefined) throw new ServiceError(`There is no Chromium on this machine: ${missing}.`);
  if (findProgram(...names) === undefined) installPackages(["chromium"]);
  const program = findProgram(...names);
  if (program === undefined) throw new ServiceError("The package chromium brought no chromium.");
  return program;
}
