/** The file of private halves of box keys. Facts: docs/chat.md, *Encrypted kinds*, files of keys. */
import { KEY_LIMITS } from './key-limits.ts'
import { SecretEntries, isKeyHex, isTime, keyOfHex } from './secret-entries.ts'
import type { EntryForm } from './secret-entries.ts'

const KEYS_MAX = KEY_LIMITS.BOX_KEYS_MAX.value

export interface BoxSecret {
  /** X25519: 32 bytes. */
  readonly secret: Buffer
  /** When it was made, Unix ms. */
  readonly made: number
}

interface BoxEntry extends BoxSecret {
  /** Whose: hex. */
  readonly identity: string
}

export interface BoxChange {
  readonly added: readonly BoxSecret[]
  /** Filled with zeros once the file is without them. */
  readonly removed: readonly BoxSecret[]
}

const FORM: EntryForm<BoxEntry> = {
  toJson: ({ identity, secret, made }) => ({ identity, secret: secret.toString('hex'), made }),
  fromJson: ({ identity, secret, made }) => {
    const bytes = keyOfHex(secret)
    return bytes !== undefined && isKeyHex(identity) && isTime(made) ? { identity, secret: bytes, made } : undefined
  },
}

/** Of all identities this machine has had: a change of one leaves the others as they are. */
export class BoxSecrets {
  readonly #path: string
  #entries: SecretEntries<BoxEntry> | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Once, before anything else. @throws {ChatError} as `SecretEntries.open` */
  read(): void {
    this.#entries = SecretEntries.open(this.#path, FORM)
  }

  /** In the order they were made. @param identity hex */
  of(identity: string): readonly BoxSecret[] {
    return this.#all.filter((entry) => entry.identity === identity)
  }

  /** Durable when it returns. @throws {ChatError} CHAT_KEYS_UNWRITABLE */
  change(identity: string, { added, removed }: BoxChange): void {
    const isRemoved = (entry: BoxEntry): boolean =>
      entry.identity === identity && removed.some(({ secret }) => secret.equals(entry.secret))
    const gone = this.#all.filter(isRemoved)
    const rest = this.#all.filter((entry) => !isRemoved(entry))
    this.#write([...rest, ...added.map((secret) => entryOf(identity, secret))])
    for (const { secret } of [...gone, ...removed]) secret.fill(0)
  }

  /**
   * Adds keys from elsewhere to those of an identity, each at its time; what is there already stays. Of more than BOX_KEYS_MAX the
   * oldest go. @throws {ChatError} CHAT_KEYS_UNWRITABLE
   */
  add(identity: string, secrets: readonly BoxSecret[]): void {
    const present = this.of(identity)
    const fresh = secrets.filter(({ secret }) => !present.some((one) => one.secret.equals(secret)))
    if (fresh.length === 0) return
    const own = [...present, ...fresh].toSorted((a, b) => a.made - b.made).slice(-KEYS_MAX)
    const others = this.#all.filter((entry) => entry.identity !== identity)
    this.#write([...others, ...own.map((secret) => entryOf(identity, secret))])
  }

  get #all(): readonly BoxEntry[] {
    return this.#entries?.all ?? []
  }

  #write(entries: readonly BoxEntry[]): void {
    if (this.#entries === undefined) throw new TypeError('the file of box keys has not been read')
    this.#entries.set(entries)
  }
}

function entryOf(identity: string, { secret, made }: BoxSecret): BoxEntry {
  return { identity, secret, made }
}
