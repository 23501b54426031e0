/** A disk of a few MiB that can be filled to the last byte. */
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const STEPS = [1_048_576, 4_096, 1]

export class SmallDisk implements Disposable {
  readonly #path: string

  /**
   * Lies over the folder `path`, which is another one from then on.
   * @param mib its size. @default 8
   * @throws {Error} where this process may not mount: it needs root
   */
  constructor(path: string, mib = 8) {
    this.#path = path
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m,mode=700`, 'dchat-torture', path], { stdio: 'pipe' })
    } catch (cause) {
      throw new Error('mounting a file system is for root', { cause })
    }
  }

  get #ballast(): string {
    return join(this.#path, 'ballast')
  }

  /** Takes all room that is left. */
  fill(): void {
    const file = openSync(this.#ballast, 'a')
    try {
      for (const bytes of STEPS) writeUntilFull(file, Buffer.alloc(bytes))
    } finally {
      closeSync(file)
    }
  }

  /** Gives it back. */
  free(): void {
    rmSync(this.#ballast)
  }

  /** Takes the disk away, also while somebody still has a file open on it. */
  [Symbol.dispose](): void {
    execFileSync('umount', ['--lazy', this.#path])
  }
}

function writeUntilFull(file: number, bytes: Buffer): void {
  try {
    for (;;) writeSync(file, bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
