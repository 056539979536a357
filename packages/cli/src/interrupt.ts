/** Where signals come from: `process`. */
export interface SignalSource {
  on(signal: EndSignal, listener: () => void): unknown;
  off(signal: EndSignal, listener: () => void): unknown;
}

type EndSignal = "SIGINT" | "SIGTERM";

const endSignals: readonly EndSignal[] = ["SIGINT", "SIGTERM"];

/**
 * Aborts at the first request to end, so that a command can stop without leaving anything half done. The second one is
 * not listened to any more and ends the process at once, as it does without us.
 */
export function interruption(source: SignalSource): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    for (const signal of endSignals) source.off(signal, interrupt);
    controller.abort();
  };
  for (const signal of endSignals) source.on(signal, interrupt);
  return controller.signal;
}
