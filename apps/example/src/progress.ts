/** Says how far a long piece of work has come. */
export type Progress = (done: number) => void;

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A bar that redraws itself in a terminal, and a line per quarter elsewhere, such as in a log. */
export function progress(label: string, total: number, terminal: Terminal = process.stderr): Progress {
  const started = performance.now();
  const show = terminal.isTTY === true ? bar(label, total, terminal) : lines(label, total, terminal);
  return (done) => show(done, (performance.now() - started) / 1000);
}

type Show = (done: number, seconds: number) => void;

function bar(label: string, total: number, terminal: Terminal): Show {
  return (done, seconds) => {
    const facts = ` ${percent(done, total)}  ${figures(done, total)}  ${seconds.toFixed(1)} s`;
    const room = (terminal.columns ?? 80) - label.length - facts.length - 2;
    const width = Math.max(0, Math.min(40, room));
    const filled = Math.round((width * done) / total);
    const drawn = "█".repeat(filled) + "░".repeat(width - filled);
    terminal.write(`\r\u001B[K${label} ${drawn}${facts}${done === total ? "\n" : ""}`);
  };
}

function lines(label: string, total: number, terminal: Terminal): Show {
  let quarter = 0;
  return (done, seconds) => {
    const reached = Math.floor((4 * done) / total);
    if (reached === quarter) return;
    quarter = reached;
    terminal.write(`${label} ${percent(done, total)} (${figures(done, total)}, ${seconds.toFixed(1)} s)\n`);
  };
}

function percent(done: number, total: number): string {
  return `${Math.floor((100 * done) / total)} %`.padStart(5);
}

function figures(done: number, total: number): string {
  return `${done.toLocaleString("en")} of ${total.toLocaleString("en")}`;
}
