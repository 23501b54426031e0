import { createCipheriv, hash, randomBytes, scryptSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { BoxSecret } from '../keys/box-secrets.ts'
import type { RoomSecret } from '../keys/room-key-ring.ts'
import { POST_LIMITS } from '../post/post-limits.ts'
import { exportIdentity, importIdentity } from './identity-export.ts'
import { identityOfSeed } from './identity.ts'

const identity = identityOfSeed(Buffer.alloc(32, 7))
const SEED = Buffer.alloc(32, 7)
const PASSPHRASE = 'correct horse battery'
const MAX_CHARACTERS = POST_LIMITS.EXPORT_MAX_CHARS.value
const NOW = 1_795_000_000_000
const boxes = [
  { secret: Buffer.alloc(32, 0x31), made: NOW - 604_800_000 },
  { secret: Buffer.alloc(32, 0x32), made: NOW },
]
const rooms = [
  { name: 'crew', secret: Buffer.alloc(32, 0x41), author: Buffer.alloc(32, 0x51), since: NOW },
  { name: 'a: b 😀', secret: Buffer.alloc(32, 0x42), author: Buffer.alloc(32, 0x52), since: 0 },
]
const exported = await exportIdentity({ identity, boxes, rooms }, PASSPHRASE)
const keyAlone = (passphrase: string): Promise<string> => exportIdentity({ identity, boxes: [], rooms: [] }, passphrase)
const importedKey = async (data: string, passphrase: string): Promise<string> =>
  (await importIdentity(data, passphrase)).identity.keyHex

/** Made by the versions of the format, and to be read for ever. */
const KEPT_1 = `-----BEGIN DCHAT IDENTITY-----
AWm2zc3oQoKgy/fozp6vY29TEd8PtoflqfI03LjvOgDgi80NO9VbVrVIWHkGQ4bG
Qo9npbUD+/XFq5+soenYnwXYcjFueJ8OTuxsKj/yhHba
-----END DCHAT IDENTITY-----
`

const KEPT_2 = `-----BEGIN DCHAT IDENTITY-----
AuoCfuo4IdtVNQlUaREb564B7+ogjOhyyKJscCJ8YxObvAsBCYzhHtbETo139AG2
xCq1eemIhaCHYmIUSZPot6iDPwtqN3tie2/PDEB/qHJkfqH4CpMWf2fPaFbCG0bp
Vwbn65nk2AApUGahqgOz64awFkrGbPc0zVWag8OopJtJf5Ul4Vbnw9yNF9WUNLML
g3ASw9iVjGqW9rwDVNchI1qmDXCsy4lPjZdszrL6jML0MlkiQNW8lalE6ezlvrap
79gYdZiLqxpvZ2gMYQdzr36jDpWtbhBsmzvM0zNf1DzncTV1YZr2Cb2GpdgR6TQo
J/Xz3xvnedItFo68NiVb7k4WPJPXnjI3WEJe5Tr9xUsjkOdKynEBlnYRerPVQUuv
LKIR8X+MLfNWeJKOtEt5Zir9p/bVd/WZWuRF03iRmh0MMQ==
-----END DCHAT IDENTITY-----
`

const error = (code: string, data: object = {}): unknown =>
  expect.objectContaining({ code, data: expect.objectContaining(data) as unknown })

/** The text with its bytes changed, its check made right again or left. */
function changed(change: (bytes: Buffer) => Buffer, options: { check: boolean; of?: string }): string {
  const [begin, ...rest] = (options.of ?? exported).trim().split('\n')
  const all = change(Buffer.from(rest.slice(0, -1).join(''), 'base64'))
  const body = all.subarray(0, -4)
  const check = options.check ? hash('sha256', body, 'buffer').subarray(0, 4) : all.subarray(-4)
  return [begin, Buffer.concat([body, check]).toString('base64'), rest.at(-1)].join('\n')
}

describe('an export', () => {
  test('brings all of it back, and is another each time', async () => {
    const parts = await importIdentity(exported, PASSPHRASE)
    expect([parts.identity.keyHex, parts.boxes, parts.rooms]).toEqual([identity.keyHex, boxes, rooms])
    expect(await exportIdentity({ identity, boxes, rooms }, PASSPHRASE)).not.toBe(exported)
    expect(await importIdentity(await keyAlone(PASSPHRASE), PASSPHRASE)).toMatchObject({ boxes: [], rooms: [] })
  })

  test('has place for what a person can have, and fits a call quoted', async () => {
    const box = (_: unknown, index: number): BoxSecret => ({ secret: randomBytes(32), made: index })
    const room = (_: unknown, index: number): RoomSecret => ({
      name: '😀'.repeat(64),
      secret: randomBytes(32),
      author: randomBytes(32),
      since: index,
    })
    const most = { identity, boxes: Array.from({ length: 16 }, box), rooms: Array.from({ length: 1_000 }, room) }
    const text = await exportIdentity(most, PASSPHRASE)
    const quoted = text.replaceAll(/^/gm, '> ').replaceAll('\n', '\r\n')
    expect(quoted.length).toBeLessThan(MAX_CHARACTERS)
    const parts = await importIdentity(quoted, PASSPHRASE)
    expect([parts.boxes, parts.rooms]).toEqual([most.boxes, most.rooms])
    const many = { ...most, rooms: [...most.rooms, room(undefined, 0)] }
    await expect(exportIdentity(many, PASSPHRASE)).rejects.toThrow(error('SERIAL_TOO_LONG'))
  })

  test('is lines that fit a mail, without the key in them', () => {
    const lines = exported.split('\n')
    expect(lines[0]).toBe('-----BEGIN DCHAT IDENTITY-----')
    expect(lines.at(-2)).toBe('-----END DCHAT IDENTITY-----')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(64)
    const bytes = Buffer.from(lines.slice(1, -2).join(''), 'base64')
    const secrets = [identity.toSeed(), identity.key, ...boxes.map(({ secret }) => secret), ...rooms.map(({ secret }) => secret)]
    expect(secrets.map((secret) => bytes.includes(secret.subarray(0, 8)))).toEqual(secrets.map(() => false))
  })

  test.each<[string, (text: string) => string]>([
    ['without its last newline', (text) => text.trimEnd()],
    ['in one line', (text) => text.replaceAll('\n', ' ')],
    ['quoted in a mail with other line ends', (text) => text.replaceAll(/^/gm, '> ').replaceAll('\n', '\r\n')],
    ['indented', (text) => text.replaceAll('\n', '\n    ')],
    ['broken into short lines', (text) => text.replaceAll(/([A-Za-z0-9+/=]{10})(?=[A-Za-z0-9+/=]*\n)/g, '$1\n')],
    ['with a letter around it', (text) => `Dear me,\n\n${text}\nBye - me\n`],
  ])('survives being pasted %s', async (_, paste) => {
    const pasted = paste(exported)
    expect(pasted).not.toBe(exported)
    expect(await importedKey(pasted, PASSPHRASE)).toBe(identity.keyHex)
  })

  test.each([
    ['version 1, which had the key alone', KEPT_1, [], []],
    ['version 2', KEPT_2, boxes, rooms],
  ])('of an earlier program can still be read: %s', async (_, kept, keptBoxes, keptRooms) => {
    const parts = await importIdentity(kept, PASSPHRASE)
    expect([parts.identity.keyHex, parts.boxes, parts.rooms]).toEqual([identity.keyHex, keptBoxes, keptRooms])
  })

  test('does not change with what it was made of, once it is asked for', async () => {
    const secret = Buffer.alloc(32, 0x61)
    const asked = exportIdentity({ identity, boxes: [{ secret, made: 1 }], rooms: [] }, PASSPHRASE)
    secret.fill(0)
    const { boxes: brought } = await importIdentity(await asked, PASSPHRASE)
    expect(brought).toEqual([{ secret: Buffer.alloc(32, 0x61), made: 1 }])
  })

  test('takes the passphrase however its letters are composed', async () => {
    const accented = await keyAlone('café au lait, s\u0327a va')
    expect(await importedKey(accented, 'cafe\u0301 au lait, ş\u200ba va'.replace('\u200b', ''))).toBe(identity.keyHex)
  })

  test('wants a passphrase of eight characters', async () => {
    await expect(keyAlone('😀'.repeat(7))).rejects.toThrow(error('CHAT_PASSPHRASE_SHORT', { minCharacters: 8 }))
    const long = await keyAlone('😀'.repeat(12))
    expect(await importedKey(long, '😀'.repeat(12))).toBe(identity.keyHex)
  })
})

/** An export as docs/chat.md has it, with anything in it. */
function sealedByHand(version: number, plain: Buffer): string {
  const header = Buffer.concat([Buffer.of(version), randomBytes(28)])
  const key = scryptSync(PASSPHRASE, header.subarray(1, 17), 32, { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 })
  const cipher = createCipheriv('chacha20-poly1305', key, header.subarray(17), { authTagLength: 16 })
  cipher.setAAD(header, { plaintextLength: plain.length })
  const body = Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  const all = Buffer.concat([body, hash('sha256', body, 'buffer').subarray(0, 4)])
  return `-----BEGIN DCHAT IDENTITY-----\n${all.toString('base64')}\n-----END DCHAT IDENTITY-----\n`
}

describe('importIdentity refuses', () => {
  test.each(['correct horse batterx', ''])('the passphrase %j', async (passphrase) => {
    await expect(importIdentity(exported, passphrase)).rejects.toThrow(error('CHAT_PASSPHRASE_WRONG'))
  })

  test.each<[string, string]>([
    ['nothing', ''],
    ['another text', 'hello'],
    ['a text without its end', exported.slice(0, -20)],
    ['a text without its beginning', exported.slice(20)],
    ['a text with a character missing', exported.replace(/\n(.)/, '\n')],
    ['a text with a line missing', exported.replace(/\n.{64}\n/, '\n')],
    ['nothing between the marks', '-----BEGIN DCHAT IDENTITY-----\n-----END DCHAT IDENTITY-----'],
    ['a text without end', exported + ' '.repeat(MAX_CHARACTERS)],
    ['more bytes than there are', changed((bytes) => Buffer.concat([bytes, Buffer.alloc(3)]), { check: true, of: KEPT_1 })],
    [
      'fewer bytes than there are',
      changed((bytes) => Buffer.concat([Buffer.of(1), bytes.subarray(4)]), { check: true, of: KEPT_1 }),
    ],
  ])('%s', async (_, text) => {
    await expect(importIdentity(text, PASSPHRASE)).rejects.toThrow(error('CHAT_EXPORT_DAMAGED'))
  })

  test('any byte that changed, as damage and not as a wrong passphrase', async () => {
    for (let at = 0; at < 318; at += 1) {
      const text = changed((bytes) => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 0x41 : byte))), {
        check: false,
      })
      await expect(importIdentity(text, PASSPHRASE)).rejects.toThrow(error('CHAT_EXPORT_DAMAGED'))
    }
  })

  test('what was changed with care, all the same', async () => {
    for (const at of [1, 61, 200]) {
      const text = changed((bytes) => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))), { check: true })
      await expect(importIdentity(text, PASSPHRASE)).rejects.toThrow(error('CHAT_PASSPHRASE_WRONG'))
    }
  })

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['longer', (bytes) => Buffer.concat([bytes.subarray(0, -4), Buffer.alloc(7)])],
    ['shorter', (bytes) => bytes.subarray(0, -3)],
  ])('what was made %s with care', async (_, change) => {
    await expect(importIdentity(changed(change, { check: true }), PASSPHRASE)).rejects.toThrow(error('CHAT_PASSPHRASE_WRONG'))
  })

  test('an export of another version', async () => {
    const text = changed((bytes) => Buffer.concat([Buffer.of(3), bytes.subarray(1), Buffer.alloc(9)]), { check: true })
    await expect(importIdentity(text, PASSPHRASE)).rejects.toThrow(error('CHAT_EXPORT_VERSION', { version: 3, known: 2 }))
  })

  test.each<[string, number, Buffer]>([
    ['of version 1 with more than a key', 1, Buffer.concat([SEED, Buffer.of(0, 0)])],
    ['of version 2 without its lists', 2, SEED],
    ['of version 2 with more than its lists', 2, Buffer.concat([SEED, Buffer.of(0, 0, 0)])],
    ['of version 2 with half a box key', 2, Buffer.concat([SEED, Buffer.of(1), Buffer.alloc(39)])],
    ['of version 2 with more box keys than there are', 2, Buffer.concat([SEED, Buffer.of(17), Buffer.alloc(17 * 40 + 1)])],
    ['of version 2 with a name that is no text', 2, Buffer.concat([SEED, Buffer.of(0, 1, 1, 0xff), Buffer.alloc(72)])],
  ])('a whole export %s', async (_, version, plain) => {
    await expect(importIdentity(sealedByHand(version, plain), PASSPHRASE)).rejects.toThrow(error('CHAT_EXPORT_DAMAGED'))
  })

  test('nothing that is as the format has it', async () => {
    const secret = Buffer.alloc(32, 0x31)
    const made = Buffer.from('0001000000000000', 'hex')
    const plain = Buffer.concat([SEED, Buffer.of(1), secret, made, Buffer.of(1, 2), Buffer.from('é'), secret, secret, made])
    const parts = await importIdentity(sealedByHand(2, plain), PASSPHRASE)
    expect(parts).toMatchObject({
      boxes: [{ secret, made: 256 }],
      rooms: [{ name: 'é', secret, author: secret, since: 256 }],
    })
  })
})
