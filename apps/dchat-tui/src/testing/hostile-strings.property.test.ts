/** Random mixtures of what terminals obey, sanitised and written to a terminal: it draws them, and does nothing else. */
import { sanitizeText } from '@dchat/system'
import { hostileTexts } from '@dchat/system/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sequenceKinds } from './sequences.ts'
import { TestTerminal } from './terminal.ts'

const RUNS = 100_000
/** Strings that are written at once, each in a row of its own. */
const AT_ONCE = 50

const texts = hostileTexts().map(({ text }) => text.slice(0, 60))
const pieces = fc.oneof(
  fc.constantFrom(...texts),
  fc.constantFrom(...texts.flatMap((text) => Array.from(text))),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const hostile = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''))

it('a terminal that gets sanitised text stays as it is', async () => {
  const terminal = new TestTerminal({ columns: 400, rows: AT_ONCE + 2, isPty: true })
  const answers: string[] = []
  terminal.onAnswer((data) => answers.push(data))
  await terminal.write('\u001b[?7l\u001b[?1049h\u001b[?2004h')
  const { modes } = terminal
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (strings) => {
      const clean = strings.map((text) => sanitizeText(text))
      await terminal.write(`\u001b[H\u001b[2J${clean.map((text) => `begin ${text}\r\n`).join('')}end`)
      expect(sequenceKinds(clean.join(''))).toEqual([])
      expect(terminal.rows.map((row) => row.slice(0, 6).trim())).toEqual([...clean.map(() => 'begin'), 'end', ''])
      expect(terminal.cursor).toEqual({ x: 3, y: AT_ONCE })
      expect({ modes: terminal.modes, title: terminal.title, isAlternate: terminal.isAlternate }).toEqual({
        modes,
        title: '',
        isAlternate: true,
      })
      expect(new Set(terminal.styles(AT_ONCE)).size).toBe(1)
    }),
    { numRuns: RUNS / AT_ONCE },
  )
  expect([answers, terminal.clipboard]).toEqual([[], []])
})
