/** A part of what a node knows, kept in a file: read once, written when it has changed since. */
import type { Logger } from '@dchat/system'

/** What every reader tells besides what it read. */
interface Read {
  readonly badLines: number
  readonly isCut: boolean
}

export interface StateFileSource<T extends Read> {
  readonly path: string
  /** What is logged when lines had to be left out. */
  readonly skippedText: string
  /** Grows with every change of what is kept; 0 before the first. */
  revision(): number
  /** Undefined when there is no such file. */
  read(path: string): Promise<T | undefined>
  /** Takes over what was read. @returns whether a file written now would say the same */
  take(read: T): boolean
  write(path: string): Promise<void>
}

export class StateFile<T extends Read> {
  readonly #source: StateFileSource<T>
  readonly #logger: Logger
  /** The revision that is on disk. */
  #saved = -1

  constructor(source: StateFileSource<T>, deps: { logger: Logger }) {
    this.#source = source
    this.#logger = deps.logger
  }

  /** Reads the file. @returns what takes over its content. @throws NetError NET_HOSTLIST_UNREADABLE */
  async read(): Promise<() => void> {
    const content = await this.#source.read(this.#source.path)
    return () => {
      if (content !== undefined) this.#take(content)
    }
  }

  #take(content: T): void {
    const { path, skippedText } = this.#source
    const { badLines, isCut } = content
    const isFirst = this.#source.revision() === 0
    const isSame = this.#source.take(content)
    if (isSame && isFirst && badLines === 0 && !isCut) this.#saved = this.#source.revision()
    if (badLines > 0 || isCut) this.#logger.warn(skippedText, { path, badLines, isCut })
  }

  /** Writes the file if anything has changed. @throws NetError NET_HOSTLIST_UNWRITABLE; the next save tries again */
  async save(): Promise<void> {
    const revision = this.#source.revision()
    if (revision === this.#saved) return
    await this.#source.write(this.#source.path)
    this.#saved = revision
  }
}
