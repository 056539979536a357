/** Where the lines of a command go. */
export interface Printer {
  /** Writes one line to standard output. */
  readonly print: (line: string) => void;
  /** Writes one line to standard error. */
  readonly printError: (line: string) => void;
  /** Draws one line over the last one, on standard error. Absent where that is no terminal. */
  readonly progress?: (line: string) => void;
}

/** A stream that takes text; standard output and standard error are two. */
export interface Output {
  write(text: string): unknown;
  end(done: () => void): unknown;
  /** Whether it is a terminal. */
  readonly isTTY?: boolean;
  /** Characters in a line of that terminal. */
  readonly columns?: number;
}

/**
 * Prints to two streams: what a command found out on the first, what went wrong on the second, where a terminal also
 * shows how far it is. That one line is cleared before any other is printed, on either stream.
 */
export function printer(output: Output, errors: Output): Printer {
  const line = errors.isTTY === true ? drawnLine(errors) : undefined;
  const writeTo = (stream: Output) => (text: string) => {
    line?.clear();
    stream.write(`${text}\n`);
  };
  const printing = { print: writeTo(output), printError: writeTo(errors) };
  return line === undefined ? printing : { ...printing, progress: line.draw };
}

interface DrawnLine {
  readonly draw: (text: string) => void;
  readonly clear: () => void;
}

// Back to the start of the line, and remove what is to the right of it (ECMA-48: CR, EL).
const startOver = "\r\u{1b}[K";
const usualColumns = 80;
const characters = new Intl.Segmenter();

function drawnLine(terminal: Output): DrawnLine {
  let isDrawn = false;
  return {
    draw(text) {
      // A line that wraps would be drawn over in its last part only. The last column is left free: some wrap behind it.
      const shown = Array.from(characters.segment(text), ({ segment }) => segment)
        .slice(0, (terminal.columns ?? usualColumns) - 1)
        .join("");
      terminal.write(`${startOver}${shown}`);
      isDrawn = true;
    },
    clear() {
      if (isDrawn) terminal.write(startOver);
      isDrawn = false;
    },
  };
}

/** Ends a stream, and waits until all of it has left the process: an exit would cut off what a pipe has not taken yet. */
export function ended(output: Output): Promise<void> {
  return new Promise((resolve) => void output.end(resolve));
}
