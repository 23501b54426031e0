/**
 * The own key as a text that can be kept on paper, in a password manager or in a mail to oneself. Facts: docs/chat.md, *Identity*, Export.
 *
 *   version u8 | salt[16] | nonce[12] | ChaCha20-Poly1305 of the seed[32] | tag[16] | check[4]
 *
 * as base64 in lines of 64, between a line that begins it and one that ends it. The key is scrypt (N 2^17, r 8, p 1) of the passphrase
 * (NFKC, UTF-8) and the salt; what comes before the ciphertext is authenticated with it. The check is the beginning of SHA-256 of all
 * before it, in every version: it tells a damaged text from a wrong passphrase.
 */
import { createCipheriv, createDecipheriv, hash, randomBytes, scrypt } from 'node:crypto'
import { ChatError } from '../errors.ts'
import { POST_LIMITS } from '../post/post-limits.ts'
import { identityOfSeed } from './identity.ts'
import type { Identity } from './identity.ts'

export const PASSPHRASE_MIN_CHARACTERS: number = POST_LIMITS.PASSPHRASE_MIN_CHARS.value
const VERSION = 1
const SALT_BYTES = 16
const NONCE_BYTES = 12
const SEED_BYTES = 32
const TAG_BYTES = 16
const CHECK_BYTES = 4
const HEADER_BYTES = 1 + SALT_BYTES + NONCE_BYTES
const ALL_BYTES = HEADER_BYTES + SEED_BYTES + TAG_BYTES + CHECK_BYTES
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
 * @param passphrase at least 8 characters
 * @throws {ChatError} CHAT_PASSPHRASE_SHORT
 */
export async function exportIdentity(identity: Identity, passphrase: string): Promise<string> {
  if (Array.from(passphrase.normalize('NFKC')).length < PASSPHRASE_MIN_CHARACTERS) {
    throw new ChatError('CHAT_PASSPHRASE_SHORT', { minCharacters: PASSPHRASE_MIN_CHARACTERS })
  }
  const header = Buffer.concat([Buffer.of(VERSION), randomBytes(SALT_BYTES + NONCE_BYTES)])
  const cipher = createCipheriv(CIPHER, await keyOf(passphrase, saltOf(header)), nonceOf(header), { authTagLength: TAG_BYTES })
  cipher.setAAD(header, { plaintextLength: SEED_BYTES })
  const sealed = Buffer.concat([header, cipher.update(identity.toSeed()), cipher.final(), cipher.getAuthTag()])
  const lines =
    Buffer.concat([sealed, checkOf(sealed)])
      .toString('base64')
      .match(new RegExp(`.{1,${LINE_CHARACTERS}}`, 'g')) ?? []
  return [BEGIN, ...lines, END, ''].join('\n')
}

/** @throws {ChatError} CHAT_EXPORT_DAMAGED, CHAT_EXPORT_VERSION, CHAT_PASSPHRASE_WRONG */
export async function importIdentity(data: string, passphrase: string): Promise<Identity> {
  const all = unframe(data)
  const header = all.subarray(0, HEADER_BYTES)
  const end = HEADER_BYTES + SEED_BYTES
  const decipher = createDecipheriv(CIPHER, await keyOf(passphrase, saltOf(header)), nonceOf(header), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(header, { plaintextLength: SEED_BYTES })
  decipher.setAuthTag(all.subarray(end, end + TAG_BYTES))
  const seed = decipher.update(all.subarray(HEADER_BYTES, end))
  try {
    decipher.final()
  } catch (error) {
    throw new ChatError('CHAT_PASSPHRASE_WRONG', {}, { cause: error })
  }
  return identityOfSeed(seed)
}

/** The bytes of a whole export of our version. */
function unframe(data: string): Buffer {
  if (data.length > TEXT_MAX_CHARACTERS) throw damaged('the text is far too long')
  const framed = FRAMED.exec(data)
  if (framed === null) throw damaged(`there is no "${BEGIN}" with an "${END}" after it`)
  const base64 = framed[1]!.replaceAll(/[\s>]/g, '')
  const all = Buffer.from(base64, 'base64')
  const body = all.subarray(0, -CHECK_BYTES)
  if (all.toString('base64') !== base64 || body.length === 0) throw damaged('a character is wrong or missing')
  if (!checkOf(body).equals(all.subarray(-CHECK_BYTES))) throw damaged('a character is wrong or missing')
  const version = all[0]!
  if (version !== VERSION) throw new ChatError('CHAT_EXPORT_VERSION', { version, known: VERSION })
  if (all.length !== ALL_BYTES) throw damaged('it is of another length')
  return all
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
