import { generateKeyPairSync, verify } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { importPublicKey } from '../post/key-cache.ts'
import { openIdentity, saveIdentity } from './identity-file.ts'
import { newIdentity } from './identity.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-identity-'))
  path = join(folder, 'home', 'identity.pem')
})

afterEach(() => rmSync(folder, { recursive: true }))

const chatError = (code: string, data: object = {}): unknown =>
  expect.objectContaining({ code, data: expect.objectContaining(data) as unknown })

function put(text: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { mode })
  chmodSync(path, mode)
}

describe('openIdentity', () => {
  test('makes a key at the first run, readable by its owner alone, and gives it again', () => {
    const identity = openIdentity(path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path))).toEqual(['identity.pem'])
    const again = openIdentity(path)
    expect(again.keyHex).toBe(identity.keyHex)
    expect(again.tag).toMatch(/^[a-z2-7]{10}$/)
    const message = Buffer.from('hello')
    expect(verify(null, message, importPublicKey(identity.key), again.sign(message))).toBe(true)
    expect(again.toPem()).toBe(readFileSync(path, 'latin1'))
  })

  test('makes another key for another file', () => {
    expect(openIdentity(path).keyHex).not.toBe(openIdentity(`${path}2`).keyHex)
  })

  test('shows nothing secret', () => {
    const identity = openIdentity(path)
    const secret = identity.toSeed()
    const shown = `${inspect(identity, { depth: 9, showHidden: true })} ${JSON.stringify(identity)}`
    expect(shown).toContain(identity.keyHex)
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      expect(shown).not.toContain(secret.toString(encoding).slice(0, 20))
  })

  test.each<[string, string, object, () => void]>([
    ['an empty file', 'CHAT_IDENTITY_DAMAGED', { reason: 'it is empty' }, () => put('')],
    ['another text', 'CHAT_IDENTITY_DAMAGED', { reason: expect.stringContaining('no PEM') as unknown }, () => put('hello\n')],
    [
      'a key of another kind',
      'CHAT_IDENTITY_DAMAGED',
      { reason: 'it holds a key of type x25519' },
      () => put(generateKeyPairSync('x25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string),
    ],
    [
      'a key with a passphrase',
      'CHAT_IDENTITY_DAMAGED',
      { reason: expect.stringContaining('passphrase') as unknown },
      () =>
        put(
          generateKeyPairSync('ed25519').privateKey.export({
            format: 'pem',
            type: 'pkcs8',
            cipher: 'aes-256-cbc',
            passphrase: 'x',
          }) as string,
        ),
    ],
    ['a key cut short', 'CHAT_IDENTITY_DAMAGED', {}, () => put(newIdentity().toPem().slice(0, 60))],
    ['a file the group may read', 'CHAT_IDENTITY_EXPOSED', { mode: '0640' }, () => put(newIdentity().toPem(), 0o640)],
    ['a file others may write', 'CHAT_IDENTITY_EXPOSED', { mode: '0602' }, () => put(newIdentity().toPem(), 0o602)],
    ['a folder', 'CHAT_IDENTITY_DAMAGED', { reason: 'it is no file' }, () => mkdirSync(path, { recursive: true })],
  ])('refuses %s and leaves it as it is', (_, code, data, make) => {
    make()
    const before = statSync(path)
    expect(() => openIdentity(path)).toThrow(chatError(code, { path, ...data }))
    const after = statSync(path)
    expect([after.ino, after.mtimeMs, after.mode]).toEqual([before.ino, before.mtimeMs, before.mode])
    expect(readdirSync(dirname(path))).toEqual(['identity.pem'])
  })

  test('refuses a link to nowhere, which a new key would fill', () => {
    mkdirSync(dirname(path))
    symlinkSync(join(folder, 'nowhere'), path)
    expect(() => openIdentity(path)).toThrow(chatError('CHAT_IDENTITY_UNREADABLE'))
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })

  test('says where it cannot make one', () => {
    writeFileSync(join(folder, 'home'), '')
    expect(() => openIdentity(path)).toThrow(chatError('CHAT_IDENTITY_UNREADABLE', { path, reason: 'ENOTDIR' }))
    expect(() => openIdentity('/proc/dchat-identity.pem')).toThrow(chatError('CHAT_IDENTITY_UNWRITABLE'))
  })

  test('ends with one key when many start at once', async () => {
    const source = `
      const { parentPort, workerData } = require('node:worker_threads')
      import(workerData.module).then(({ openIdentity }) => {
        parentPort.once('message', () => parentPort.postMessage(openIdentity(workerData.path).keyHex))
        parentPort.postMessage('ready')
      })`
    const module = new URL('identity-file.ts', import.meta.url).href
    const workers = Array.from(
      { length: 6 },
      () => new Worker(source, { eval: true, workerData: { module, path }, execArgv: ['--conditions=@dchat/source'] }),
    )
    const next = (worker: Worker): Promise<string> =>
      new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    await Promise.all(workers.map(next))
    const answers = workers.map(next)
    for (const worker of workers) worker.postMessage('go')
    const keys = new Set(await Promise.all(answers))
    expect([...keys]).toEqual([openIdentity(path).keyHex])
    expect(readdirSync(dirname(path))).toEqual(['identity.pem'])
    await Promise.all(workers.map((worker) => worker.terminate()))
  })
})

