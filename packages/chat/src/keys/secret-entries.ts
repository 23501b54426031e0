/** A list of secrets in one file, of all identities this machine has had. Facts: docs/chat.md, *Encrypted kinds*, files of keys. */
import { KEY_LIMITS } from './key-limits.ts'
import { SecretFile } from './secret-file.ts'
import { ChatError } from '../errors.ts'
import { isHex32 } from '../post/bodies.ts'

const VERSION = 1

/** What one entry is in JSON. */
export interface EntryForm<T> {
  toJson(entry: T): object
  /** Undefined for what is no entry. */
  fromJson(value: Readonly<Record<string, unknown>>): T | undefined
}

/** `{"version": 1, "entries": [...]}`, whole in memory. What stands in it shows neither in logs nor in JSON. */
export class SecretEntries<T> {
  readonly #file: SecretFile
  readonly #form: EntryForm<T>
  #entries: readonly T[]

  private constructor(file: SecretFile, form: EntryForm<T>) {
    this.#file = file
    this.#form = form
    this.#entries = this.#read()
  }

  /**
   * Reads the file, empty where there is none, and wipes what a crash has left beside it. For the one process that uses it.
   * @throws {ChatError} CHAT_KEYS_UNREADABLE, CHAT_KEYS_EXPOSED, CHAT_KEYS_DAMAGED, CHAT_KEYS_VERSION: it was not touched;
   * CHAT_KEYS_UNWRITABLE
   */
  static open<T>(path: string, form: EntryForm<T>): SecretEntries<T> {
    const file = new SecretFile({ path, of: 'KEYS', maxBytes: KEY_LIMITS.KEYS_FILE_MAX_BYTES.value })
    const entries = new SecretEntries(file, form)
    file.sweep()
    return entries
  }

  /** In the order they were added. */
  get all(): readonly T[] {
    return this.#entries
  }

  /** Durable when it returns, and what is no longer among them is wiped from the disk. @throws {ChatError} CHAT_KEYS_UNWRITABLE */
  set(entries: readonly T[]): void {
    const content = Buffer.from(
      `${JSON.stringify({ version: VERSION, entries: entries.map((entry) => this.#form.toJson(entry)) })}\n`,
    )
    try {
      this.#file.sweep() // what an attempt that failed has left
      this.#file.replace(content)
    } finally {
      content.fill(0)
    }
    this.#entries = [...entries]
  }

  #read(): T[] {
    const content = this.#file.read()
    if (content === undefined) return []
    try {
      return this.#parse(content)
    } finally {
      content.fill(0)
    }
  }

  #parse(content: Buffer): T[] {
    let value: unknown
    try {
      value = JSON.parse(content.toString())
    } catch {
      throw this.#file.damaged('it is no JSON') // the error of the parser would show what stands there
    }
    if (!isRecord(value)) throw this.#file.damaged('it is no list of keys')
    const { version, entries } = value
    if (typeof version === 'number' && version > VERSION) {
      throw new ChatError('CHAT_KEYS_VERSION', { path: this.#file.path, version, known: VERSION })
    }
    if (version !== VERSION || !Array.isArray(entries)) throw this.#file.damaged('it is no list of keys')
    return entries.map((each: unknown, index) => {
      const entry = isRecord(each) ? this.#form.fromJson(each) : undefined
      if (entry === undefined) throw this.#file.damaged(`its entry ${index + 1} is none`)
      return entry
    })
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The 32 bytes that 64 lower-case hex digits stand for. */
export function keyOfHex(value: unknown): Buffer | undefined {
  return isKeyHex(value) ? Buffer.from(value, 'hex') : undefined
}

export function isKeyHex(value: unknown): value is string {
  return typeof value === 'string' && isHex32(value)
}

export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
