import type { Refusal } from "../model/refusal.ts";

/** A file that can't be taken for what it should be. Nothing was changed. */
export class FileRefused extends Error {
  override readonly name = "FileRefused";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** The refusal of a file, with what is wrong with it as the end of a sentence. */
export function refusedFile(file: string, wrong: string, ...ways: readonly string[]): FileRefused {
  return new FileRefused({
    code: "STALE_PLAN",
    object: file,
    message: `${file} ${wrong}`,
    ways: ways.length > 0 ? ways : ["Make the file again from this configuration and this database."],
  });
}
