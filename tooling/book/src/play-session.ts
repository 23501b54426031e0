/** Types what a block of the book has typed, and holds what its terminal shows against the block, row by row. */
import { until } from '@dchat/e2e'
import type { SessionStep } from './chapter.ts'

export interface Screen {
  /** All rows from the first on. */
  readonly rows: readonly string[]
  type(text: string): void
}

const CTRL_C = '\x03'
const WHATEVER = '…'
/** What a row of its own stands for: any rows; the pressed keys, which some programs show behind their prompt and some do not. */
const SPECIAL: Readonly<Record<string, string>> = { [WHATEVER]: '(?:.*\\n)*?', '^C': '(?:>? ?(?:\\^C)?\\n)?' }

/**
 * @param options.from the row that the block begins at: a prompt, or what came since. @default 0
 * @param options.timeoutMs how long each of its rows may take. @default 60_000
 * @returns the row after the last one that the block has, for the next block of the terminal
 * @throws {Error} with what was seen, when that is not what the block has
 */
export async function playSession(
  { rows, terminal, at }: SessionStep,
  screen: Screen,
  { from = 0, timeoutMs = 60_000 }: { readonly from?: number; readonly timeoutMs?: number } = {},
): Promise<number> {
  const what = `${at} in ${terminal}`
  const shown = (): string =>
    screen.rows
      .slice(from)
      .map((row) => `${row}\n`)
      .join('')
  const untilShown = async (pattern: string): Promise<string> => {
    const whole = new RegExp(`^(${pattern})(?:[$>]\\n)?$`)
    try {
      return await until(what, () => whole.exec(shown())?.[1], { timeoutMs })
    } catch (cause) {
      throw new Error(`${what}: this is not what is to be seen there:\n${shown()}`, { cause })
    }
  }
  let pattern = ''
  for (const row of rows) {
    if (isTyped(row)) {
      await untilShown(`${pattern}(?=\\${row[0]}\\n$)`)
      screen.type(`${row.slice(2)}\r`)
    } else if (row === '^C') {
      await untilShown(pattern)
      screen.type(CTRL_C)
    }
    pattern += SPECIAL[row] ?? `${row.split(WHATEVER).map(literally).join('.*')}\\n`
  }
  return from + (await untilShown(pattern + endOf(rows))).split('\n').length - 1
}

/** What follows the last row: the prompt, where a program was ended, or nothing shows otherwise that what was typed has been done. */
function endOf(rows: readonly string[]): string {
  const last = rows.at(-1)!
  const isEnded = rows.findLast((row) => row === '^C' || isTyped(row)) === '^C'
  if (!isEnded && !isTyped(last)) return ''
  return `(?=\\${isEnded ? '$' : last[0]}\\n$)`
}

function isTyped(row: string): boolean {
  return /^[$>] /.test(row)
}

/** A pattern for `text` and nothing else. */
function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
