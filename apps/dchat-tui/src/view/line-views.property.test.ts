/** Views about single lines on every size of screen, whatever others wrote: no row wider than the screen, no text but harmless. */
import { sanitizeText } from '@dchat/system'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { reduce } from '../state/reducer.ts'
import type { ChatState, LineDelivery, Overlay } from '../state/model.ts'
import { NOON, aContext, aMessage, aNode, aPage, aState, anAuthor } from '../testing/builders.ts'
import { buildScreen } from './screen.ts'
import { textWidth } from './width.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom('\u001b]52;c;eA==\u0007hi', 'a\u202eb', '👩‍👩‍👧‍👦'.repeat(20), 'needle '.repeat(40)),
)
const message = fc.record({ text, nick: text, from: text, own: fc.boolean(), retracted: fc.boolean() }).map((fields) =>
  aMessage(1, {
    ...fields,
    id: 'ab'.repeat(32),
    author: anAuthor({ key: 'a'.repeat(64), nick: fields.nick, tag: 'abcdefghij', from: fields.from }),
  }),
)

const origin = { room: 'dchat', scroll: 'end', anchor: null } as const

function overlays(line: ReturnType<typeof aMessage>, query: string): Overlay[] {
  const peers = [{ url: line.author.from!, channel: 7, state: 'written' as const, time: NOON }]
  const delivery: LineDelivery = { state: 'sent', written: 1, held: 0, peers, isComplete: false }
  const list = { kind: 'results', query, room: null, messages: [line, line], at: 1, more: true, isAsking: true, origin } as const
  return [
    { kind: 'select', message: line, back: list },
    { kind: 'detail', message: line, delivery, top: 0, back: null },
    { kind: 'find', query, isEverywhere: true, found: line, outcome: 'none', reason: null, origin },
    list,
    { kind: 'bare' },
  ]
}

it('draws', () => {
  const size = fc.record({ columns: fc.integer({ min: 8, max: 90 }), rows: fc.integer({ min: 3, max: 30 }) })
  fc.assert(
    fc.property(message, fc.oneof(text, fc.constant('needle')), size, (line, query, screen) => {
      const talk: ChatState = reduce(aState({ screen, node: aNode({}) }), aPage([line]))
      for (const overlay of overlays(line, query)) {
        const drawn = buildScreen({ ...talk, overlay }, aContext())
        for (const row of [...drawn.talk.map(({ spans }) => spans), ...drawn.hints.map((hint) => [hint])]) {
          const whole = row.map((span) => span.text).join('')
          expect(textWidth(whole)).toBeLessThanOrEqual(screen.columns)
          expect(sanitizeText(whole)).toBe(whole)
        }
      }
    }),
  )
})
