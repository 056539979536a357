import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The path of a program, looked for as a shell does and in the folders for servers. */
export function findProgram(...names: readonly string[]): string | undefined {
  // Servers live in sbin, which an ordinary account may not have on its PATH.
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  for (const name of names) {
    for (const folder of folders) {
      if (folder !== "" && isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

/** The docker client, if there is one and its daemon answers. */
export function findDocker(): string | undefined {
  const docker = findProgram("docker");
  if (docker === undefined) return undefined;
  try {
    execFileSync(docker, ["version", "--format", "{{.Server.Version}}"], { stdio: "ignore", timeout: 5000 });
    return docker;
  } catch {
    return undefined;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
