import type { TestProject } from "vitest/node";

import { chromium, missingChromium } from "../services/chromium.ts";
import { isContinuousIntegration } from "../services/debian.ts";

/** Gives tests a browser to drive, or nothing where none can be had: they say so and are not run. */
export function setup(project: TestProject): void {
  project.provide("chromium", program());
}

function program(): string | undefined {
  if (missingChromium() === undefined) return chromium();
  // In CI nothing is left out: those tests, and no others, fail for want of this program.
  return isContinuousIntegration() ? "/usr/bin/chromium" : undefined;
}
