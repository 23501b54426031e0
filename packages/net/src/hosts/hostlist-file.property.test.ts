import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatBans, parseBans } from './bans-file.ts'
import { HOST_COLORS } from './host-color.ts'
import { formatHostlist, parseHostlist } from './hostlist-file.ts'

const goodLine = fc.record({
  color: fc.constantFrom(...HOST_COLORS),
  url: fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 65_535 })).map(([ip, port]) => `tcp://${ip}:${port}/`),
  lastSeenSec: fc.integer({ min: 0, max: 2 ** 40 }),
})
/** Bytes as a reader of UTF-8 sees them, without line ends. */
const garbage = fc.uint8Array({ maxLength: 60 }).map((bytes) =>
  Buffer.from(bytes)
    .toString('utf8')
    .replace(/[\r\n]/g, ''),
)
const almost = fc.tuple(fc.constantFrom('gold', 'grey', ''), garbage, garbage).map((fields) => fields.join('\t'))

test('any bytes are read without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const text = Buffer.from(bytes).toString('utf8')
      const written = text.split('\n').filter((line) => line !== '' && line !== '\r').length
      const bans = parseBans(text)
      const hostlist = parseHostlist(text)
      expect(bans.bans.length + bans.badLines).toBe(written)
      expect(hostlist.lines.length + hostlist.badLines).toBe(written)
    }),
    { numRuns: 500 },
  )
})

test('good lines survive among broken ones, and broken ones are counted', () => {
  const mixed = fc.array(
    fc.oneof(
      goodLine.map((line) => ({ line })),
      fc.oneof(garbage, almost).map((text) => ({ text })),
    ),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(mixed, (pieces) => {
      const text = pieces.map((piece) => ('line' in piece ? formatHostlist([piece.line]) : `${piece.text}\n`)).join('')
      const good = pieces.flatMap((piece) => ('line' in piece ? [piece.line] : []))
      const broken = pieces.filter((piece) => 'text' in piece && piece.text !== '').length
      const { lines, badLines } = parseHostlist(text)
      expect(lines).toEqual(expect.arrayContaining(good))
      expect(lines.length + badLines).toBe(good.length + broken)
    }),
  )
})

test('bans come back as they were written', () => {
  const target = fc.oneof(
    fc.ipV4(),
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 65_535 })).map(([ip, port]) => `${ip}:${port}`),
    fc.constant('2001:db8::/64'),
  )
  const ban = fc.record({
    target,
    untilSec: fc.integer({ min: 0, max: 2 ** 39 }),
    count: fc.integer({ min: 1, max: 999_999 }),
    reason: fc.stringMatching(/^[ -~]*$/),
    detail: fc.stringMatching(/^[ -~]*$/),
  })
  fc.assert(
    fc.property(fc.array(ban), (bans) => {
      expect(parseBans(formatBans(bans))).toEqual({ bans, badLines: 0 })
    }),
  )
})
