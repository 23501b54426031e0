/** The screen with panes beside the talk, at every size. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_EDITOR, insertText } from '../input/editor.ts'
import { LEAST_TALK_COLUMNS, PANES_FROM } from '../limits.ts'
import { DEFAULT_SETTINGS } from '../settings/settings.ts'
import type { Settings } from '../settings/settings.ts'
import type { ChatState, Overlay, Peer } from '../state/model.ts'
import { reduce } from '../state/reducer.ts'
import { STATUS_ROOM, plainRoom } from '../state/rooms.ts'
import type { RoomSummary } from '../state/rooms.ts'
import { aContext, aMessage, aNode, aPage, aState, someMessages } from '../testing/builders.ts'
import { ANN, BOB, CATS, WITH_ANN } from '../testing/people.ts'
import { peerTag } from './author.ts'
import type { Span } from './item-rows.ts'
import { paneColumns } from './panes.ts'
import { peoplePaneRows } from './people-pane.ts'
import { roomPaneRows } from './room-pane.ts'
import { buildScreen } from './screen.ts'
import { glyphsFor } from './theme.ts'
import { textWidth } from './width.ts'

const { glyphs } = aContext()
const settings = (fields: Partial<Settings>): Settings => ({ ...DEFAULT_SETTINGS, ...fields })
const text = (spans: readonly Span[]): string => spans.map((span) => span.text).join('')
const texts = (rows: readonly (readonly Span[])[]): string[] => rows.map((spans) => text(spans).trimEnd())
const peer = (id: number, session: string, url: string): Peer => ({ id, session, url })
const room = (name: string, fields: Partial<RoomSummary> = {}): RoomSummary => ({ ...plainRoom(name), ...fields })

describe('the columns', () => {
  const both = settings({ roomsPane: 'on', peersPane: 'on' })
  const rooms = [plainRoom('dchat'), plainRoom('cats')]

  it('add up, hide the panes on narrow screens, and leave room for the talk', () => {
    const wanted = fc.record({ roomsPane: fc.constantFrom('auto', 'on', 'off'), peersPane: fc.constantFrom('on', 'off') })
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 400 }), wanted, fc.nat(3), (columns, fields, count) => {
        const { left, talk, right } = paneColumns(
          { settings: settings(fields as Partial<Settings>), rooms: rooms.slice(0, count), overlay: null },
          columns,
        )
        expect(left + (left > 0 ? 1 : 0) + talk + (right > 0 ? 1 : 0) + right).toBe(columns)
        expect(talk).toBeGreaterThanOrEqual(columns < PANES_FROM ? columns : LEAST_TALK_COLUMNS)
      }),
    )
  })

  it('have both panes from 80 on, and the list of rooms by itself from 100 on once there are two', () => {
    expect(paneColumns({ settings: both, rooms, overlay: null }, 79)).toEqual({ left: 0, talk: 79, right: 0 })
    expect(paneColumns({ settings: both, rooms, overlay: null }, 80)).toEqual({ left: 14, talk: 46, right: 18 })
    const auto = settings({})
    expect(paneColumns({ settings: auto, rooms, overlay: null }, 99).left).toBe(0)
    expect(paneColumns({ settings: auto, rooms, overlay: null }, 100).left).toBe(16)
    expect(paneColumns({ settings: auto, rooms: rooms.slice(0, 1), overlay: null }, 100).left).toBe(0)
  })
})

describe('the list of rooms', () => {
  const size = { columns: 16, height: 6, glyphs }

  it('has numbers, what is unread, where the user is meant, what is muted, and the status room last without a number', () => {
    const rooms = [
      room('dchat'),
      room('cats', { unread: 5 }),
      room('dogs', { unread: 7, mentions: 2 }),
      room('quiet', { unread: 9, level: 'none' }),
      { ...WITH_ANN, unread: 3 },
    ]
    expect(texts(roomPaneRows({ rooms, room: 'cats', statusNews: 4 }, size))).toEqual([
      '  1 dchat',
      '▸ 2 cats 5',
      '  3 dogs @2',
      '  4 ×quiet 9',
      '  5 @ann#ann… @3',
      '    status 4',
    ])
    expect(
      texts(roomPaneRows({ rooms, room: 'cats', statusNews: 0 }, { ...size, glyphs: glyphsFor({ TERM: 'linux' }) }))[3],
    ).toBe('  4 xquiet 9')
  })

  it('keeps the tag of a long name, and the count', () => {
    const rows = roomPaneRows({ rooms: [{ ...WITH_ANN, unread: 1_234 }], room: 'dchat', statusNews: 0 }, { ...size, columns: 22 })
    expect(text(rows[0]!)).toBe('  1 @…#anntag000 @999+')
  })

  it('has the shown room in sight, and says what is above and below', () => {
    const many = Array.from({ length: 40 }, (_, index) => room(`r${index + 1}`, { unread: index === 39 ? 2 : 0 }))
    expect(texts(roomPaneRows({ rooms: many, room: 'r20', statusNews: 0 }, size))).toEqual([
      ' ↑ 17 more',
      ' 18 r18',
      ' 19 r19',
      '▸20 r20',
      ' 21 r21',
      ' ↓ 20 more 2',
    ])
    expect(texts(roomPaneRows({ rooms: many, room: STATUS_ROOM, statusNews: 0 }, size)).at(-1)).toBe('▸   status')
    fc.assert(
      fc.property(fc.nat(39), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 14, max: 24 }), (at, height, columns) => {
        const rows = roomPaneRows({ rooms: many, room: `r${at + 1}`, statusNews: 0 }, { columns, height, glyphs })
        expect(rows).toHaveLength(height)
        expect(rows.filter((row) => text(row).startsWith('▸')).map((row) => text(row).trim())).toEqual([
          `▸${String(at + 1).padStart(2)} r${at + 1}${at === 39 ? ' 2' : ''}`,
        ])
        for (const row of rows) expect(textWidth(text(row))).toBe(columns)
      }),
    )
  })
})

describe('the pane of people and peers', () => {
  const size = { columns: 24, height: 12, glyphs, top: 0 }
  const peers = [
    peer(1, 'outbound', 'tcp://10.0.0.2:26661'),
    peer(2, 'inbound', 'tcp+tls://[2001:db8::1]:26661'),
    peer(3, 'outbound', 'tcp://10.0.0.3:26661'),
  ]

  it('lists who spoke lately and the peers by session, the marks of unsigned lines beside their addresses', () => {
    const state = reduce(
      aState({ peers, node: aNode() }),
      aPage([aMessage(1, { author: ANN }), aMessage(2, { author: BOB }), aMessage(3)]),
    )
    expect(texts(peoplePaneRows(state, size))).toEqual([
      ' Spoke lately (3)',
      ` ${peerTag('tcp://127.0.0.1:40001')}`,
      ' bob#bobtag000',
      ' ann#anntag000',
      '',
      ' Peers (3)',
      ' inbound 1',
      ` ${peerTag(peers[1]!.url)} tcp+tls://[2001:…`,
      ' outbound 2',
      ` ${peerTag(peers[0]!.url)} 10.0.0.2:26661`,
      ` ${peerTag(peers[2]!.url)} 10.0.0.3:26661`,
      '',
    ])
  })

  it('lists the members of a private room, and in the status room the peers alone', () => {
    const facts = new Map([[CATS.room, { kind: 'private' as const, members: 2, unverified: 0, people: [ANN, BOB] }]])
    const state = aState({ rooms: [plainRoom('dchat'), CATS], room: CATS.room, facts })
    expect(texts(peoplePaneRows(state, size)).slice(0, 3)).toEqual([' Members (2)', ' ann#anntag000', ' bob#bobtag000'])
    expect(texts(peoplePaneRows({ ...state, room: STATUS_ROOM }, size))[0]).toBe(' Peers (0)')
  })

  it('stops scrolling at its end', () => {
    const many = aState({ peers: Array.from({ length: 30 }, (_, id) => peer(id, 'inbound', `tcp://10.0.0.${id}:1`)) })
    const rows = texts(peoplePaneRows(many, { ...size, top: 1_000 }))
    expect(rows.at(-1)).toContain('10.0.0.29:1')
    expect(rows.at(0)).toContain('10.0.0.18:1')
  })
})

describe('the whole screen', () => {
  const overlays: (Overlay | null)[] = [
    null,
    null,
    { kind: 'help', top: 0 },
    { kind: 'switcher', query: 'a', at: 0 },
    { kind: 'hold' },
    { kind: 'ask', question: 'Is this a question that is quite long, so that it takes more than a row?' },
  ]
  const any = fc.record({
    columns: fc.integer({ min: 20, max: 220 }),
    rows: fc.integer({ min: 5, max: 60 }),
    count: fc.nat(50),
    roomCount: fc.nat(30),
    overlay: fc.constantFrom(...overlays),
    peersPane: fc.constantFrom('on', 'off'),
    roomsPane: fc.constantFrom('auto', 'on', 'off'),
    isFirstRun: fc.boolean(),
    peers: fc.nat(3),
    sync: fc.option(fc.nat(9_999)),
    typed: fc.constantFrom('', '/', 'hello', 'a\nb\nc'),
    room: fc.constantFrom('dchat', STATUS_ROOM),
    term: fc.constantFrom('xterm', 'linux'),
    isAway: fc.boolean(),
  })

  it('has exactly as many rows as the terminal, none wider than it, whatever is open', () => {
    fc.assert(
      fc.property(any, (given) => {
        const state = screenOf(given)
        const screen = buildScreen(state, { ...aContext(), glyphs: glyphsFor({ TERM: given.term }) })
        const rows = [
          ...screen.talk.map(({ spans }) => text(spans)),
          ...screen.hints.map((hint) => hint.text),
          ...(screen.status === null ? [] : [screen.status]),
          ...screen.input,
        ]
        expect(rows).toHaveLength(given.rows)
        for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(given.columns)
        expect(screen.talk.length).toBeGreaterThan(0)
        const { left, right } = paneColumns(state, given.columns)
        const line = given.term === 'linux' ? '|' : '│'
        for (const { spans } of screen.talk) {
          expect(text(spans).split(line).length - 1).toBeGreaterThanOrEqual((left > 0 ? 1 : 0) + (right > 0 ? 1 : 0))
          expect(textWidth(text(spans))).toBeGreaterThanOrEqual(right > 0 ? given.columns : 0)
        }
      }),
      { numRuns: 300 },
    )
  })

  function screenOf(given: typeof any extends fc.Arbitrary<infer T> ? T : never): ChatState {
    const rooms = [
      plainRoom('dchat'),
      WITH_ANN,
      ...Array.from({ length: given.roomCount }, (_, index) => room(`room-${index}-世界`, { unread: index })),
    ]
    const state = aState({
      screen: { columns: given.columns, rows: given.rows },
      settings: settings({ peersPane: given.peersPane as 'on', roomsPane: given.roomsPane as 'on' }),
      rooms,
      link: given.isAway ? { at: 'away', reason: 'no daemon is running', hint: 'start it', retryInMs: 900 } : { at: 'ready' },
      node: aNode({ peers: { ...aNode().peers, inbound: given.peers } }),
      peers: Array.from({ length: given.peers }, (_, id) => peer(id, 'inbound', `tcp://10.0.0.${id}:26661`)),
      sync:
        given.sync === null
          ? null
          : { state: 'paging', room: 'dchat', received: given.sync, expected: given.sync % 2 === 0 ? null : 9_999, peers: 1 },
      isFirstRun: given.isFirstRun,
      overlay: given.overlay,
      editor: insertText(EMPTY_EDITOR, given.typed),
    })
    return { ...reduce(state, aPage(someMessages(1, given.count))), room: given.room }
  }
})