describe('saveIdentity', () => {
  const NOW = Date.UTC(2026, 10, 26, 13, 5, 9, 250)
  const BEFORE = 'identity.pem.before-20261126T130509Z'

  test('makes the file where there is none', () => {
    const identity = newIdentity()
    saveIdentity(path, identity, NOW)
    expect(openIdentity(path).keyHex).toBe(identity.keyHex)
    expect(readdirSync(dirname(path))).toEqual(['identity.pem'])
  })

  test('keeps the old key beside the new one, each time', () => {
    const identities = [openIdentity(path), newIdentity(), newIdentity()]
    saveIdentity(path, identities[1]!, NOW)
    saveIdentity(path, identities[2]!, NOW)
    expect(readdirSync(dirname(path)).toSorted()).toEqual(['identity.pem', BEFORE, `${BEFORE}-2`])
    const files = [`${path}.before-20261126T130509Z`, `${path}.before-20261126T130509Z-2`, path]
    expect(files.map((file) => openIdentity(file).keyHex)).toEqual(identities.map(({ keyHex }) => keyHex))
  })

  test('does nothing for the key that is there', () => {
    const identity = openIdentity(path)
    saveIdentity(path, identity, NOW)
    expect(readdirSync(dirname(path))).toEqual(['identity.pem'])
  })

  test.each<[string, () => void]>([
    ['damaged', () => put('hello\n')],
    ['exposed', () => put(newIdentity().toPem(), 0o644)],
  ])('replaces a %s file and keeps it', (_, make) => {
    make()
    const old = readFileSync(path, 'latin1')
    const identity = newIdentity()
    saveIdentity(path, identity, NOW)
    expect(openIdentity(path).keyHex).toBe(identity.keyHex)
    expect(readFileSync(join(dirname(path), BEFORE), 'latin1')).toBe(old)
  })

  test('leaves the old file in place when it cannot be kept', () => {
    const old = openIdentity(path)
    const aside = join(folder, 'aside')
    linkSync(path, aside)
    rmSync(path)
    mkdirSync(path)
    expect(() => saveIdentity(path, newIdentity(), NOW)).toThrow(chatError('CHAT_IDENTITY_UNWRITABLE', { path }))
    expect(statSync(path).isDirectory()).toBe(true)
    expect(openIdentity(aside).keyHex).toBe(old.keyHex)
    expect(readdirSync(dirname(path))).toEqual(['identity.pem'])
  })
})
