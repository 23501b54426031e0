import type { Claim, NameStore } from '@dchat/store'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import type { SignedAuthor } from '../rpc/backend.ts'
import { AuthorBook } from './author-book.ts'
import { NAME_RULES } from './make-backend.ts'

const DAY_MS = 86_400_000
const [ANN, THIEF, BOB, OWN] = ['a1', 'b2', 'c3', 'd4'].map((byte) => byte.repeat(32)) as [string, string, string, string]

/** Names as a store tells them: who claims what, since when. */
class Names {
  readonly #nicks = new Map<string, string>()
  readonly #firstSeen = new Map<string, number>()
  readonly #pinned = new Set<string>()
  readonly #clock: ManualClock

  constructor(clock: ManualClock) {
    this.#clock = clock
  }

  take(key: string, nick: string): void {
    this.#nicks.set(key, nick)
    this.#firstSeen.set(key, this.#clock.nowMs())
  }

  nickOf(key: string): string | undefined {
    return this.#nicks.get(key)
  }

  pin(key: string, on: boolean): void {
    if (on) this.#pinned.add(key)
    else this.#pinned.delete(key)
  }

  claims(nick: string): Claim[] {
    const keys = [...this.#nicks].filter(([, other]) => NAME_RULES.foldNick(other) === NAME_RULES.foldNick(nick))
    return keys.map(([key]) => {
      const since = this.#firstSeen.get(key)!
      return { key, firstSeen: since, since, lastSeen: this.#clock.nowMs(), current: true, pinned: this.#pinned.has(key) }
    })
  }
}

interface Setup {
  readonly clock: ManualClock
  readonly names: Names
  readonly book: AuthorBook
  readonly heard: SignedAuthor[]
  /** Conversations in which one has written. */
  readonly answered: Set<string>
}

function setup(): Setup {
  const answered = new Set<string>()
  const clock = new ManualClock()
  const names = new Names(clock)
  const book = new AuthorBook({
    names: names as unknown as NameStore,
    clock,
    logger: new MemoryLogger(),
    rules: NAME_RULES,
    ownKey: OWN,
    rooms: { isAnswered: (room) => answered.has(room) },
  })
  const heard: SignedAuthor[] = []
  book.onChange((author) => heard.push(author))
  return { clock, names, book, heard, answered }
}

test('a key is shown by nick and tag, and by its tag alone while it has no nick', () => {
  const { names, book } = setup()
  expect(book.of(ANN)).toEqual({
    key: ANN,
    nick: null,
    tag: NAME_RULES.tagOf(ANN),
    held: false,
    from: null,
    verified: null,
    room_key: null,
    known_as: null,
  })
  names.take(ANN, 'ann')
  book.changed(ANN)
  expect(book.of(ANN)).toMatchObject({ nick: 'ann', held: false })
})

test('who is verified holds the nick; who looks alike does not, and is told of when that changes', () => {
  const { names, book, heard } = setup()
  names.take(ANN, 'ann')
  names.take(THIEF, 'АNN') // its first letter is Cyrillic
  names.take(BOB, 'bob')
  for (const key of [ANN, THIEF, BOB]) book.of(key)
  names.pin(ANN, true)
  book.changed(ANN)
  expect([ANN, THIEF].map((key) => book.of(key).held)).toEqual([true, false])
  expect(book.holderOf('Ann')).toBe(ANN)
  names.pin(ANN, false)
  names.pin(THIEF, true)
  book.changed(THIEF)
  expect([ANN, THIEF].map((key) => book.of(key).held)).toEqual([false, true])
  expect(heard.map(({ key, held, known_as }) => [key, held, known_as])).toEqual([
    [ANN, true, null],
    [THIEF, false, ANN],
    [THIEF, true, null],
    [ANN, false, THIEF],
  ])
})

test('a nick comes to be held by time, and what was read is not believed for longer than a minute', async () => {
  const { clock, names, book } = setup()
  names.take(ANN, 'ann')
  expect(book.of(ANN).held).toBe(false)
  await clock.advance(7 * DAY_MS)
  expect(book.of(ANN).held).toBe(true)
  names.take(THIEF, 'ann')
  book.changed(THIEF)
  expect([book.of(ANN).held, book.of(THIEF).held]).toEqual([true, false])
})

test('a known nick of another key names the one that is known, and is told of when it comes up', async () => {
  const { clock, names, book, heard } = setup()
  names.take(ANN, 'ann')
  names.take(THIEF, 'bob')
  for (const key of [ANN, THIEF]) expect(book.of(key).known_as).toBe(null)
  await clock.advance(7 * DAY_MS)
  names.take(THIEF, 'аnn') // its first letter is Cyrillic
  book.changed(THIEF)
  expect(heard.map(({ key, known_as }) => [key, known_as])).toEqual([
    [THIEF, ANN],
    [ANN, null],
  ])
  expect(book.of(ANN)).toMatchObject({ held: true, known_as: null })
  names.pin(THIEF, true)
  book.changed(THIEF)
  expect([ANN, THIEF].map((key) => book.of(key).known_as)).toEqual([THIEF, null])
})

test('whom one has written with is known: another of his nick stands out from then on', () => {
  const { names, book, heard, answered } = setup()
  for (const key of [ANN, BOB]) names.take(key, 'ann')
  for (const key of [ANN, BOB]) expect(book.of(key).known_as).toBe(null)
  answered.add(`@${ANN}`)
  book.changed(ANN)
  expect(heard.map(({ key, known_as }) => [key, known_as])).toEqual([[BOB, ANN]])
  answered.add(`@${BOB}`)
  book.changed(BOB)
  expect([ANN, BOB].map((key) => book.of(key).known_as)).toEqual([BOB, ANN])
})

test('who writes in a private room unvouched has no nick, whatever profile his key has', () => {
  const { names, book } = setup()
  names.take(THIEF, 'ann')
  expect(book.unverified(THIEF)).toEqual({
    key: THIEF,
    nick: null,
    tag: NAME_RULES.tagOf(THIEF),
    held: false,
    from: null,
    verified: false,
    room_key: THIEF,
    known_as: null,
  })
})

test('of two that were verified under one nick neither is a surprise, and the own key never is', () => {
  const { names, book } = setup()
  for (const key of [ANN, BOB, OWN]) names.take(key, 'ann')
  for (const key of [ANN, BOB]) names.pin(key, true)
  expect([ANN, BOB, OWN].map((key) => book.of(key).known_as)).toEqual([null, null, null])
})

test('nothing is told of a profile that changes nothing', () => {
  const { names, book, heard } = setup()
  names.take(ANN, 'ann')
  book.of(ANN)
  book.changed(ANN)
  expect(heard).toEqual([])
  names.take(ANN, 'anne')
  book.changed(ANN)
  expect(heard).toMatchObject([{ key: ANN, nick: 'anne' }])
})

test.each(['ann#eh7ddx5bks', 'ann＃eh7ddx5bks'])('a nick that looks like one with its tag is never bare: %s', (nick) => {
  const { names, book } = setup()
  names.take(THIEF, nick)
  names.pin(THIEF, true)
  expect(book.of(THIEF).held).toBe(false)
})

test('many authors are forgotten again, and read anew', () => {
  const { names, book } = setup()
  const keyOf = (index: number): string => index.toString(16).padStart(64, '0')
  for (let index = 0; index < 4_097; index += 1) expect(book.of(keyOf(index)).nick).toBe(null)
  names.take(keyOf(0), 'first')
  names.take(keyOf(4_096), 'last')
  expect([book.of(keyOf(0)).nick, book.of(keyOf(4_096)).nick]).toEqual(['first', null])
})
