/** Files with secrets in them, that only their owner may read: read, made and replaced in one way. Facts: docs/chat.md, *Identity*, the key file. */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from '@dchat/system'
import { ChatError } from '../errors.ts'

const FILE_MODE = 0o600
const RIGHTS_OF_OTHERS = 0o077
/** What stands beside the file while it is replaced, and after a crash. */
const LEFTOVER = /^\.(new|old)-[0-9a-f]{12}$/

export interface SecretFileOptions {
  readonly path: string
  /** Which errors tell of it: CHAT_IDENTITY_… or CHAT_KEYS_… */
  readonly of: 'IDENTITY' | 'KEYS'
  /** A larger file is damaged. */
  readonly maxBytes: number
}

/**
 * At each moment, whenever the process is killed or the power fails, the file holds the whole old content or the whole new one, with
 * mode 0600. What was replaced is overwritten with zeros before its name goes, as far as the file system writes in place; what a
 * crash leaves beside the file is wiped by `sweep`. A link is followed.
 */
export class SecretFile {
  readonly #options: SecretFileOptions

  constructor(options: SecretFileOptions) {
    this.#options = options
  }

  get path(): string {
    return this.#options.path
  }

  /** Where it really lies. */
  get place(): string {
    return existsSync(this.path) ? realpathSync(this.path) : this.path
  }

  /**
   * What it holds, the caller's to wipe; undefined when there is no file.
   * @throws {ChatError} CHAT_…_UNREADABLE, CHAT_…_EXPOSED, CHAT_…_DAMAGED
   */
  read(): Buffer | undefined {
    const { path, of } = this.#options
    try {
      return onFile(path, constants.O_RDONLY | constants.O_NONBLOCK, (file) => this.#readPrivate(file))
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      if (error instanceof ChatError) throw error
      throw new ChatError(`CHAT_${of}_UNREADABLE`, { path, reason: codeOf(error) }, { cause: error })
    }
  }

  /** Puts `content` where there is no file; false when something stands there, which is left as it is. @throws {ChatError} CHAT_…_UNWRITABLE */
  make(content: Buffer): boolean {
    return this.#withTemporary(content, (temporary) => {
      try {
        linkSync(temporary, this.path)
        return true
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false
        throw error
      }
    })
  }

  /**
   * Puts `content` in the place of what is there, whatever it is. Durable when it returns.
   * @param options keepAs: a name beside the file that the old one gets instead of being wiped
   * @throws {ChatError} CHAT_…_UNWRITABLE: one of the two is in place, whole
   */
  replace(content: Buffer, options: { readonly keepAs?: string } = {}): void {
    if (!existsSync(this.path) && this.make(content)) return
    const { place } = this
    this.#withTemporary(content, (temporary) => {
      const old = options.keepAs ?? leftoverName(place, 'old')
      linkSync(place, old)
      renameSync(temporary, place)
      // Only what is durable may be the reason to destroy what was there.
      syncFolderOf(place)
      if (options.keepAs === undefined) discard(old, place)
    })
  }

  /** Wipes what a crash has left beside the file. For the one process that uses it. @throws {ChatError} CHAT_…_UNWRITABLE */
  sweep(): void {
    const { place } = this
    const folder = dirname(place)
    const name = basename(place)
    this.#writing(() => {
      if (!existsSync(folder)) return
      const leftovers = readdirSync(folder).filter((each) => each.startsWith(name) && LEFTOVER.test(each.slice(name.length)))
      for (const leftover of leftovers) discard(join(folder, leftover), place)
      if (leftovers.length > 0) syncFolderOf(place)
    })
  }

  /** That the content cannot be used. */
  damaged(reason: string, cause?: unknown): ChatError {
    const { path, of } = this.#options
    return new ChatError(`CHAT_${of}_DAMAGED`, { path, reason }, { cause })
  }

  #readPrivate(file: number): Buffer {
    const { path, of, maxBytes } = this.#options
    const stats = fstatSync(file)
    if (!stats.isFile()) throw this.damaged('it is no file')
    if ((stats.mode & RIGHTS_OF_OTHERS) !== 0) {
      const mode = (stats.mode & 0o777).toString(8).padStart(4, '0')
      throw new ChatError(`CHAT_${of}_EXPOSED`, { path, mode })
    }
    if (stats.size > maxBytes) throw this.damaged('it is too long')
    return readFileSync(file)
  }

  /** Writes the content beside the file, lets `bring` put it there in one step, and waits for the disk before and after. */
  #withTemporary<T>(content: Buffer, bring: (temporary: string) => T): T {
    const { maxBytes } = this.#options
    return this.#writing(() => {
      if (content.length > maxBytes) throw new RangeError('it would be too long')
      const { place } = this
      const temporary = leftoverName(place, 'new')
      makeFolder(dirname(place))
      try {
        onFile(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, (file) => writeThrough(file, content))
        return bring(temporary)
      } finally {
        if (existsSync(temporary)) discard(temporary, place)
        syncFolderOf(place)
      }
    })
  }

  #writing<T>(work: () => T): T {
    const { path, of } = this.#options
    try {
      return work()
    } catch (error) {
      throw new ChatError(`CHAT_${of}_UNWRITABLE`, { path, reason: codeOf(error) }, { cause: error })
    }
  }
}

/** Takes a name away, and what it names with it unless that is the file itself, which has two names for a moment. */
function discard(path: string, place: string): void {
  const stats = lstatSync(path)
  if (stats.isFile() && !isSame(stats, place)) {
    onFile(path, constants.O_WRONLY | constants.O_NOFOLLOW, (file) => writeThrough(file, Buffer.alloc(stats.size)))
  }
  unlinkSync(path)
}

function isSame({ dev, ino }: { readonly dev: number; readonly ino: number }, path: string): boolean {
  const other = statSync(path, { throwIfNoEntry: false })
  return other?.dev === dev && other.ino === ino
}

/** Writes from the beginning of the file, and waits for the disk. */
function writeThrough(file: number, content: Buffer): void {
  for (let at = 0; at < content.length;) at += writeSync(file, content, at, content.length - at, at)
  fsyncSync(file)
}

function syncFolderOf(path: string): void {
  onFile(dirname(path), constants.O_RDONLY, fsyncSync)
}

function leftoverName(place: string, what: 'new' | 'old'): string {
  return `${place}.${what}-${randomBytes(6).toString('hex')}`
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
