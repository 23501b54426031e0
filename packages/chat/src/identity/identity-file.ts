/** Where the own key is kept: PEM (PKCS #8) in a file that its owner alone may read. Facts: docs/chat.md, *Identity*. */
import { createPrivateKey, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '@dchat/system'
import { ChatError } from '../errors.ts'
import { POST_LIMITS } from '../post/post-limits.ts'
import { Identity, newIdentity } from './identity.ts'

const FILE_MODE = 0o600
const RIGHTS_OF_OTHERS = 0o077
const FILE_MAX_BYTES = POST_LIMITS.KEY_FILE_MAX_BYTES.value

/**
 * The key in the file; where there is no file, a new one that is in the file when this returns, whatever fails afterwards. Programs
 * that start at the same time end with the same key.
 * @throws {ChatError} CHAT_IDENTITY_UNREADABLE, CHAT_IDENTITY_EXPOSED, CHAT_IDENTITY_DAMAGED; CHAT_IDENTITY_UNWRITABLE for a new one
 */
export function openIdentity(path: string): Identity {
  const present = readIdentity(path)
  if (present !== undefined) return present
  const identity = newIdentity()
  if (placeNew(path, identity)) return identity
  const theirs = readIdentity(path)
  if (theirs === undefined)
    throw new ChatError('CHAT_IDENTITY_UNREADABLE', { path, reason: 'it came and went, or is a link to nowhere' })
  return theirs
}

/**
 * Puts a key in the place of that in the file, whatever is there: the old file stays beside it as `<path>.before-<time>`. Nothing is
 * done when the file holds the key already. Durable when it returns.
 * @param nowMs Unix ms, for the name of the old file
 * @throws {ChatError} CHAT_IDENTITY_UNWRITABLE: the old file is in place
 */
export function saveIdentity(path: string, identity: Identity, nowMs: number = Date.now()): void {
  if (holds(path, identity)) return
  if (!existsSync(path) && placeNew(path, identity)) return
  withTemporary(path, identity, (temporary) => {
    linkSync(path, freeNameBeside(path, nowMs))
    renameSync(temporary, path)
  })
}

function holds(path: string, identity: Identity): boolean {
  try {
    return readIdentity(path)?.key.equals(identity.key) === true
  } catch (error) {
    if (error instanceof ChatError) return false // what cannot be used is replaced
    throw error
  }
}

function freeNameBeside(path: string, nowMs: number): string {
  const stem = `${path}.before-${new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
  let name = stem
  for (let number = 2; existsSync(name); number += 1) name = `${stem}-${number}`
  return name
}

/** False when something stands there already, which is left as it is. */
function placeNew(path: string, identity: Identity): boolean {
  return withTemporary(path, identity, (temporary) => {
    try {
      linkSync(temporary, path)
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    }
  })
}

/** Writes the key beside `path`, lets `place` bring it there in one step, and waits for the disk before and after. */
function withTemporary<T>(path: string, identity: Identity, place: (temporary: string) => T): T {
  const temporary = `${path}.new-${randomBytes(6).toString('hex')}`
  try {
    makeFolder(dirname(path))
    try {
      onFile(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, (file) => {
        writeFileSync(file, identity.toPem())
        fsyncSync(file)
      })
      return place(temporary)
    } finally {
      rmSync(temporary, { force: true })
      onFile(dirname(path), constants.O_RDONLY, fsyncSync)
    }
  } catch (error) {
    throw new ChatError('CHAT_IDENTITY_UNWRITABLE', { path, reason: codeOf(error) }, { cause: error })
  }
}

/** Undefined when there is no file. */
function readIdentity(path: string): Identity | undefined {
  let text: string
  try {
    text = onFile(path, constants.O_RDONLY | constants.O_NONBLOCK, (file) => readPrivate(path, file))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    if (error instanceof ChatError) throw error
    throw new ChatError('CHAT_IDENTITY_UNREADABLE', { path, reason: codeOf(error) }, { cause: error })
  }
  return new Identity(parse(path, text))
}

function readPrivate(path: string, file: number): string {
  const stats = fstatSync(file)
  if (!stats.isFile()) throw new ChatError('CHAT_IDENTITY_DAMAGED', { path, reason: 'it is no file' })
  if ((stats.mode & RIGHTS_OF_OTHERS) !== 0) {
    const mode = (stats.mode & 0o777).toString(8).padStart(4, '0')
    throw new ChatError('CHAT_IDENTITY_EXPOSED', { path, mode })
  }
  const buffer = Buffer.alloc(FILE_MAX_BYTES)
  return buffer.toString('latin1', 0, readSync(file, buffer))
}

function parse(path: string, text: string): KeyObject {
  const damaged = (reason: string, cause?: unknown): Error => new ChatError('CHAT_IDENTITY_DAMAGED', { path, reason }, { cause })
  if (text.trim() === '') throw damaged('it is empty')
  let key: KeyObject
  try {
    key = createPrivateKey({ key: text, format: 'pem' })
  } catch (error) {
    throw damaged('it is no PEM of a private key, or one with a passphrase', error)
  }
  if (key.asymmetricKeyType !== 'ed25519') throw damaged(`it holds a key of type ${key.asymmetricKeyType}`)
  return key
}

function onFile<T>(path: string, flags: number, use: (file: number) => T): T {
  const file = openSync(path, flags, FILE_MODE)
  try {
    return use(file)
  } finally {
    closeSync(file)
  }
}

/** The system's code of an error, or its text. */
function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
