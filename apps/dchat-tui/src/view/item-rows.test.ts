import fc from 'fast-check'
import type { Message } from '@dchat/rpc'
import { describe, expect, it } from 'vitest'
import { NOON, aMessage, anAuthor } from '../testing/builders.ts'
import { ANN, FAKE_ANN, INVITATION, SECRET, STRANGER, anInvitation, vouched } from '../testing/people.ts'
import { ItemList } from '../state/item-list.ts'
import { messageItem } from '../state/items.ts'
import type { Item, PendingItem } from '../state/items.ts'
import type { News } from '../state/news.ts'
import { EMPTY_TALK } from '../state/talk.ts'
import { mentions } from '@dchat/rpc'
import { authorName, hashText, messageStyle, peerTag, spokenName } from './author.ts'
import { deliveryMark, itemRows, newsRow } from './item-rows.ts'
import type { Row, RowContext } from './item-rows.ts'
import { RowCache, talkSource } from './talk.ts'
import { glyphsFor } from './theme.ts'
import { clockTime, dayKey, durationText } from './time.ts'
import { textWidth } from './width.ts'

const glyphs = glyphsFor({ TERM: 'xterm' })
const drawn = (rows: readonly Row[]): string[] =>
  rows.map((row) =>
    row.spans
      .map((span) => span.text)
      .join('')
      .trimEnd(),
  )
const context = (width: number, ownNick: string | null = 'alice') => ({
  width,
  glyphs,
  ownNick,
  highlight: [],
  ignores: [],
  timeFormat: '%H:%M',
  nickColumns: 14,
})
const aView = (items: readonly Item[], more: { news?: News; hasOlder?: boolean } = {}) => ({
  talk: { ...EMPTY_TALK, items: ItemList.of(items), hasOlder: more.hasOlder ?? true },
  news: more.news ?? null,
})
const bob = anAuthor({ key: 'b0b', nick: 'bob', held: true })
const at = clockTime(aMessage(1).received)

