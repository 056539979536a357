/** Where the lines of a command go. */
export interface Printer {
  /** Writes one line to standard output. */
  readonly print: (line: string) => void;
  /** Writes one line to standard error. */
  readonly printError: (line: string) => void;
}

/** A stream that takes text; standard output and standard error are two. */
export interface Output {
  write(text: string): unknown;
  end(done: () => void): unknown;
}

/** Prints to two streams: what a command found out on the first, what went wrong on the second. */
export function printer(output: Output, errors: Output): Printer {
  return {
    print: (line) => void output.write(`${line}\n`),
    printError: (line) => void errors.write(`${line}\n`),
  };
}

/** Ends a stream, and waits until all of it has left the process: an exit would cut off what a pipe has not taken yet. */
export function ended(output: Output): Promise<void> {
  return new Promise((resolve) => void output.end(resolve));
}
