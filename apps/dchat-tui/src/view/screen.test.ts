import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { offered } from '../input/completion.ts'
import { EMPTY_EDITOR, insertText } from '../input/editor.ts'
import { NOON, aContext, aNode, aPage, aState, someMessages } from '../testing/builders.ts'
import { DEFAULT_SETTINGS } from '../settings/settings.ts'
import { reduce } from '../state/reducer.ts'
import type { ChatState, Link } from '../state/model.ts'
import { plainRoom } from '../state/rooms.ts'
import type { RoomSummary } from '../state/rooms.ts'
import { EMPTY_TALK } from '../state/talk.ts'
import { buildScreen } from './screen.ts'
import { statusLine } from './status-line.ts'
import { clockTime } from './time.ts'
import { textWidth } from './width.ts'

const node = aNode({ peers: { inbound: 1, outbound: 2, manual: 1, seed: 0, refine: 3, direct: 0 } })
const ready: Link = { at: 'ready' }
const away: Link = { at: 'away', reason: 'no daemon is running', hint: 'start it with `dchatd`', retryInMs: 4_000 }
const { glyphs } = aContext()

function status(fields: Parameters<typeof aState>[0], width: number, view = { newer: 0, isAtEnd: true, ageMs: 0 }): string {
  return statusLine({ state: aState({ link: ready, node, ...fields }), glyphs, ...view }, width).text.trimEnd()
}

describe('statusLine', () => {
  it('tells time, peers by kind, room, name and link', () => {
    expect(status({}, 100)).toBe(
      `${clockTime(NOON)} · 4 peers (1 in, 2 out, 1 manual) · dchat · everybody reads this · alice · daemon ok`,
    )
  })

  it.each([
    [60, `${clockTime(NOON)} · 4 peers · dchat · everybody · alice · daemon ok`],
    [40, '4p · dchat · everybody · daemon ok'],
    [28, '4p · dchat · everybody · ok'],
    [24, '4p · dchat · ok'],
    [16, '4p · dchat · ok'],
    [8, '4p · ok'],
  ])('gives way at %i columns', (width, expected) => {
    expect(status({}, width)).toBe(expected)
  })

  it('has the time as it is wanted, without the seconds', () => {
    const settings = { ...DEFAULT_SETTINGS, timeFormat: '%Y %I:%M:%S %p' }
    expect(status({ settings }, 100)).toMatch(/^2026 \d\d:\d\d [AP]M · 4 peers/u)
  })

  it('counts what is newer, and has room for it before all else', () => {
    expect(status({}, 100, { newer: 50, isAtEnd: false, ageMs: 0 })).toMatch(/^-- 50 newer, End to follow -- · /u)
    const talk = { ...EMPTY_TALK, hasNewer: true }
    expect(status({ view: { talk } }, 100, { newer: 50, isAtEnd: false, ageMs: 0 })).toMatch(/^-- 50\+ newer, /u)
    expect(status({}, 100, { newer: 0, isAtEnd: false, ageMs: 0 })).toMatch(/^-- more below, End to follow -- · /u)
    expect(status({}, 120, { newer: 50, isAtEnd: false, ageMs: 7_300_000 })).toMatch(
      /^-- lines of 2 h ago, 50 newer, End to follow -- · /u,
    )
    expect(status({}, 20, { newer: 50, isAtEnd: false, ageMs: 0 })).toBe('50 newer · 4p · ok')
  })

  it.each<[Parameters<typeof aState>[0], RegExp]>([
    [{ link: away }, /daemon away$/u],
    [{ link: { at: 'connecting' } }, /daemon connecting$/u],
    [{ node: { ...node, state: 'start' } }, /daemon start$/u],
    [{ node: { ...node, nick: null } }, /no name/u],
    [{ node: { ...node, peers: { ...node.peers, inbound: 0, outbound: 1, manual: 0 } } }, /1 peer \(1 out\)/u],
    [{ view: { loading: 'older' } }, /^loading older lines/u],
  ])('%#', (fields, expected) => {
    expect(status(fields, 100)).toMatch(expected)
  })

  const cats: RoomSummary = { ...plainRoom('cats'), unread: 5, mentions: 0, lastSeq: 9 }
  const named: RoomSummary = { ...plainRoom('dogs'), unread: 12, mentions: 2, lastSeq: 9 }
  const quiet: RoomSummary = plainRoom('birds')

  it('lists rooms with unread lines by number, marked where the user is meant, but not the one shown', () => {
    const rooms = [{ ...plainRoom('dchat'), unread: 3 }, cats, quiet, named]
    expect(status({ rooms }, 100)).toBe(
      `${clockTime(NOON)} · 4 peers · 1:dchat · everybody reads this · Act 2,4@ · alice · daemon ok`,
    )
    expect(status({ rooms }, 60)).toBe('4 peers · 1:dchat · everybody · Act 2,4@ · alice · daemon ok')
    expect(status({ rooms }, 16)).toBe('Act 2,4@ · ok')
    expect(status({ rooms: [plainRoom('dchat'), quiet] }, 100)).not.toContain('Act')
    const many = [plainRoom('dchat'), ...Array.from({ length: 12 }, (_, index) => ({ ...cats, room: `r${index}` }))]
    expect(status({ rooms: many }, 100)).toContain('Act 2,3,4,5,6,7,8,9,10,+3 ·')
  })

  it('fills its width exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.nat(99_999), (width, newer) => {
        const input = {
          state: aState({ link: ready, node: { ...node, nick: '世界世界' } }),
          glyphs,
          newer,
          isAtEnd: newer === 0,
          ageMs: newer * 1_000,
        }
        expect(textWidth(statusLine(input, width).text)).toBe(width)
      }),
    )
  })
})

