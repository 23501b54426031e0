/** A file that is there when it is whole. */
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { OutputFailed } from './exit.ts'

/** What others wrote is for this user alone. */
const OWNER_ONLY = 0o600

export class FileOutput implements AsyncDisposable {
  readonly #path: string
  /** Undefined when it is written where it belongs. */
  readonly #partPath: string | undefined
  readonly #file: FileHandle
  #isFinished = false

  private constructor(path: string, { partPath, file }: { partPath: string | undefined; file: FileHandle }) {
    this.#path = path
    this.#partPath = partPath
    this.#file = file
  }

  /**
   * Writes beside `path`, so that finishing is a rename; a link is followed. What a rename would replace by a file, a device or a pipe,
   * is written at once.
   * @throws {OutputFailed}
   */
  static async create(path: string): Promise<FileOutput> {
    const found = await stat(path).catch(() => undefined) // What is wrong with the path is said when it is opened.
    if (found !== undefined && !found.isFile() && !found.isDirectory()) {
      return new FileOutput(path, { partPath: undefined, file: await orFail(path, open(path, 'w')) })
    }
    const place = found?.isFile() === true ? await orFail(path, realpath(path)) : path
    const partPath = `${place}.${process.pid}.part`
    const file = await orFail(path, open(partPath, 'wx', OWNER_ONLY))
    return new FileOutput(place, { partPath, file })
  }

  /** @throws {OutputFailed} */
  async write(text: string): Promise<void> {
    await orFail(this.#path, this.#file.writeFile(text))
  }

  /** Puts it in place, on the disk. @throws {OutputFailed} */
  async finish(): Promise<void> {
    if (this.#partPath === undefined) return
    await orFail(this.#path, this.#file.sync())
    await orFail(this.#path, rename(this.#partPath, this.#path))
    this.#isFinished = true
  }

  /** One that was not finished is removed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
    if (!this.#isFinished && this.#partPath !== undefined) await rm(this.#partPath, { force: true })
  }
}

async function orFail<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw new OutputFailed(`${path} cannot be written: ${(cause as Error).message}`, { cause })
  }
}
