/** Who a secret belongs to. Secrets are compared by their hashes, in a time that tells nothing about any of them. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '@dchat/system'
import { OWNER, TokenRights } from './rights.ts'
import type { Rights, RpcToken } from './rights.ts'

export interface KeyringOptions {
  /** Whoever shows it may do everything. */
  readonly cookie: string | undefined
  readonly tokens: readonly RpcToken[]
  /** Requests a second of a token that says nothing else. */
  readonly rateLimit: number
  readonly clock: Clock
}

interface TokenKey {
  readonly token: RpcToken
  readonly digest: Buffer
  readonly rights: TokenRights
}

export class Keyring {
  readonly #options: KeyringOptions
  readonly #cookie: Buffer | undefined
  #keys: readonly TokenKey[] = []

  /** @throws {TypeError} for a token whose hash is none */
  constructor(options: KeyringOptions) {
    this.#options = options
    this.#cookie = options.cookie === undefined ? undefined : sha256(options.cookie)
    this.replaceTokens(options.tokens)
  }

  /** Whether there is any secret to show. */
  get isEmpty(): boolean {
    return this.#cookie === undefined && this.#keys.length === 0
  }

  /** All are looked at, whichever it is. Undefined for a secret nobody has. */
  find(secret: string): Rights | undefined {
    const digest = sha256(secret)
    let found: Rights | undefined
    for (const key of this.#keys) if (timingSafeEqual(digest, key.digest)) found = key.rights
    if (this.#cookie !== undefined && timingSafeEqual(digest, this.#cookie)) found = OWNER
    return found
  }

  /** A token that is the same as before keeps what it has used; one that is gone or changed loses its rights. */
  replaceTokens(tokens: readonly RpcToken[]): void {
    const before = this.#keys
    const keys = tokens.map((token) => before.find((key) => isDeepStrictEqual(key.token, token)) ?? this.#makeKey(token))
    this.#keys = keys
    for (const key of before) if (!keys.includes(key)) key.rights.isRevoked = true
  }

  #makeKey(token: RpcToken): TokenKey {
    if (!/^[0-9a-f]{64}$/i.test(token.sha256)) throw new TypeError(`the hash of the token ${token.name} is not 64 hex digits`)
    return { token, digest: Buffer.from(token.sha256, 'hex'), rights: new TokenRights(token, this.#options) }
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
