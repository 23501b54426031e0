/** Small state files: read up to a bound, written so that a crash leaves the old content or the new, never a part. */
import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from '@dchat/system'
import { NetError } from '../errors.ts'

/**
 * The text of a file, bytes that are not UTF-8 replaced; undefined when there is no such file. Of a file above `maxBytes`
 * the first whole lines that fit.
 * @throws NetError NET_HOSTLIST_UNREADABLE when it is there and cannot be read.
 */
export async function readTextFile(path: string, maxBytes: number): Promise<{ text: string; isCut: boolean } | undefined> {
  let file: FileHandle | undefined
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = await file.stat()
    // A pipe would be waited for without end, and saving would put a file in the place of a device.
    if (!stat.isFile()) throw new NetError('NET_HOSTLIST_UNREADABLE', { path, reason: 'it is no file' })
    const size = Math.min(stat.size, maxBytes + 1)
    const bytes = Buffer.alloc(size)
    let length = 0
    while (length < size) {
      const { bytesRead } = await file.read(bytes, length, size - length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    const isCut = length > maxBytes
    return { text: bytes.toString('utf8', 0, isCut ? bytes.lastIndexOf(0x0a, maxBytes) + 1 : length), isCut }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    if (error instanceof NetError) throw error
    throw new NetError('NET_HOSTLIST_UNREADABLE', { path, reason: reasonOf(error) }, { cause: error })
  } finally {
    await file?.close()
  }
}

/**
 * Replaces a file as a whole, making its folder when missing; readable by its owner only. Written to `path` + `.tmp`, synced,
 * renamed, and the folder synced. One writer a path at a time.
 * @throws NetError NET_HOSTLIST_UNWRITABLE; what stood there is whole then, in nearly every case the old content.
 */
export async function writeTextFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    makeFolder(dirname(path))
    const file = await open(temporary, 'w', 0o600)
    try {
      await writeSynced(file, text)
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
    await syncFolder(dirname(path))
  } catch (error) {
    throw new NetError('NET_HOSTLIST_UNWRITABLE', { path, reason: reasonOf(error) }, { cause: error })
  }
}

/** Closes the file, whatever happens. */
async function writeSynced(file: FileHandle, text: string): Promise<void> {
  try {
    await file.writeFile(text, 'utf8')
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