describe('buildScreen', () => {
  it('asks about a paste on 20x5 too', () => {
    const overlay = { kind: 'paste', text: 'x', lines: 7, fits: true } as const
    const screen = buildScreen(aState({ link: ready, node, screen: { columns: 20, rows: 5 }, overlay }), aContext())
    expect(screen.hints.map((hint) => hint.text)).toEqual(['Paste 7 lines? ', 'Enter=send ^E=edit '])
    expect(screen.talk).toHaveLength(1)
  })

  it('has as many rows as the terminal, with the cursor inside, at any size and input', () => {
    const link = fc.constantFrom(ready, away)
    const input = fc.string({ unit: fc.constantFrom('a', '\n', '世', ' ', '/') })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 2, max: 40 }),
        link,
        input,
        fc.nat(60),
        (columns, rows, state, text, count) => {
          let chat = aState({ screen: { columns, rows }, link: state, node, editor: insertText(EMPTY_EDITOR, text) })
          chat = reduce(chat, aPage(someMessages(1, count)))
          const screen = buildScreen(chat, aContext())
          expect(screen.talk.length + screen.hints.length + (screen.status === null ? 0 : 1) + screen.input.length).toBe(rows)
          expect(screen.talk.length).toBeGreaterThan(0)
          expect(screen.input.length).toBeLessThanOrEqual(8)
          expect(screen.cursor.x).toBeLessThan(Math.max(columns, 8))
          expect(screen.cursor.y).toBeGreaterThanOrEqual(rows - screen.input.length)
          expect(screen.cursor.y).toBeLessThan(rows)
        },
      ),
    )
  })

  it('puts the first lines beside the input', () => {
    const screen = buildScreen(reduce(aState({ link: ready, node }), { type: 'live', messages: someMessages(1, 2) }), aContext())
    expect(screen.talk.at(-3)!.spans).toEqual([])
    expect(screen.talk.at(-1)!.spans.at(-1)!.text).toBe('line 2')
  })

  it.each<[string, Partial<ChatState>, string]>([
    [
      'the daemon is away',
      { link: away },
      'The daemon is away: no daemon is running. Start it with `dchatd`. Trying again in 4 s',
    ],
    [
      'nobody is connected',
      { node: { ...node, peers: { ...node.peers, inbound: 0, outbound: 0, manual: 0 } } },
      'Nobody is connected: lines wait here',
    ],
    [
      'a paste waits',
      { overlay: { kind: 'paste', text: 'x', lines: 7, fits: true } },
      'Paste 7 lines? [Enter] one message [Ctrl+E] edit [Esc] cancel',
    ],
    [
      'input is searched',
      { overlay: { kind: 'search', search: { query: 'zz', at: null, draft: '' } } },
      'search input: zz (nothing found)',
    ],
    [
      'a paste is too long',
      { overlay: { kind: 'paste', text: 'x', lines: 10_000, fits: false } },
      'Paste 10,000 lines? That is more than the 65,536 bytes of one message. [Ctrl+E] edit what fits [Esc] cancel',
    ],
    [
      'the arguments of a command are typed',
      { editor: insertText(EMPTY_EDITOR, '/connect x') },
      '/connect ADDRESS  connect a peer',
    ],
    ['something went wrong', { hint: { level: 'error', text: 'no such thing' } }, 'no such thing'],
  ])('says so when %s', (_name, fields, expected) => {
    const screen = buildScreen(aState({ link: ready, node, screen: { columns: 120, rows: 24 }, ...fields }), aContext())
    expect(screen.hints.map((hint) => hint.text).join(' ')).toContain(expected)
  })

  it('lists what can be completed, the marked one by a sign, as far as there is room', () => {
    const editor = insertText(EMPTY_EDITOR, '/')
    const completion = offered(editor, { nicks: [], people: [], rooms: [] })!
    const hints = (rows: number, at: number): string[] => {
      const state = aState({ link: ready, node, screen: { columns: 60, rows }, editor, completion: { ...completion, at } })
      return buildScreen(state, aContext()).hints.map((hint) => hint.text)
    }
    const { candidates } = completion
    expect(hints(24, 0)).toHaveLength(8)
    expect(hints(24, 0)[0]).toMatch(/^> \/accept \[NUMBER\|INVITATION\] /u)
    expect(hints(24, 0)[7]).toMatch(new RegExp(` 1/${candidates.length}$`, 'u'))
    expect(hints(24, candidates.length - 1)[7]).toContain(`> ${candidates.at(-1)!.label}`)
    expect(hints(5, 3)).toHaveLength(1)
    expect(hints(5, 3)[0]).toContain(`> ${candidates[3]!.label.slice(0, 20)}`)
    expect(hints(3, 0)).toHaveLength(0)
  })
})
