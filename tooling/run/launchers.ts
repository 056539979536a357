import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Calls `gone` when one of the package runners that started this process has ended.
 *
 * npx and pnpm do not hand on every signal: killed, they leave the script behind with its servers, and the next
 * run finds its port taken. Only the runners are watched, so a script survives the shell that put it in the
 * background.
 */
export function watchLaunchers(gone: () => void): void {
  const chain = launchers();
  setInterval(() => {
    if (chain.some(({ child, parent }) => parentOf(child) !== parent)) gone();
  }, 1000).unref();
}

interface Link {
  readonly child: number;
  readonly parent: number;
}

function launchers(): readonly Link[] {
  const links: (Link & { readonly isRunner: boolean })[] = [];
  let child = process.pid;
  while (links.length < 10) {
    const parent = parentOf(child);
    const command = parent === undefined ? "" : commandOf(parent);
    const isRunner = /^(\S*\/)?(npm|npx|pnpm)(\s|$)|\/(npm|npx|pnpm)(-cli)?\.[cm]?js(\s|$)/.test(command);
    const isShell = /^(\S*\/)?(ba|da)?sh -c .*(pnpm|tooling\/run)/.test(command);
    if (parent === undefined || !(isRunner || isShell)) break;
    links.push({ child, parent, isRunner });
    child = parent;
  }
  return links.slice(0, links.findLastIndex(({ isRunner }) => isRunner) + 1);
}

/** The parent as it is now: a process whose parent ended has a new one. */
function parentOf(pid: number): number | undefined {
  if (pid === process.pid) return process.ppid;
  if (process.platform !== "linux") return Number(ask(pid, "ppid=")) || undefined;
  try {
    // The name in parentheses may contain spaces, so fields are counted from its end.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(")").at(-1)?.trim().split(" ");
    return Number(fields?.[1]);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  return ask(pid, "args=");
}

function ask(pid: number, column: string): string {
  try {
    return execFileSync("ps", ["-p", String(pid), "-o", column], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "";
  }
}
