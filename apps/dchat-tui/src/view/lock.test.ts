import { describe, expect, it } from 'vitest'
import { aContext, aNode, aState } from '../testing/builders.ts'
import { ANN, CATS, WITH_ANN } from '../testing/people.ts'
import type { ChatState } from '../state/model.ts'
import type { RoomFacts, RoomSummary } from '../state/rooms.ts'
import { plainRoom } from '../state/rooms.ts'
import { lockParts, lockWords } from './lock.ts'
import { statusLine } from './status-line.ts'
import { glyphsFor } from './theme.ts'
import { textWidth } from './width.ts'

const { glyphs } = aContext()
const node = aNode({ peers: { inbound: 1, outbound: 2, manual: 0, seed: 0, refine: 0, direct: 0 } })

function inRoom(summary: RoomSummary, facts?: RoomFacts): ChatState {
  const rooms = [plainRoom('dchat'), { ...plainRoom('dogs'), unread: 2 }, summary]
  const known = new Map(facts === undefined ? [] : [[summary.room, facts]])
  return aState({ link: { at: 'ready' }, node, room: summary.room, rooms, facts: known })
}

function status(state: ChatState, width: number, used = glyphs): string {
  const { text } = statusLine({ state, newer: 0, isAtEnd: true, ageMs: 0, glyphs: used }, width)
  expect(textWidth(text)).toBe(width)
  return text.trimEnd()
}

describe('the lock', () => {
  it.each<[string, RoomSummary, RoomFacts | undefined, string]>([
    ['a public room', plainRoom('cats'), undefined, 'everybody reads this'],
    ['a conversation of which nothing is known yet', WITH_ANN, undefined, '🔒 only ann#anntag000 reads this'],
    ['a verified person', WITH_ANN, { kind: 'direct', isVerified: true }, '🔒 only ann#anntag000 reads this, verified'],
    ['one who is not', WITH_ANN, { kind: 'direct', isVerified: false }, '🔒 only ann#anntag000 reads this, NOT verified'],
    ['one who holds the nick', { ...WITH_ANN, author: { ...ANN, held: true } }, undefined, '🔒 only ann reads this'],
    ['a private room', CATS, { kind: 'private', members: 5, unverified: 1, people: [] }, '🔒 members of cats (5, 1 unverified)'],
    ['one of known members', CATS, { kind: 'private', members: 2, unverified: 0, people: [] }, '🔒 members of cats (2)'],
    ['one of which nothing is known yet', CATS, undefined, '🔒 members of cats'],
    ['one without keys', { ...CATS, name: null }, undefined, '🔒 no keys of this room are here'],
  ])('says who reads %s', (_what, summary, facts, words) => {
    expect(lockParts(inRoom(summary, facts), glyphs)[0]).toBe(words)
    expect(lockWords(inRoom(summary, facts))).toBe(words.replace('🔒', 'locked:'))
  })

  it('is the last thing that a small screen gives up', () => {
    const direct = inRoom(WITH_ANN, { kind: 'direct', isVerified: false })
    expect(status(direct, 120)).toContain(' · 3:@ann#anntag000 · 🔒 only ann#anntag000 reads this, NOT verified · Act 2 · alice')
    expect(status(direct, 80)).toContain('🔒 ann#anntag000 NOT verified · Act 2 · alice · ok')
    expect(status(direct, 40)).toBe('🔒 ann#anntag000 NOT verified · [2] · ok')
    expect(status(direct, 20)).toBe('🔒 NOT verified · ok')
    const room = inRoom(CATS, { kind: 'private', members: 5, unverified: 1, people: [] })
    expect(status(room, 40)).toBe(' 🔒 cats (5, 1 unverified) · Act 2 · ok')
    expect(status(room, 24)).toBe(' 🔒 5, 1 unverified · ok')
  })

  it('is a word where the terminal has no picture of it', () => {
    const ascii = glyphsFor({ TERM: 'linux' })
    const direct = inRoom(WITH_ANN, { kind: 'direct', isVerified: true })
    expect(status(direct, 60, ascii)).toContain('[locked] ann#anntag000 verified')
    expect(status(direct, 60, ascii)).toMatch(/^[\x20-\x7e]+$/u)
  })

  it('cuts long names, of a nick with its tag the nick', () => {
    const long = { ...WITH_ANN, author: { ...ANN, nick: '世界'.repeat(12) } }
    const [first, second] = lockParts(inRoom(long), glyphs)
    expect(first).toMatch(/^🔒 only 世界世界世界世世?…?#anntag000 reads this$|^🔒 only (?:世界)+世?…#anntag000 reads this$/u)
    expect(textWidth(second!)).toBeLessThanOrEqual(2 + 1 + 16)
  })
})
