import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InputEvent } from './key-sequences.ts'
import { TerminalDecoder } from './terminal-decoder.ts'

const piece = fc.oneof(
  fc
    .constantFrom(
      'a',
      'word ',
      'é',
      '世界',
      '👩‍👩‍👧‍👦',
      '\ufeff',
      '\u001b',
      '\u001b\u001b',
      '\u001b[A',
      '\u001b[1;5C',
      '\u001bOP',
      '\u001bé',
      '\u001b[200~one\r\ntwo\u001b[201~',
      '\u001b[200~',
      '\u001b[201~',
      '\u001b[<64;1;2M',
      '\u001b[I',
      '\u001b[97:65;2;65u',
      '\u001b]11;rgb:0/0/0\u0007',
      '\u001bP>|x\u001b\\',
      '\u001b_',
      '\u001b[M`',
      '\r',
      '\u0003',
      '\u007f',
      '[',
      'O',
      ';5',
      '~',
      'u',
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
)
const stream = fc.array(piece, { maxLength: 20 }).map((pieces) => Buffer.concat(pieces))

/** Where text goes on, it is one text. */
function joined(events: readonly InputEvent[]): InputEvent[] {
  const result: InputEvent[] = []
  for (const event of events) {
    const last = result.at(-1)
    if (event.type === 'text' && last?.type === 'text') result[result.length - 1] = { type: 'text', text: last.text + event.text }
    else result.push(event)
  }
  return result
}

describe('any bytes', () => {
  it('give the same events however they are cut', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 30 }), (bytes, cuts) => {
        const whole = new TerminalDecoder()
        const expected = joined([...whole.push(bytes), ...whole.flush()])
        const cut = new TerminalDecoder()
        const places = [...new Set(cuts.map((at) => Math.min(at, bytes.length)))].sort((a, b) => a - b)
        const events: InputEvent[] = []
        let from = 0
        for (const to of [...places, bytes.length]) {
          events.push(...cut.push(bytes.subarray(from, to)))
          from = to
        }
        expect(joined([...events, ...cut.flush()])).toEqual(expected)
        const single = new TerminalDecoder()
        const byByte = [...bytes].flatMap((byte) => single.push(Uint8Array.of(byte)))
        expect(joined([...byByte, ...single.flush()])).toEqual(expected)
      }),
      { numRuns: 3_000 },
    )
  })

  it('leave the keys after a pause alone, and give only characters that stand for themselves', () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        const decoder = new TerminalDecoder()
        const events = [...decoder.push(bytes), ...decoder.flush()]
        expect(decoder.waits).toBeNull()
        expect(decoder.push(Buffer.from('ok\u001b[A'))).toEqual([
          { type: 'text', text: 'ok' },
          { type: 'key', chord: 'up' },
        ])
        for (const event of events) expect(faultOf(event)).toBeNull()
      }),
      { numRuns: 3_000 },
    )
  })
})

/** What no event may be. */
function faultOf(event: InputEvent): string | null {
  const isChord = event.type !== 'key' || /^(?:ctrl-)?(?:alt-)?(?:shift-)?(?:[a-z0-9]{2,9}|.)$/u.test(event.chord)
  // oxlint-disable-next-line no-control-regex -- none of these may be in it
  const isText = event.type !== 'text' || /^[^\x00-\x1f\x7f]+$/u.test(event.text)
  return isChord && isText ? null : JSON.stringify(event)
}
