import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

import { isRoot } from "./account.ts";
import { ServiceError } from "./service-error.ts";

/** Whether missing packages are installed without asking: only on a CI machine, which is thrown away. */
export function mayInstallPackages(): boolean {
  return isContinuousIntegration() && isRoot() && existsSync("/etc/debian_version");
}

/** Whether this is a CI run, where a service that can't be had is a failure. */
export function isContinuousIntegration(): boolean {
  const value = process.env["CI"];
  return value !== undefined && value !== "" && value !== "false";
}

/** Installs Debian packages; their own services are not started. */
export function installPackages(names: readonly string[]): void {
  // Without an init system a package would otherwise start its service right here, on its default port.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  try {
    execFileSync("apt-get", ["update", "-q"], { env, stdio: "pipe" });
    execFileSync("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...names], {
      env,
      stdio: "pipe",
    });
  } catch (error) {
    const log = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    throw new ServiceError(`apt-get could not install ${names.join(" ")}.\n${log}`.trimEnd());
  }
}
