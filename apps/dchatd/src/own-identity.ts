/** The key of this node, in the file where it lies, taken out and brought in. Facts: docs/chat.md, *Identity*. */
import { exportIdentity, importIdentity, openIdentity, saveIdentity, verifyString } from '@dchat/chat'
import type { Identity, Signer } from '@dchat/chat'
import { rpcError } from '@dchat/rpc'

/** Passphrases that wait to be tried: each takes 128 MiB and 0.3 s, one at a time. */
const MAX_WAITING = 8

export class OwnIdentity {
  readonly #path: string
  readonly #identity: Identity
  #next: Identity | undefined
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(path: string, identity: Identity) {
    this.#path = path
    this.#identity = identity
  }

  /** Makes the key at the first run. @throws {ChatError} CHAT_IDENTITY_… for a file that cannot be used: it is never replaced */
  static open(path: string): OwnIdentity {
    return new OwnIdentity(path, openIdentity(path))
  }

  get signer(): Signer {
    return this.#identity
  }

  /** Hex. */
  get key(): string {
    return this.#identity.keyHex
  }

  get tag(): string {
    return this.#identity.tag
  }

  /** Hex of the key that was brought in and is used from the next start on; null when it is the own one. */
  get nextKey(): string | null {
    const { keyHex } = this.#next ?? this.#identity
    return keyHex === this.key ? null : keyHex
  }

  /** What is read out to each other. @param key hex of 32 bytes */
  verifyDigits(key: string): string {
    return verifyString(this.#identity.key, Buffer.from(key, 'hex'))
  }

  /** @throws {ChatError} CHAT_PASSPHRASE_SHORT {RpcError} too many */
  export(passphrase: string): Promise<string> {
    return this.#inTurn(() => exportIdentity(this.#identity, passphrase))
  }

  /**
   * Puts the key into the file, where the next start finds it: who signs and what is one's own would be another in the middle of the work.
   * @throws {ChatError} CHAT_EXPORT_DAMAGED, CHAT_EXPORT_VERSION, CHAT_PASSPHRASE_WRONG, CHAT_IDENTITY_UNWRITABLE {RpcError} too many
   */
  import(data: string, passphrase: string): Promise<void> {
    return this.#inTurn(async () => {
      const identity = await importIdentity(data, passphrase)
      saveIdentity(this.#path, identity)
      this.#next = identity
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MAX_WAITING) return Promise.reject(rpcError('too_many', 'passphrases are tried one at a time'))
    this.#waiting += 1
    const done = this.#last.then(work).finally(() => {
      this.#waiting -= 1
    })
    this.#last = done.catch(() => {}) // its caller is told
    return done
  }
}
