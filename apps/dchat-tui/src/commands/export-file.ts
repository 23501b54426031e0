/** A file of the user's that is there when it is whole, and takes the place of no other. */
import { constants } from 'node:fs'
import { copyFile, link, open, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { BadArgument } from './command-context.ts'

/** What others wrote is for this user alone. */
const OWNER_ONLY = 0o600

export class ExportFile implements AsyncDisposable {
  readonly path: string
  readonly #partPath: string
  readonly #file: FileHandle

  private constructor(path: string, part: { path: string; file: FileHandle }) {
    this.path = path
    this.#partPath = part.path
    this.#file = part.file
  }

  /** Begins to write beside `path`. @throws {BadArgument} there is such a file, or none can be made there */
  static async create(path: string): Promise<ExportFile> {
    if (await isThere(path)) throw new BadArgument(taken(path))
    const partPath = `${path}.${process.pid}.part`
    return new ExportFile(path, { path: partPath, file: await orRefuse(path, open(partPath, 'wx', OWNER_ONLY)) })
  }

  /** @throws {BadArgument} */
  async write(text: string): Promise<void> {
    await orRefuse(this.path, this.#file.writeFile(text))
  }

  /** Puts it in place, on the disk. @throws {BadArgument} another file has come there meanwhile, too */
  async finish(): Promise<void> {
    await orRefuse(this.path, this.#file.sync())
    try {
      // Unlike a rename it fails where a file is.
      await link(this.#partPath, this.path)
    } catch (error) {
      if (!NO_LINKS.has(codeOf(error))) throw refusal(this.path, error)
      await orRefuse(this.path, copyFile(this.#partPath, this.path, constants.COPYFILE_EXCL))
    }
  }

  /** What was written beside it is removed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
    await rm(this.#partPath, { force: true })
  }
}

/** Where a file goes: `name` in the folder that `word` names, or the file that it names; without a word in the current folder. */
export async function exportPath(word: string, name: string): Promise<string> {
  const path = resolve(word.replace(/^~(?=\/|$)/u, homedir()))
  const isFolder = word === '' || word.endsWith('/') || ((await statOf(path))?.isDirectory() ?? false)
  return isFolder ? join(path, name) : path
}

/** File systems that know no second name of a file say so in one of these ways. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

async function isThere(path: string): Promise<boolean> {
  return (await statOf(path)) !== undefined
}

async function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw refusal(path, error)
  }
}

async function orRefuse<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw refusal(path, error)
  }
}

function refusal(path: string, error: unknown): BadArgument {
  if (codeOf(error) === 'EEXIST') return new BadArgument(taken(path))
  return new BadArgument(`${path} cannot be written: ${REASONS[codeOf(error)] ?? (error as Error).message}`)
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of it is no folder',
  EACCES: 'you may not write there',
  EROFS: 'you may not write there',
  ENOSPC: 'the disk is full',
}

function taken(path: string): string {
  return `${path} is there already: name another file`
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code)
}
