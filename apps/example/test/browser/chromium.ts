import { type Browser, chromium } from "playwright-core";

// A browser of a test has nobody to talk to but the servers of the test.
const silent = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

/** Starts a browser with a new, empty profile. Root can't have a sandbox, and only pages of the test are opened. */
export function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: silent, headless: true, chromiumSandbox: false });
}
