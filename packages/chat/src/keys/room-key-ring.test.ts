import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newIdentity } from '../identity/identity.ts'
import { newRoomSecret, roomKeysOf } from '../sealed/room-keys.ts'
import { RoomKeyRing } from './room-key-ring.ts'
import type { HeldRoom, RoomSecret } from './room-key-ring.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-ring-'))
  path = join(folder, 'room-keys')
})

afterEach(() => rmSync(folder, { recursive: true }))

const ANN = 'aa'.repeat(32)
const BOB = 'bb'.repeat(32)

const open = (identity = ANN): RoomKeyRing => RoomKeyRing.open(path, { identity })
const newRoom = (name: string): HeldRoom => ({ keys: roomKeysOf(newRoomSecret()), name, author: newIdentity(), since: 1_000 })
const secretOf = ({ keys, name, author, since }: HeldRoom): RoomSecret => ({
  name,
  secret: Buffer.from(keys.secret),
  author: author.toSeed(),
  since,
})
const shapeOf = ({ keys, name, author, since }: HeldRoom): unknown[] => [keys.id, name, author.keyHex, since]
const chatError = (code: string, data: object = {}): unknown =>
  expect.objectContaining({ code, data: expect.objectContaining(data) as unknown })

describe('a ring', () => {
  test('is empty before the first room, and makes no file', () => {
    expect(open().rooms()).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  test('holds rooms over restarts, in their order', () => {
    const rooms = [newRoom('one'), newRoom('two: with a colon'), newRoom('drei 😀')]
    const ring = open()
    for (const room of rooms) ring.add(room)
    expect(ring.rooms().map(shapeOf)).toEqual(rooms.map(shapeOf))
    expect(open().rooms().map(shapeOf)).toEqual(rooms.map(shapeOf))
    expect(shapeOf(open().find(rooms[1]!.keys.id)!)).toEqual(shapeOf(rooms[1]!))
    expect(open().find(`p.${'0'.repeat(40)}`)).toBeUndefined()
    expect([statSync(path).mode & 0o777, readdirSync(folder)]).toEqual([0o600, ['room-keys']])
  })

  test('has each room once, as it was added last', () => {
    const room = newRoom('one')
    const ring = open()
    ring.add(room)
    ring.add({ ...room, name: 'another name' })
    expect(open().rooms().map(shapeOf)).toEqual([shapeOf({ ...room, name: 'another name' })])
  })

  test('forgets a room, in the file and in memory', () => {
    const [one, two] = [newRoom('one'), newRoom('two')]
    const secret = one.keys.secret.toString('hex')
    const seed = one.author.toSeed().toString('hex')
    const ring = open()
    ring.add(one)
    ring.add(two)
    expect(readFileSync(path, 'latin1')).toContain(secret)
    expect([ring.forget(one.keys.id), ring.forget(one.keys.id)]).toEqual([true, false])
    expect(one.keys.secret).toEqual(Buffer.alloc(32))
    expect(one.keys.contentKey).toEqual(Buffer.alloc(32))
    for (const gone of [secret, seed]) expect(readFileSync(path, 'latin1')).not.toContain(gone)
    expect(open().rooms().map(shapeOf)).toEqual([shapeOf(two)])
    expect(readdirSync(folder)).toEqual(['room-keys'])
  })

  test('leaves what belongs to another identity as it is', () => {
    const [anns, bobs] = [newRoom('ann'), newRoom('bob')]
    open(ANN).add(anns)
    const bob = open(BOB)
    expect(bob.rooms()).toEqual([])
    bob.add(bobs)
    bob.forget(bobs.keys.id)
    expect(open(ANN).rooms().map(shapeOf)).toEqual([shapeOf(anns)])
  })

  test('takes what an export brought, each room once, from the next start on', () => {
    const [here, brought] = [newRoom('here'), newRoom('brought')]
    const ring = open(ANN)
    ring.add(here)
    ring.bring(ANN, [secretOf(here), secretOf(brought)])
    ring.bring(BOB, [secretOf(brought)])
    ring.bring(BOB, [secretOf(brought)])
    expect(ring.rooms().map(shapeOf)).toEqual([shapeOf(here)])
    expect(open(ANN).rooms().map(shapeOf)).toEqual([here, brought].map(shapeOf))
    expect(open(BOB).rooms().map(shapeOf)).toEqual([shapeOf(brought)])
  })

  test('takes a thousand rooms', () => {
    const room = newRoom('one')
    const secrets = Array.from({ length: 999 }, (_, index) => ({ ...secretOf(room), secret: newRoomSecret(), name: `${index}` }))
    const ring = open()
    ring.bring(ANN, secrets)
    expect(() => ring.bring(ANN, [secretOf(room), secretOf(newRoom('more'))])).toThrow(
      chatError('CHAT_ROOMS_FULL', { maxRooms: 1_000 }),
    )
    const full = open()
    full.add(room)
    expect(() => full.add(newRoom('one more'))).toThrow(chatError('CHAT_ROOMS_FULL', { maxRooms: 1_000 }))
    full.add({ ...room, name: 'renamed' })
    expect(open().rooms()).toHaveLength(1_000)
  })

  test('says that it cannot write, and stays as it was', () => {
    const ring = open()
    const [one, two] = [newRoom('one'), newRoom('two')]
    ring.add(one)
    rmSync(folder, { recursive: true })
    writeFileSync(folder, '')
    expect(() => ring.add(two)).toThrow(chatError('CHAT_KEYS_UNWRITABLE', { path }))
    expect(() => ring.forget(one.keys.id)).toThrow(chatError('CHAT_KEYS_UNWRITABLE', { path }))
    expect(ring.rooms()).toEqual([one])
    expect(one.keys.secret).not.toEqual(Buffer.alloc(32))
  })

  test('shows nothing secret', () => {
    const room = newRoom('one')
    const ring = open()
    ring.add(room)
    const shown = `${inspect([ring, ring.rooms()], { depth: 9, showHidden: true })} ${JSON.stringify([ring, ring.rooms()])}`
    expect(shown).toContain(room.keys.id)
    for (const secret of [room.keys.secret, room.keys.contentKey, room.author.toSeed()])
      for (const encoding of ['hex', 'base64', 'base64url'] as const)
        expect(shown).not.toContain(secret.toString(encoding).slice(0, 20))
  })
})

describe('a file', () => {
  const entry = { identity: ANN, name: 'one', secret: '11'.repeat(32), author: '22'.repeat(32), since: 5 }

  test('is read as the format has it', () => {
    writeFileSync(path, JSON.stringify({ version: 1, entries: [entry] }), { mode: 0o600 })
    expect(open().rooms().map(shapeOf)).toEqual([shapeOf(open().rooms()[0]!)])
    expect(open().secrets()).toEqual([
      { identity: ANN, name: 'one', secret: Buffer.alloc(32, 0x11), author: Buffer.alloc(32, 0x22), since: 5 },
    ])
  })

  test.each<[string, unknown, string, object]>([
    ['nothing', '', 'CHAT_KEYS_DAMAGED', { reason: 'it is no JSON' }],
    ['half of it', '{"version": 1, "entr', 'CHAT_KEYS_DAMAGED', { reason: 'it is no JSON' }],
    ['another list', '[]', 'CHAT_KEYS_DAMAGED', { reason: 'it is no list of keys' }],
    ['no version', { entries: [] }, 'CHAT_KEYS_DAMAGED', {}],
    ['no entries', { version: 1 }, 'CHAT_KEYS_DAMAGED', {}],
    ['a newer version', { version: 2, keys: 'another' }, 'CHAT_KEYS_VERSION', { version: 2, known: 1 }],
    ['an entry that is none', { version: 1, entries: [entry, 7] }, 'CHAT_KEYS_DAMAGED', { reason: 'its entry 2 is none' }],
    ...(
      [
        ['identity', ANN.toUpperCase()],
        ['name', 5],
        ['secret', '11'.repeat(31)],
        ['author', null],
        ['since', -1],
      ] as const
    ).map(([field, value]): [string, unknown, string, object] => [
      `an entry with another ${field}`,
      { version: 1, entries: [{ ...entry, [field]: value }] },
      'CHAT_KEYS_DAMAGED',
      { reason: 'its entry 1 is none' },
    ]),
  ])('with %s stops the start and is left as it is', (_, content, code, data) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    writeFileSync(path, text, { mode: 0o600 })
    expect(() => open()).toThrow(chatError(code, { path, ...data }))
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(readdirSync(folder)).toEqual(['room-keys'])
  })

  test('that others may read stops the start', () => {
    open().add(newRoom('one'))
    chmodSync(path, 0o644)
    expect(() => open()).toThrow(chatError('CHAT_KEYS_EXPOSED', { path, mode: '0644' }))
  })

  test('that is damaged is not shown by its error', () => {
    writeFileSync(path, `{"secret": "${'ab'.repeat(32)}" "`, { mode: 0o600 })
    let error: unknown
    try {
      open()
    } catch (thrown) {
      error = thrown
    }
    expect(error).toEqual(chatError('CHAT_KEYS_DAMAGED'))
    expect(inspect(error, { depth: 9 })).not.toContain('abab')
  })

  test('is read though a crash left leftovers beside it, which are wiped', () => {
    const room = newRoom('one')
    open().add(room)
    writeFileSync(`${path}.old-0123456789ab`, 'old')
    writeFileSync(`${path}.new-0123456789ab`, 'new')
    expect(open().rooms().map(shapeOf)).toEqual([shapeOf(room)])
    expect(readdirSync(folder)).toEqual(['room-keys'])
  })
})
