/** The key of this node, in the file where it lies, taken out and brought in with what was written to it. Facts: docs/chat.md, *Identity*. */
import { exportIdentity, importIdentity, saveIdentity, verifyString } from '@dchat/chat'
import type { BoxKeys, Identity, RoomKeyRing } from '@dchat/chat'
import { rpcError } from '@dchat/rpc'

/** Passphrases that wait to be tried: each takes 128 MiB and 0.3 s, one at a time. */
const MAX_WAITING = 8

export interface OwnIdentityDeps {
  /** Where it lies. */
  readonly path: string
  readonly boxKeys: Pick<BoxKeys, 'secrets' | 'bring'>
  readonly ring: Pick<RoomKeyRing, 'secrets' | 'bring'>
}

export class OwnIdentity {
  readonly #identity: Identity
  readonly #deps: OwnIdentityDeps
  #next: Identity | undefined
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(identity: Identity, deps: OwnIdentityDeps) {
    this.#identity = identity
    this.#deps = deps
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

  /** With the box keys and private rooms. @throws {ChatError} CHAT_PASSPHRASE_SHORT {RpcError} too many */
  export(passphrase: string): Promise<string> {
    const { boxKeys, ring } = this.#deps
    return this.#inTurn(() =>
      exportIdentity({ identity: this.#identity, boxes: boxKeys.secrets(), rooms: ring.secrets() }, passphrase),
    )
  }

  /**
   * Puts the keys into the files, where the next start finds them: who signs and what is one's own would be another in the middle of the
   * work. The identity comes last: whatever fails before it can be done again.
   * @throws {ChatError} CHAT_EXPORT_DAMAGED, CHAT_EXPORT_VERSION, CHAT_PASSPHRASE_WRONG, CHAT_KEYS_UNWRITABLE, CHAT_ROOMS_FULL,
   * CHAT_IDENTITY_UNWRITABLE {RpcError} too many
   */
  import(data: string, passphrase: string): Promise<void> {
    return this.#inTurn(async () => {
      const { identity, boxes, rooms } = await importIdentity(data, passphrase)
      const { path, boxKeys, ring } = this.#deps
      boxKeys.bring(identity.keyHex, boxes)
      ring.bring(identity.keyHex, rooms)
      saveIdentity(path, identity)
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