describe('itemRows', () => {
  it('draws time, nick, text, with a hanging indent', () => {
    const item = messageItem(aMessage(1, { author: bob, text: 'one two three four five six seven eight nine ten eleven' }))
    expect(drawn(itemRows(item, context(60)))).toEqual([
      `${at}            bob │ one two three four five six seven`,
      '                     │ eight nine ten eleven',
    ])
  })

  it('has room for a longer nick beside its tag on wide screens', () => {
    const item = messageItem(
      aMessage(1, { author: anAuthor({ key: 'ca7e', nick: 'catherine', tag: 'h3teuq7igq', held: false }), text: 'hi' }),
    )
    expect(drawn(itemRows(item, context(99)))).toEqual([`${at} ca…#h3teuq7igq │ hi`])
    expect(drawn(itemRows(item, context(100)))).toEqual([`${at}   catherine#h3teuq7igq │ hi`])
  })

  it('puts the nick inline on narrow screens, and leaves the time out on very narrow ones', () => {
    const item = messageItem(aMessage(1, { author: bob, text: 'hello there everybody in this room' }))
    expect(drawn(itemRows(item, context(40)))[0]).toBe(`${at} bob: hello there everybody in this`)
    expect(drawn(itemRows(item, context(20)))).toEqual(['bob: hello there', '  everybody in this', '  room'])
  })

  it('has the time that is wanted, where there is room for it, and the nick column', () => {
    const item = messageItem(aMessage(1, { author: bob, text: 'hi' }))
    const first = (width: number, wanted: Partial<RowContext>): string =>
      drawn(itemRows(item, { ...context(width), ...wanted }))[0]!
    expect(first(60, { timeFormat: null, nickColumns: 4 })).toBe(' bob │ hi')
    expect(first(60, { timeFormat: '%Y', nickColumns: 5 })).toBe('2026   bob │ hi')
    expect(first(40, { timeFormat: '%Y %Y' })).toBe('2026 2026 bob: hi')
    expect(first(39, { timeFormat: '%Y %Y' })).toBe('bob: hi')
    expect(first(60, { timeFormat: '%T %T %T' })).toBe('           bob │ hi')
  })

  it('keeps a newline of others inside its own message', () => {
    const rows = drawn(
      itemRows(messageItem(aMessage(1, { author: bob, text: `hi\n${at}          alice │ forged` })), context(80)),
    )
    expect(rows[1]).toBe(`                     │ ${at}          alice │ forged`)
    expect(rows).toHaveLength(2)
  })

  it('draws actions, topics and system lines', () => {
    const draw = (kind: 'action' | 'topic' | 'system'): string =>
      drawn(itemRows(messageItem(aMessage(1, { author: bob, kind, text: 'waves' })), context(80)))[0]!
    expect(draw('action')).toBe(`${at}              * │ bob waves`)
    expect(draw('topic')).toBe(`${at}             -- │ bob set the topic: waves`)
    expect(draw('system')).toBe(`${at}             -- │ waves`)
  })

  it('shows of a line that was taken back that there was one', () => {
    const item = messageItem(aMessage(1, { author: bob, text: '', retracted: true }))
    expect(drawn(itemRows(item, context(80)))).toEqual([`${at}             -- │ bob took a line back`])
  })

  it('shows where an unsigned line came from and believes no name in it', () => {
    const row = drawn(itemRows(messageItem(aMessage(1, { text: '<alice> trust me' })), context(80)))[0]!
    expect(row).toBe(`${at}          ${peerTag('tcp://127.0.0.1:40001')} │ <alice> trust me`)
  })

  it('ends own lines with how far they got, on a row of its own when there is no room', () => {
    const own = aMessage(1, { own: true, text: 'x'.repeat(37) })
    expect(drawn(itemRows(messageItem(own), context(60)))).toEqual([
      `${at}          alice │ ${'x'.repeat(37)}`,
      '                     │ ✓2',
    ])
    expect(drawn(itemRows(messageItem({ ...own, text: 'hi' }), context(60)))[0]).toMatch(/hi ✓2$/u)
  })

  it.each([
    [{ state: 'stored', written: 0, held: 0 }, '⌛'],
    [{ state: 'stored', written: 2, held: 0 }, '✓2'],
    [{ state: 'sent', written: 3, held: 0 }, '✓3'],
    [{ state: 'held', written: 3, held: 1 }, '✓3'],
    [{ state: 'failed', written: 0, held: 0 }, '! not sent'],
  ] as const)('%j is shown as %s', (delivery, mark) => {
    expect(deliveryMark(delivery, glyphs)).toBe(mark)
  })

  it('tells in words what became of a line that was not stored', () => {
    const pending: PendingItem = {
      type: 'pending',
      key: 'p1',
      at: 0,
      localId: 1,
      text: 'hi',
      kind: 'text',
      afterSeq: 0,
      state: 'sending',
      reason: '',
      isKeyless: false,
    }
    const draw = (fields: Partial<PendingItem>): string => drawn(itemRows({ ...pending, ...fields }, context(100))).join(' ')
    expect(draw({})).toMatch(/hi …$/u)
    expect(draw({ state: 'failed', reason: 'the disk is full' })).toContain('! not sent: the disk is full; Up brings it back')
    expect(draw({ state: 'unknown' })).toContain('? not confirmed')
  })

  it('never draws a row wider than the screen or with a control in it', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\n', '世', '👩‍👩‍👧‍👦', '\u001b[31m', '\u202e', '\t', '\u1100', 'long', '\u0007'),
    })
    const item: fc.Arbitrary<Item> = fc
      .record({ text, nick: text, kind: fc.constantFrom('text', 'action', 'topic', 'system'), own: fc.boolean() })
      .map(({ nick, ...fields }) =>
        messageItem(aMessage(1, { ...(fields as object), author: anAuthor({ key: 'k', nick, held: true }) })),
      )
    fc.assert(
      fc.property(item, fc.integer({ min: 8, max: 100 }), (one, width) => {
        for (const row of itemRows(one, context(width))) {
          const whole = row.spans.map((span) => span.text).join('')
          expect(textWidth(whole)).toBeLessThanOrEqual(Math.max(width, 8))
          expect(whole).not.toMatch(/[\p{Cc}\u202e]/u)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('talkSource', () => {
  it('separates days, between two messages only', () => {
    const tomorrow = aMessage(3, { received: aMessage(2).received + 86_400_000 })
    const notice = (key: string, at: number): Item => ({ type: 'notice', key, at, level: 'info', text: 'x' })
    const items = [
      notice('n1', NOON - 86_400_000),
      messageItem(aMessage(1)),
      messageItem(aMessage(2)),
      notice('n2', tomorrow.received - 1_000),
      messageItem(tomorrow),
      notice('n3', tomorrow.received + 86_400_000),
    ]
    const source = talkSource(aView(items), context(80), new RowCache())
    expect(items.map((_, index) => source.rowsOf(index).length)).toEqual([1, 1, 1, 1, 2, 1])
    expect(drawn(source.rowsOf(4))[0]).toBe('── Tue, 2026-03-03 ──')
    expect(source.rowsOf(4)[0]!.offset).toBeLessThan(0)
  })

  it('marks where new lines begin, below the day, when it is known', () => {
    const messages = [
      aMessage(1),
      aMessage(2),
      aMessage(3, { own: true }),
      aMessage(4, { received: NOON + 86_400_000 }),
      aMessage(5),
    ]
    const items = messages.map(messageItem)
    const news = { after: 2, count: 2 }
    const all = (view: ReturnType<typeof aView>) => {
      const source = talkSource(view, context(80), new RowCache())
      return view.talk.items.pieces.flat().flatMap((_, index) => drawn(source.rowsOf(index)))
    }
    const rows = all(aView(items.slice(0, 4), { news }))
    expect(rows.slice(3, 5)).toEqual(['── Tue, 2026-03-03 ──', '── 2 new ──'])
    const inAscii = newsRow(items[3]!, 2, { ...context(80), glyphs: glyphsFor({ TERM: 'linux' }) })
    expect(drawn([inAscii])).toEqual(['-- 2 new --'])
    expect(all(aView(items.slice(3, 4), { news, hasOlder: true }))).toHaveLength(1)
    expect(all(aView(items.slice(3, 4), { news, hasOlder: false }))).toHaveLength(2)
    expect(all(aView(items.slice(0, 3), { news })).join('\n')).not.toContain('new')
  })

  it('finds items by key, and their place when they are gone', () => {
    const items = [1, 2, 2, 5].map((seq, index) => messageItem(aMessage(seq, { seq: index + 1, received: seq })))
    const source = talkSource(aView(items), context(80), new RowCache())
    expect(source.find('m3', 2)).toBe(2)
    expect(source.find('gone', 3)).toBe(3)
    expect(source.find('gone', 9)).toBe(4)
  })
})

describe('authors', () => {
  it('are named by nick, tag or key when signed, by a mark when not', () => {
    expect(authorName(bob)).toBe('bob')
    expect(authorName({ ...bob, tag: 't4g', held: true })).toBe('bob')
    expect(authorName({ ...bob, tag: 't4g', held: false })).toBe('bob#t4g')
    expect(authorName({ ...bob, nick: null, tag: 't4g' })).toBe('#t4g')
    expect(authorName({ ...bob, nick: '\u200b', key: 'abcdef012345' })).toBe('#abcdef')
    expect(authorName(anAuthor({ nick: 'liar', held: true, from: 'tcp://h:1' }))).toBe(peerTag('tcp://h:1'))
    expect(peerTag(null)).toBe('~?')
  })

  it('keep their tag when there is no room for the whole name', () => {
    const alexander = { ...bob, nick: 'alexander', tag: 'eh7ddx5bks', held: false }
    const row = drawn(itemRows(messageItem(aMessage(1, { author: alexander, text: 'hi' })), context(80)))[0]
    expect(row).toBe(`${at} al…#eh7ddx5bks │ hi`)
    expect(spokenName(alexander)).toBe('alexander')
  })

  it('have one colour each, whatever their nick', () => {
    const style = messageStyle(aMessage(1, { author: bob }))
    expect(messageStyle(aMessage(2, { author: { ...bob, nick: 'robert' } }))).toBe(style)
    expect(messageStyle(aMessage(3, { own: true }))).toBe('own')
    expect(new Set(Array.from({ length: 200 }, (_, index) => hashText(`tcp://10.0.0.1:${index}`) % 7)).size).toBe(7)
  })

  it('rarely share a mark', () => {
    const tags = new Set(Array.from({ length: 1_000 }, (_, index) => peerTag(`tcp://127.0.0.1:${30_000 + index}`)))
    expect(tags.size).toBeGreaterThan(990)
  })
})

describe('mentions', () => {
  it.each([
    ['alice: hi', true],
    ['hi ALICE!', true],
    ['(alice)', true],
    ['malice', false],
    ['alice_', false],
    ['alices', false],
    ['', false],
  ])('%j', (text, expected) => {
    expect(mentions(text, 'alice')).toBe(expected)
  })
  it('needs a nick of two letters', () => {
    expect(mentions('a', 'a')).toBe(false)
    expect(mentions('null', null)).toBe(false)
  })
})

describe('theme and time', () => {
  it('falls back to ASCII on the Linux console', () => {
    expect(Object.values(glyphsFor({ TERM: 'linux' })).join('')).toMatch(/^[\x20-\x7e]*$/u)
  })

  it('names days and spans of time', () => {
    expect(dayKey(new Date(2026, 0, 5, 23, 59).getTime())).toBe('2026-01-05')
    expect([12, 420, 7_500, 273_600].map(durationText)).toEqual(['12 s', '7 min', '2 h 5 min', '3 d 4 h'])
  })
})

describe('lines of encrypted rooms', () => {
  const textOf = (message: Message, width = 100): string =>
    itemRows(messageItem(message), context(width))
      .map((row) => row.spans.map((span) => span.text).join(''))
      .join('\n')

  it.each<[string, Partial<Message>, string]>([
    ['an invitation', {}, 'ann#anntag000 invites you to +cats: /accept'],
    [
      'a taken one',
      { invitation: { ...anInvitation(1).invitation!, joined: true } },
      'ann#anntag000 invited you to +cats; you are in it',
    ],
    ['an own one', { own: true }, 'you sent an invitation to +cats'],
    [
      'an offer',
      { invitation: { ...anInvitation(1).invitation!, replaces: 'p.old' } },
      'ann#anntag000 offers to go on in +cats, which takes the place',
    ],
    [
      'a hostile name',
      { invitation: { ...anInvitation(1).invitation!, name: '\u001b[2Jx\n-- forged' } },
      'invites you to +␛x -- forged',
    ],
    ['text around one', { invitation: null, text: `see ${INVITATION} there` }, 'see dchat-room:cats:… there'],
  ])('%s is told without the secret', (_what, fields, words) => {
    const drawn = textOf(anInvitation(1, fields))
    expect(drawn).toContain(words)
    for (const width of [100, 59, 40, 20]) expect(textOf(anInvitation(1, fields), width)).not.toContain(SECRET.slice(0, 8))
  })

  it('tell that they wait for a key, and that there is none', () => {
    const waiting = anInvitation(1, {
      own: true,
      id: null,
      invitation: null,
      text: 'hi',
      delivery: { state: 'stored', written: 0, held: 0 },
    })
    expect(textOf(waiting)).toContain(`hi ${glyphs.stored} waits for a key`)
    expect(textOf({ ...waiting, id: '1'.repeat(64) })).not.toContain('waits')
  })

  it('warn beside a direct message of another key than the known one', () => {
    const drawn = textOf(anInvitation(1, { author: FAKE_ANN, invitation: null, text: 'lend me money' }), 120)
    expect(drawn).toContain('lend me money ! NOT the ann you know: another key; /verify ann#faketag000')
    expect(textOf(aMessage(1, { author: FAKE_ANN, text: 'hi' }))).not.toContain('NOT')
  })

  it('name who is vouched for, and by the tag alone who is not', () => {
    expect(authorName(vouched(ANN))).toBe('ann#anntag000')
    expect(authorName({ ...STRANGER, nick: 'ann', held: true })).toBe('?strangerxy')
    expect(spokenName({ ...STRANGER, nick: 'ann' })).toBe('?strangerxy')
  })
})
