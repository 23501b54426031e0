/** A disk in a file, whose power can be cut: what its file system has not written yet is gone then, as on a real one. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export class ImageDisk implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'dchat-image-'))
  readonly #path: string
  #image: string
  /** After the power was cut. */
  #next: string | undefined
  #copies = 0
  #isMounted = false

  /** Lies over the folder `path`, empty, with ext4. @throws {Error} where this process may not mount: that is for root */
  constructor(path: string, mib: number) {
    this.#path = path
    this.#image = join(this.#folder, 'disk-0')
    try {
      run('truncate', '--size', `${mib}M`, this.#image)
      run('mkfs.ext4', '-q', '-F', this.#image)
      this.#mount()
      chmodSync(path, 0o700)
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  /** What is on the disk now, and nothing that is only in memory, is on a new one. Nobody may write meanwhile. */
  cutPower(): void {
    this.#copies += 1
    const copy = join(this.#folder, `disk-${this.#copies}`)
    run('cp', '--sparse=always', this.#image, copy)
    this.#next = copy
  }

  /** Puts the disk whose power was cut in the place of the one that ran on: its file system replays its journal. */
  restore(): void {
    if (this.#next === undefined) throw new Error('the power was not cut')
    this.#unmount()
    rmSync(this.#image)
    this.#image = this.#next
    this.#next = undefined
    this.#mount()
  }

  /** The disk fails: its file system lets nobody write from now on, whatever is open on it. `mend` ends that. */
  fail(): void {
    run('mount', '-o', 'remount,abort', this.#path)
  }

  /** Mounts it anew for reading alone. Nobody may use it. */
  makeReadOnly(): void {
    this.mend() // its journal is replayed, for which it has to be written
    run('mount', '-o', 'remount,ro', this.#path)
  }

  /** Mounts it anew. Nobody may use it. */
  mend(): void {
    this.#unmount()
    this.#mount()
  }

  [Symbol.dispose](): void {
    this.#unmount()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #mount(): void {
    run('mount', '-o', 'loop', this.#image, this.#path)
    this.#isMounted = true
  }

  /** Also while somebody still has a file open on it; the loop device goes with the last of them. */
  #unmount(): void {
    if (this.#isMounted) run('umount', '--lazy', this.#path)
    this.#isMounted = false
  }
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: 'pipe', env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` } })
}
