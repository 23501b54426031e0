/** Where the own key is kept: PEM (PKCS #8) in a file that its owner alone may read. Facts: docs/chat.md, *Identity*. */
import { createPrivateKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import { ChatError } from '../errors.ts'
import { SecretFile } from '../keys/secret-file.ts'
import { POST_LIMITS } from '../post/post-limits.ts'
import { Identity, newIdentity } from './identity.ts'

const FILE_MAX_BYTES = POST_LIMITS.KEY_FILE_MAX_BYTES.value

/**
 * The key in the file; where there is no file, a new one that is in the file when this returns, whatever fails afterwards. Programs
 * that start at the same time end with the same key.
 * @throws {ChatError} CHAT_IDENTITY_UNREADABLE, CHAT_IDENTITY_EXPOSED, CHAT_IDENTITY_DAMAGED; CHAT_IDENTITY_UNWRITABLE for a new one
 */
export function openIdentity(path: string): Identity {
  const file = identityFile(path)
  const present = readIdentity(file)
  if (present !== undefined) return present
  const identity = newIdentity()
  if (withPem(identity, (pem) => file.make(pem))) return identity
  const theirs = readIdentity(file)
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
  const file = identityFile(path)
  if (holds(file, identity)) return
  withPem(identity, (pem) => file.replace(pem, { keepAs: freeNameBeside(file.place, nowMs) }))
}

/** Wipes what a crash has left beside the file. For the one process that uses it. @throws {ChatError} CHAT_IDENTITY_UNWRITABLE */
export function sweepIdentity(path: string): void {
  identityFile(path).sweep()
}

function identityFile(path: string): SecretFile {
  return new SecretFile({ path, of: 'IDENTITY', maxBytes: FILE_MAX_BYTES })
}

function withPem<T>(identity: Identity, use: (pem: Buffer) => T): T {
  const pem = Buffer.from(identity.toPem())
  try {
    return use(pem)
  } finally {
    pem.fill(0)
  }
}

function holds(file: SecretFile, identity: Identity): boolean {
  try {
    return readIdentity(file)?.key.equals(identity.key) === true
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

/** Undefined when there is no file. */
function readIdentity(file: SecretFile): Identity | undefined {
  const content = file.read()
  if (content === undefined) return undefined
  try {
    return new Identity(parse(file, content))
  } finally {
    content.fill(0)
  }
}

function parse(file: SecretFile, content: Buffer): KeyObject {
  if (content.toString('latin1').trim() === '') throw file.damaged('it is empty')
  let key: KeyObject
  try {
    key = createPrivateKey({ key: content, format: 'pem' })
  } catch (error) {
    throw file.damaged('it is no PEM of a private key, or one with a passphrase', error)
  }
  if (key.asymmetricKeyType !== 'ed25519') throw file.damaged(`it holds a key of type ${key.asymmetricKeyType}`)
  return key
}
