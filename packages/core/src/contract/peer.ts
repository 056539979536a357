/** The other end of the connection that a request came by. */
export interface Peer {
  /** IP address as the runtime gives it; absent where it is not known. */
  readonly address?: string | undefined;
}
