import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineSplitter, TOO_LONG } from './line-splitter.ts'

const MAX = 12
const alphabet = fc.constantFrom('a', 'b', '\r', '\n', 'é')

/** The plain way: split the whole text. */
function expected(bytes: Buffer): (string | typeof TOO_LONG)[] {
  return bytes
    .toString('latin1')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const text = line.endsWith('\r') ? line.slice(0, -1) : line
      return text.length > MAX ? TOO_LONG : text
    })
}

test('any chunking gives the lines of the whole text', () => {
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 120 }), fc.array(fc.nat(30), { minLength: 1 }), (letters, sizes) => {
      const bytes = Buffer.from(letters.join(''))
      const splitter = new LineSplitter(MAX)
      const lines: (string | typeof TOO_LONG)[] = []
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length]! + 1
        splitter.push(bytes.subarray(at, at + size))
        for (let line = splitter.next(); line !== undefined; line = splitter.next())
          lines.push(line === TOO_LONG ? line : line.toString('latin1'))
        at += size
      }
      // A too long line is told as soon as it is known, so the last, unfinished one may be told too.
      const whole = expected(bytes)
      expect(lines.slice(0, whole.length)).toEqual(whole)
      expect(lines.slice(whole.length).every((line) => line === TOO_LONG)).toBe(true)
      expect(lines.length - whole.length).toBeLessThanOrEqual(1)
    }),
    { numRuns: 2_000 },
  )
})
