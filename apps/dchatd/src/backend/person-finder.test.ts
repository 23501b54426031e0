import { RpcError } from '@dchat/rpc'
import type { Claim } from '@dchat/store'
import { expect, test } from 'vitest'
import type { SignedAuthor } from '../rpc/backend.ts'
import { NAME_RULES } from './make-backend.ts'
import { PersonFinder } from './person-finder.ts'

const NOW = 100 * 86_400_000
const [ANN, THIEF, BOB, GONE, QUIET] = ['a1', 'b2', 'c3', 'd4', 'e5'].map((byte) => byte.repeat(32)) as [
  string,
  string,
  string,
  string,
  string,
]
const tagOf = (key: string): string => NAME_RULES.tagOf(key)

interface Person {
  readonly nick: string
  readonly pinned?: boolean
  readonly firstSeen?: number
  /** Goes by another nick now. */
  readonly gone?: boolean
}

/** A finder among people who claim nicks. */
function finder(
  people: Readonly<Record<string, Person>>,
  { shown = [], met = [] }: Partial<Record<'shown' | 'met', string[]>> = {},
): PersonFinder {
  const claims = (nick: string): Claim[] =>
    Object.entries(people)
      .filter(([, person]) => NAME_RULES.foldNick(person.nick) === NAME_RULES.foldNick(nick))
      .map(([key, { pinned = false, firstSeen = NOW, gone = false }]) => {
        return { key, firstSeen, since: firstSeen, lastSeen: NOW, current: !gone, pinned }
      })
  const isPinned = (key: string): boolean => people[key]?.pinned === true
  const of = (key: string): SignedAuthor => ({
    key,
    nick: people[key]?.nick ?? null,
    tag: tagOf(key),
    held: false,
    from: null,
    verified: null,
    room_key: null,
    known_as: null,
  })
  const holderOf = (nick: string): string | null => NAME_RULES.holderOf(claims(nick), NOW) ?? null
  const rooms = { conversations: () => met.map((key) => `@${key}`) }
  return new PersonFinder({ names: { claims, isPinned }, rooms, authors: { of, holderOf, known: () => shown }, tagOf })
}

function failure(find: () => string): RpcError {
  try {
    find()
  } catch (error) {
    if (error instanceof RpcError) return error
    throw error
  }
  throw new Error('somebody was found')
}

test('a key is itself, whether it is known or not', () => {
  expect(finder({}).find(ANN)).toBe(ANN)
  expect(finder({}).find(ANN.toUpperCase())).toBe(ANN)
})

test('a nick that one key uses is that key, however it is written', () => {
  const people = finder({ [ANN]: { nick: 'Ann' }, [BOB]: { nick: 'bob' } })
  for (const nick of ['Ann', 'ann', ' ann ', 'аnn', `ann#${tagOf(ANN)}`, `ANN#${tagOf(ANN).toUpperCase()}`])
    expect([nick, people.find(nick)]).toEqual([nick, ANN])
})

test('a nick of several is ambiguous: the keys are listed, with their tags', () => {
  const people = finder({ [ANN]: { nick: 'ann' }, [THIEF]: { nick: 'ann' }, [BOB]: { nick: 'bob' } })
  const error = failure(() => people.find('ann'))
  expect(error).toMatchObject({ code: -32_011, data: { kind: 'ambiguous', keys: [ANN, THIEF] } })
  for (const key of [ANN, THIEF]) expect(error.data!.hint).toContain(`ann#${tagOf(key)} (${key})`)
  expect(people.find(`ann#${tagOf(THIEF)}`)).toBe(THIEF)
})

test('who holds a nick by time alone may still be mistaken for another; who was verified may not', () => {
  const long = { nick: 'ann', firstSeen: 0 }
  expect(failure(() => finder({ [ANN]: long, [THIEF]: { nick: 'ann' } }).find('ann')).data!.keys).toEqual([ANN, THIEF])
  expect(finder({ [ANN]: { ...long, pinned: true }, [THIEF]: { nick: 'ann' } }).find('ann')).toBe(ANN)
  const both = finder({ [ANN]: { nick: 'ann', pinned: true }, [THIEF]: { nick: 'ann', pinned: true } })
  expect(failure(() => both.find('ann')).data!.kind).toBe('ambiguous')
})

test('who goes by another nick now is not meant, unless the nick is still his', () => {
  expect(failure(() => finder({ [GONE]: { nick: 'ann', gone: true } }).find('ann')).data!.kind).toBe('not_found')
  const held = finder({ [GONE]: { nick: 'ann', gone: true, firstSeen: 0 }, [THIEF]: { nick: 'ann' } })
  expect(failure(() => held.find('ann')).data!.keys).toEqual([THIEF, GONE])
})

test('a nick that looks like one with its tag leads to nobody else', () => {
  const people = finder({ [ANN]: { nick: 'ann' }, [THIEF]: { nick: `ann#${tagOf(ANN)}` } })
  expect(people.find(`ann#${tagOf(ANN)}`)).toBe(ANN)
  const alone = finder({ [THIEF]: { nick: `ann#${tagOf(ANN)}` } })
  for (const mark of ['#', '＃']) expect(failure(() => alone.find(`ann${mark}${tagOf(ANN)}`)).data!.kind).toBe('not_found')
  expect(alone.find(`ann#${tagOf(ANN)}#${tagOf(THIEF)}`)).toBe(THIEF)
})

test('a tag alone is somebody who was shown here, or whom one has a conversation with', () => {
  const people = finder({}, { shown: [ANN], met: [ANN, QUIET] })
  for (const key of [ANN, QUIET]) expect(people.find(`#${tagOf(key)}`)).toBe(key)
  expect(failure(() => people.find(`#${tagOf(BOB)}`)).data!.kind).toBe('not_found')
})

test('among the members of a room nobody else is found', () => {
  const people = finder({ [ANN]: { nick: 'ann' }, [THIEF]: { nick: 'ann' } })
  expect(people.find('ann', new Set([THIEF]))).toBe(THIEF)
  expect(people.find(`#${tagOf(QUIET)}`, new Set([QUIET]))).toBe(QUIET)
  for (const name of ['ann', `#${tagOf(ANN)}`])
    expect(failure(() => people.find(name, new Set([BOB]))).data).toMatchObject({ kind: 'not_found' })
})

test.each(['', ' ', '#', 'ann#', 'nobody', 'x'.repeat(128)])('%j is nobody', (name) => {
  expect(failure(() => finder({ [ANN]: { nick: 'ann' } }, { shown: [ANN] }).find(name)).data!.kind).toBe('not_found')
})
