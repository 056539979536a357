/** A service can't be had, with a message for a person; the first line says it all, a log may follow. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
}
