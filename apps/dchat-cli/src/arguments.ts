/** Checks of what stands on the command line. */
import type { OptionValues } from './command.ts'
import { UsageError } from './exit.ts'

/** @throws {UsageError} when there are more */
export function expectNoArgs(args: readonly string[]): void {
  if (args.length > 0) throw new UsageError(`unexpected argument: ${args[0]}`)
}

/** The whole number given for `--name`, or undefined. @throws {UsageError} naming the range */
export function wholeNumber(options: OptionValues, name: string, range: { min: number; max: number }): number | undefined {
  const value = options[name]
  if (typeof value !== 'string') return undefined
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (number >= range.min && number <= range.max) return number
  throw new UsageError(`--${name} takes a whole number from ${range.min} to ${range.max}, not ${JSON.stringify(value)}`)
}
