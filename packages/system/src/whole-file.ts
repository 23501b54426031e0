/** Small files: read up to a bound; shown to others by a running program, in one step, and taken away by who wrote them. */
import { closeSync, fchmodSync, fsyncSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from './make-folder.ts'

/**
 * Writes `text` to `path` with exactly this mode, whatever the umask: a reader finds no file, the old one, or the whole new one.
 * Missing folders are made with mode 0700. It is written to `path` + `.new` first; what a process that was killed has left there is
 * replaced. One writer a path at a time.
 * @throws the file system's error
 */
export function writeWhole(path: string, text: string, mode: number): void {
  makeFolder(dirname(path))
  const temporary = `${path}.new`
  rmSync(temporary, { force: true })
  try {
    const file = openSync(temporary, 'wx', 0o600)
    try {
      fchmodSync(file, mode)
      writeFileSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** The first `maxBytes` of a file, or of what a device or a pipe gives, which may have no end. @throws the file system's error */
export function readStart(path: string, maxBytes: number): Buffer {
  const file = openSync(path, 'r')
  try {
    const chunks: Buffer[] = []
    for (let left = maxBytes; left > 0;) {
      const chunk = Buffer.alloc(Math.min(left, READ_BYTES))
      const length = readSync(file, chunk)
      if (length === 0) break
      chunks.push(chunk.subarray(0, length))
      left -= length
    }
    return Buffer.concat(chunks)
  } finally {
    closeSync(file)
  }
}

const READ_BYTES = 65_536

/** Takes the file away, unless it is gone or another has replaced it. @throws the file system's error */
export function removeIfHolds(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') !== text) return
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  rmSync(path, { force: true })
}
