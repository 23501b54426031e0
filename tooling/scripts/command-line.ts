/** What the command lines of this repository's tools have in common. */

/** Something on the command line cannot be understood; the message says what. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Runs `parse`, a call of `parseArgs`. @throws {UsageError} with the first sentence of what Node says: what follows it is advice for quoting */
export function parsing<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ', 1)[0]!)
  }
}

/** The value of an option, in [min, max]. @throws {UsageError} */
export function wholeNumber(name: string, text: string, [min, max]: readonly [number, number]): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) throw new UsageError(`--${name} "${text}": must be a whole number, ${min} to ${max}`)
  return value
}
