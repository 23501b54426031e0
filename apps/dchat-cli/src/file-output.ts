/** A file that is there when it is whole. */
import { open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { OutputFailed } from './exit.ts'

/** What others wrote is for this user alone. */
const OWNER_ONLY = 0o600

export class FileOutput implements AsyncDisposable {
  readonly #path: string
  readonly #partPath: string
  readonly #file: FileHandle
  #isFinished = false

  private constructor(path: string, { partPath, file }: { partPath: string; file: FileHandle }) {
    this.#path = path
    this.#partPath = partPath
    this.#file = file
  }

  /** Writes beside `path`, so that finishing is a rename. @throws {OutputFailed} */
  static async create(path: string): Promise<FileOutput> {
    const partPath = `${path}.${process.pid}.part`
    const file = await orFail(path, open(partPath, 'wx', OWNER_ONLY))
    return new FileOutput(path, { partPath, file })
  }

  /** @throws {OutputFailed} */
  async write(text: string): Promise<void> {
    await orFail(this.#path, this.#file.writeFile(text))
  }

  /** Puts it in place, on the disk. @throws {OutputFailed} */
  async finish(): Promise<void> {
    await orFail(this.#path, this.#file.sync())
    await orFail(this.#path, rename(this.#partPath, this.#path))
    this.#isFinished = true
  }

  /** One that was not finished is removed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
    if (!this.#isFinished) await rm(this.#partPath, { force: true })
  }
}

async function orFail<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw new OutputFailed(`${path} cannot be written: ${(cause as Error).message}`, { cause })
  }
}
