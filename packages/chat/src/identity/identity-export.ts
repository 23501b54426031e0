/**
 * The own key, and what was written to it, as a text that can be kept on paper, in a password manager or in a mail to oneself.
 * Facts: docs/chat.md, *Identity*, Export.
 *
 *   version u8 | salt[16] | nonce[12] | ChaCha20-Poly1305 of the parts | tag[16] | check[4]
 *
 * as base64 in lines of 64, between a line that begins it and one that ends it. The key is scrypt (N 2^17, r 8, p 1) of the passphrase
 * (NFKC, UTF-8) and the salt; what comes before the ciphertext is authenticated with it. The check is the beginning of SHA-256 of all
 * before it, in every version: it tells a damaged text from a wrong passphrase. identity-parts.ts has the parts of each version.
 */
import { createCipheriv, createDecipheriv, hash, randomBytes, scrypt } from 'node:crypto'
import { ChatError } from '../errors.ts'
import { POST_LIMITS } from '../post/post-limits.ts'
import { SEED_BYTES, decodeParts, encodeParts } from './identity-parts.ts'
import type { IdentityParts } from './identity-parts.ts'

export const PASSPHRASE_MIN_CHARACTERS: number = POST_LIMITS.PASSPHRASE_MIN_CHARS.value
/** What is written; older ones are read. */
const VERSION = 2
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
const CHECK_BYTES = 4
const HEADER_BYTES = 1 + SALT_BYTES + NONCE_BYTES
const LEAST_BYTES = HEADER_BYTES + SEED_BYTES + TAG_BYTES + CHECK_BYTES
/** 128 MiB and 0.3 s for each guess. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 }
const CIPHER = 'chacha20-poly1305'

const BEGIN = '-----BEGIN DCHAT IDENTITY-----'
const END = '-----END DCHAT IDENTITY-----'
/** Lines may come back quoted, indented or broken elsewhere. */
const FRAMED = /-----BEGIN DCHAT IDENTITY-----([^-]*)-----END DCHAT IDENTITY-----/
const LINE_CHARACTERS = 64
const TEXT_MAX_CHARACTERS = POST_LIMITS.EXPORT_MAX_CHARS.value

/**
 * @param parts are copied at once
 * @param passphrase at least 8 characters
 * @throws {ChatError} CHAT_PASSPHRASE_SHORT
 */
export async function exportIdentity(parts: IdentityParts, passphrase: string): Promise<string> {
  if (Array.from(passphrase.normalize('NFKC')).length < PASSPHRASE_MIN_CHARACTERS) {
    throw new ChatError('CHAT_PASSPHRASE_SHORT', { minCharacters: PASSPHRASE_MIN_CHARACTERS })
  }
  const plain = encodeParts(parts)
  try {
    return frame(await seal(plain, passphrase))
  } finally {
    plain.fill(0)
  }
}

/** Of version 1 too, which has no box keys and no rooms. @throws {ChatError} CHAT_EXPORT_DAMAGED, CHAT_EXPORT_VERSION, CHAT_PASSPHRASE_WRONG */
export async function importIdentity(data: string, passphrase: string): Promise<IdentityParts> {
  const { version, all } = sealedExport(data)
  const plain = await open(all, passphrase)
  try {
    const parts = decodeParts(plain, version)
    if (parts === undefined) throw damaged('it is of another length')
    return parts
  } finally {
    plain.fill(0)
  }
}

/** All but the check. */
async function seal(plain: Buffer, passphrase: string): Promise<Buffer> {
  const header = Buffer.concat([Buffer.of(VERSION), randomBytes(SALT_BYTES + NONCE_BYTES)])
  const key = await keyOf(passphrase, saltOf(header))
  const cipher = createCipheriv(CIPHER, key, nonceOf(header), { authTagLength: TAG_BYTES })
  key.fill(0)
  cipher.setAAD(header, { plaintextLength: plain.length })
  return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** @param all with the check @throws {ChatError} CHAT_PASSPHRASE_WRONG */
async function open(all: Buffer, passphrase: string): Promise<Buffer> {
  const header = all.subarray(0, HEADER_BYTES)
  const sealed = all.subarray(HEADER_BYTES, -TAG_BYTES - CHECK_BYTES)
  const key = await keyOf(passphrase, saltOf(header))
  const decipher = createDecipheriv(CIPHER, key, nonceOf(header), { authTagLength: TAG_BYTES })
  key.fill(0)
  decipher.setAAD(header, { plaintextLength: sealed.length })
  decipher.setAuthTag(all.subarray(-TAG_BYTES - CHECK_BYTES, -CHECK_BYTES))
  const plain = decipher.update(sealed)
  try {
    decipher.final()
  } catch (error) {
    throw new ChatError('CHAT_PASSPHRASE_WRONG', {}, { cause: error })
  }
  return plain
}

function frame(sealed: Buffer): string {
  const base64 = Buffer.concat([sealed, checkOf(sealed)]).toString('base64')
  const lines = base64.match(new RegExp(`.{1,${LINE_CHARACTERS}}`, 'g')) ?? []
  return [BEGIN, ...lines, END, ''].join('\n')
}

/** The bytes of a whole export of a version that is known, unopened. @throws {ChatError} CHAT_EXPORT_DAMAGED, CHAT_EXPORT_VERSION */
export function sealedExport(data: string): { readonly version: 1 | 2; readonly all: Buffer } {
  if (data.length > TEXT_MAX_CHARACTERS) throw damaged('the text is far too long')
  const framed = FRAMED.exec(data)
  if (framed === null) throw damaged(`there is no "${BEGIN}" with an "${END}" after it`)
  const base64 = framed[1]!.replaceAll(/[\s>]/g, '')
  const all = Buffer.from(base64, 'base64')
  const body = all.subarray(0, -CHECK_BYTES)
  if (all.toString('base64') !== base64 || body.length === 0) throw damaged('a character is wrong or missing')
  if (!checkOf(body).equals(all.subarray(-CHECK_BYTES))) throw damaged('a character is wrong or missing')
  const version = all[0]!
  if (version !== 1 && version !== VERSION) throw new ChatError('CHAT_EXPORT_VERSION', { version, known: VERSION })
  if (all.length < LEAST_BYTES || (version === 1 && all.length > LEAST_BYTES)) throw damaged('it is of another length')
  return { version, all }
}

function checkOf(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer').subarray(0, CHECK_BYTES)
}

function saltOf(header: Buffer): Buffer {
  return header.subarray(1, 1 + SALT_BYTES)
}

function nonceOf(header: Buffer): Buffer {
  return header.subarray(1 + SALT_BYTES)
}

function keyOf(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, SCRYPT, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}

function damaged(reason: string): ChatError<'CHAT_EXPORT_DAMAGED'> {
  return new ChatError('CHAT_EXPORT_DAMAGED', { reason })
}
