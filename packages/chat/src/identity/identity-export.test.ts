import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { exportIdentity, importIdentity } from './identity-export.ts'
import { identityOfSeed } from './identity.ts'

const identity = identityOfSeed(Buffer.alloc(32, 7))
const PASSPHRASE = 'correct horse battery'
const exported = await exportIdentity(identity, PASSPHRASE)

/** Made by the first version of the format, and to be read for ever. */
const KEPT = `-----BEGIN DCHAT IDENTITY-----
AWm2zc3oQoKgy/fozp6vY29TEd8PtoflqfI03LjvOgDgi80NO9VbVrVIWHkGQ4bG
Qo9npbUD+/XFq5+soenYnwXYcjFueJ8OTuxsKj/yhHba
-----END DCHAT IDENTITY-----
`

const error = (code: string, data: object = {}): unknown =>
  expect.objectContaining({ code, data: expect.objectContaining(data) as unknown })

/** The text with its bytes changed, its check made right again or left. */
function changed(change: (bytes: Buffer) => Buffer, options: { check: boolean }): string {
  const [begin, ...rest] = exported.trim().split('\n')
  const all = change(Buffer.from(rest.slice(0, -1).join(''), 'base64'))
  const body = all.subarray(0, -4)
  const check = options.check ? hash('sha256', body, 'buffer').subarray(0, 4) : all.subarray(-4)
  return [begin, Buffer.concat([body, check]).toString('base64'), rest.at(-1)].join('\n')
}

describe('an export', () => {
  test('brings the key back, and is another each time', async () => {
    expect((await importIdentity(exported, PASSPHRASE)).keyHex).toBe(identity.keyHex)
    expect(await exportIdentity(identity, PASSPHRASE)).not.toBe(exported)
  })

  test('is lines that fit a mail, without the key in them', () => {
    const lines = exported.split('\n')
    expect(lines[0]).toBe('-----BEGIN DCHAT IDENTITY-----')
    expect(lines.at(-2)).toBe('-----END DCHAT IDENTITY-----')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(64)
    const bytes = Buffer.from(lines.slice(1, -2).join(''), 'base64')
    expect([bytes.includes(identity.toSeed()), bytes.includes(identity.key)]).toEqual([false, false])
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
    expect((await importIdentity(pasted, PASSPHRASE)).keyHex).toBe(identity.keyHex)
  })

  test('of an earlier program can still be read', async () => {
    expect((await importIdentity(KEPT, PASSPHRASE)).keyHex).toBe(identity.keyHex)
  })

  test('takes the passphrase however its letters are composed', async () => {
    const accented = await exportIdentity(identity, 'café au lait, s\u0327a va')
    expect((await importIdentity(accented, 'cafe\u0301 au lait, ş\u200ba va'.replace('\u200b', ''))).keyHex).toBe(identity.keyHex)
  })

  test('wants a passphrase of eight characters', async () => {
    await expect(exportIdentity(identity, '😀'.repeat(7))).rejects.toThrow(error('CHAT_PASSPHRASE_SHORT', { minCharacters: 8 }))
    const long = await exportIdentity(identity, '😀'.repeat(12))
    expect((await importIdentity(long, '😀'.repeat(12))).keyHex).toBe(identity.keyHex)
  })
})

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
    ['a text without end', exported + ' '.repeat(70_000)],
    ['more bytes than there are', changed((bytes) => Buffer.concat([bytes, Buffer.alloc(3)]), { check: true })],
    ['fewer bytes than there are', changed((bytes) => bytes.subarray(3), { check: true }).replace(/\n./, '\nA')],
  ])('%s', async (_, text) => {
    await expect(importIdentity(text, PASSPHRASE)).rejects.toThrow(error('CHAT_EXPORT_DAMAGED'))
  })

  test('any byte that changed, as damage and not as a wrong passphrase', async () => {
    for (let at = 0; at < 81; at += 1) {
      const text = changed((bytes) => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 0x41 : byte))), {
        check: false,
      })
      await expect(importIdentity(text, PASSPHRASE)).rejects.toThrow(error('CHAT_EXPORT_DAMAGED'))
    }
  })

  test('what was changed with care, all the same', async () => {
    for (const at of [1, 61]) {
      const text = changed((bytes) => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))), { check: true })
      await expect(importIdentity(text, PASSPHRASE)).rejects.toThrow(error('CHAT_PASSPHRASE_WRONG'))
    }
  })

  test('an export of another version', async () => {
    const text = changed((bytes) => Buffer.concat([Buffer.of(2), bytes.subarray(1), Buffer.alloc(9)]), { check: true })
    await expect(importIdentity(text, PASSPHRASE)).rejects.toThrow(error('CHAT_EXPORT_VERSION', { version: 2, known: 1 }))
  })
})
