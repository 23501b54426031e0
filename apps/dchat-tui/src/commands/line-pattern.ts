/** Regular expressions for lines of others: matched in time that grows with the line alone, whatever the expression and the line are. */
import { MAX_PATTERN_CHARACTERS } from '../limits.ts'
import type { Ignore } from '../state/ignores.ts'
import { BadArgument } from './command-context.ts'

/** An ignore of all lines in which `source` (RE2 syntax, any case) is found. @throws {BadArgument} it is no expression, or too long */
export async function patternIgnore(source: string, until: number | null): Promise<Ignore & { by: 'pattern' }> {
  if (source.length > MAX_PATTERN_CHARACTERS) throw new BadArgument(`a pattern has at most ${MAX_PATTERN_CHARACTERS} characters`)
  // Few use it, and it takes a while to load.
  const { RE2JS, RE2JSException } = await import('re2js')
  try {
    const compiled = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE)
    return { by: 'pattern', source, until, isIn: (text) => compiled.matcher(text).find() }
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw new BadArgument(`/${source.slice(0, 40)}/ is no pattern: ${error.message}`)
  }
}
