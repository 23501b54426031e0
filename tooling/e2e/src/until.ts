/** Waiting for a condition of another process. */

export interface UntilOptions {
  /** After that it throws. @default 20_000 */
  readonly timeoutMs?: number
}

/** Between two looks. */
const POLL_MS = 25

/**
 * Asks `look` until it answers something else than undefined or false, and gives that.
 * @throws {Error} naming `what`, after `timeoutMs`; an error of `look` at once
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  options: UntilOptions = {},
): Promise<Exclude<T, undefined | false>> {
  const timeoutMs = options.timeoutMs ?? 20_000
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>
    if (performance.now() > endMs) throw new Error(`within ${timeoutMs} ms it did not happen: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
