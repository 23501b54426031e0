import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SecretFile } from './secret-file.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-secret-'))
  path = join(folder, 'keys')
})

afterEach(() => rmSync(folder, { recursive: true }))

const OLD = 'the old secret'
const NEW = 'a new secret, a little longer'
const DIE_AT_CALL = fileURLToPath(new URL('../testing/die-at-call.ts', import.meta.url))

const open = (): SecretFile => new SecretFile({ path, of: 'KEYS', maxBytes: 1_000 })
const modeOf = (file: string): number => statSync(file).mode & 0o777
const chatError = (code: string, data: object = {}): unknown =>
  expect.objectContaining({ code, data: expect.objectContaining({ path, ...data }) as unknown })

function put(text: string): void {
  writeFileSync(path, text, { mode: 0o600 })
}

/** What the files of the folder hold, together. */
function everythingIn(): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('\n')
}

/** Replaces the file in a process that dies before its n-th change of the disk; whether it got to its end. */
function replaceAndDieAt(n: number): boolean {
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@dchat/source', DIE_AT_CALL, path, NEW, String(n)],
    { encoding: 'utf8' },
  )
  if (status === 0) return true
  expect([signal, stderr.replaceAll(/.*Warning.*\n/g, '')]).toEqual(['SIGKILL', ''])
  return false
}

describe('a secret file', () => {
  test('is made once, readable by its owner alone, whatever the umask', () => {
    const umask = process.umask(0)
    try {
      expect(open().make(Buffer.from(OLD))).toBe(true)
    } finally {
      process.umask(umask)
    }
    expect(open().make(Buffer.from(NEW))).toBe(false)
    expect([open().read()?.toString(), modeOf(path), readdirSync(folder)]).toEqual([OLD, 0o600, ['keys']])
  })

  test('is not there until it is made', () => {
    expect(open().read()).toBeUndefined()
    open().replace(Buffer.from(NEW))
    expect([open().read()?.toString(), modeOf(path), readdirSync(folder)]).toEqual([NEW, 0o600, ['keys']])
  })

  test('is replaced, and what it held is overwritten before its name goes', () => {
    put(OLD)
    const watched = join(folder, 'watched')
    linkSync(path, watched)
    open().replace(Buffer.from(NEW))
    expect([open().read()?.toString(), modeOf(path)]).toEqual([NEW, 0o600])
    expect(readFileSync(watched)).toEqual(Buffer.alloc(OLD.length))
    expect(readdirSync(folder).toSorted()).toEqual(['keys', 'watched'])
  })

  test('is kept beside the new one where that is wanted', () => {
    put(OLD)
    open().replace(Buffer.from(NEW), { keepAs: `${path}.before` })
    expect(readFileSync(`${path}.before`, 'utf8')).toBe(OLD)
    expect(open().read()?.toString()).toBe(NEW)
  })

  test('is replaced where a link says it lies', () => {
    const real = join(folder, 'elsewhere', 'keys')
    mkdirSync(join(folder, 'elsewhere'))
    writeFileSync(real, OLD, { mode: 0o600 })
    symlinkSync(real, path)
    open().replace(Buffer.from(NEW))
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(readFileSync(real, 'utf8')).toBe(NEW)
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['keys'])
  })

  test.each<[string, string, object, () => void]>([
    ['one the group may read', 'CHAT_KEYS_EXPOSED', { mode: '0640' }, () => chmodSync(path, 0o640)],
    ['one others may write', 'CHAT_KEYS_EXPOSED', { mode: '0602' }, () => chmodSync(path, 0o602)],
    ['one that is too long', 'CHAT_KEYS_DAMAGED', { reason: 'it is too long' }, () => truncateSync(path, 1_001)],
    [
      'a folder',
      'CHAT_KEYS_DAMAGED',
      { reason: 'it is no file' },
      () => {
        rmSync(path)
        mkdirSync(path)
      },
    ],
  ])('is not read: %s', (_, code, data, change) => {
    put(OLD)
    change()
    expect(() => open().read()).toThrow(chatError(code, data))
  })

  test('that would be too long is not written', () => {
    put(OLD)
    expect(() => open().replace(Buffer.alloc(1_001))).toThrow(chatError('CHAT_KEYS_UNWRITABLE'))
    expect([open().read()?.toString(), readdirSync(folder)]).toEqual([OLD, ['keys']])
  })

  test('that cannot be written stays as it is', () => {
    mkdirSync(path)
    expect(() => open().replace(Buffer.from(NEW))).toThrow(chatError('CHAT_KEYS_UNWRITABLE'))
    expect([readdirSync(folder), readdirSync(path)]).toEqual([['keys'], []])
  })
})

describe('sweep', () => {
  test('wipes what a crash has left, and nothing else', () => {
    put(OLD)
    const [leftNew, leftOld] = [`${path}.new-0123456789ab`, `${path}.old-ba9876543210`]
    const others = [`${path}.before-20261126T130509Z`, `${path}.new`, `${path}2.old-ba9876543210`]
    for (const each of [leftNew, leftOld, ...others]) writeFileSync(each, 'secret of another time')
    const watched = join(folder, 'watched')
    linkSync(leftOld, watched)
    open().sweep()
    expect(readFileSync(watched)).toEqual(Buffer.alloc(22))
    expect([leftNew, leftOld].map((each) => existsSync(each))).toEqual([false, false])
    expect(others.map((each) => readFileSync(each, 'utf8'))).toEqual(others.map(() => 'secret of another time'))
    expect(readFileSync(path, 'utf8')).toBe(OLD)
  })

  test.each(['new', 'old'])('leaves the file whole when its other name, .%s, was left', (which) => {
    put(OLD)
    linkSync(path, `${path}.${which}-0123456789ab`)
    open().sweep()
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual([OLD, ['keys']])
  })

  test('has nothing to do where there is no folder', () => {
    path = join(folder, 'none', 'keys')
    open().sweep()
    expect(existsSync(join(folder, 'none'))).toBe(false)
  })
})

describe('a process killed at any change of the disk', () => {
  test('that replaces leaves the whole old content or the whole new one, and nothing of the other after the next start', () => {
    const seen: string[] = []
    for (let n = 1; ; n += 1) {
      rmSync(folder, { recursive: true })
      mkdirSync(folder)
      put(OLD)
      const isDone = replaceAndDieAt(n)
      const held = readFileSync(path, 'utf8')
      expect([OLD, NEW]).toContain(held)
      expect(modeOf(path)).toBe(0o600)
      if (!isDone) open().sweep()
      expect(readdirSync(folder)).toEqual(['keys'])
      expect([everythingIn(), modeOf(path)]).toEqual([held, 0o600])
      seen.push(held)
      if (isDone) break
    }
    // It dies before the step that counts, and after it, at several places.
    expect(seen.filter((held) => held === OLD).length).toBeGreaterThan(4)
    expect(seen.filter((held) => held === NEW).length).toBeGreaterThan(4)
  })

  test('that makes leaves no file or a whole one', () => {
    const seen: (string | undefined)[] = []
    for (let n = 1; ; n += 1) {
      rmSync(folder, { recursive: true })
      mkdirSync(folder)
      const isDone = replaceAndDieAt(n)
      open().sweep()
      const held = open().read()?.toString()
      expect([undefined, NEW]).toContain(held)
      expect(readdirSync(folder)).toEqual(held === undefined ? [] : ['keys'])
      seen.push(held)
      if (isDone) break
    }
    expect(new Set(seen)).toEqual(new Set([undefined, NEW]))
  })
})
