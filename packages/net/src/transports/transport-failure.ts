/**
 * Why a connection did not come about, or ended, where no error of the system says it. Never leaves a transport: it makes
 * a `NetError` of it, with this text as the reason.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure'
  /** The system's name of such an error, as `ECONNRESET`. */
  readonly code: string | undefined

  constructor(reason: string, code?: string) {
    super(reason)
    this.code = code
  }
}
