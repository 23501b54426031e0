/** A log file that is kept small: at a size it is set aside under a number, and the oldest one goes. */
import { closeSync, constants, fstatSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '@dchat/system'

export interface RotationBounds {
  /** A line that would make the file longer goes into a new one. */
  readonly maxBytes: number
  /** Files there are in all, with the one that is written: the others are `FILE.1` (the newest) to `FILE.<maxFiles - 1>`. */
  readonly maxFiles: number
}

/** Holds the open file. Never without one: what fails leaves the one there was. */
export class LogFile {
  readonly path: string
  readonly #bounds: RotationBounds
  #fd: number
  #bytes: number
  /** Above this the file is set aside. Grows when that fails, so that it is not tried for each line. */
  #rotateAt: number

  /**
   * @param path appended to, made with mode 0600 and its folders with 0700.
   * @throws the file system's error when it cannot be opened.
   */
  constructor(path: string, bounds: RotationBounds) {
    this.path = path
    this.#bounds = bounds
    this.#rotateAt = bounds.maxBytes
    makeFolder(dirname(path))
    this.#fd = open(path)
    this.#bytes = fstatSync(this.#fd).size
  }

  get fd(): number {
    return this.#fd
  }

  /** To be told of what was written. */
  wrote(bytes: number): void {
    this.#bytes += bytes
  }

  /**
   * Makes room for `bytes` more, setting the file aside if it has to be.
   * @throws the file system's error when that fails: then the file grows by as much again before it is tried once more.
   */
  makeRoom(bytes: number): void {
    if (this.#bytes + bytes <= this.#rotateAt || this.#bytes === 0) return
    // It may have been cut by others meanwhile; a device (/dev/stderr, a fifo) has no size and is left alone.
    const stat = fstatSync(this.#fd)
    this.#bytes = stat.size
    if (!stat.isFile() || this.#bytes + bytes <= this.#rotateAt) return
    this.#rotateAt = this.#bytes + this.#bounds.maxBytes
    this.#setAside()
    this.reopen()
  }

  /** Goes on in the file that is at the path now, made when there is none. @throws the file system's error; nothing changed then */
  reopen(): void {
    const fd = open(this.path)
    closeSync(this.#fd)
    this.#fd = fd
    this.#bytes = fstatSync(fd).size
    this.#rotateAt = this.#bounds.maxBytes
  }

  close(): void {
    closeSync(this.#fd)
  }

  /** From the oldest on, so that at no time two files have changed places or one is missing. */
  #setAside(): void {
    const { maxFiles } = this.#bounds
    if (maxFiles === 1) {
      rmSync(this.path, { force: true })
      return
    }
    for (let number = maxFiles - 1; number > 1; number -= 1) renameIfThere(`${this.path}.${number - 1}`, `${this.path}.${number}`)
    renameIfThere(this.path, `${this.path}.1`)
  }
}

/** What waits for a reader (a fifo, /dev/stderr) is not waited for: neither here nor when it is written. Of a file that changes nothing. */
function open(path: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK, O_NOCTTY } = constants
  return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, 0o600)
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
