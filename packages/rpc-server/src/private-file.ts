/** Small files that only their owner reads, written in one step. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '@dchat/system'

/**
 * Writes `text` and a line end to `path`, mode 0600: a reader finds the old file or the whole new one. Missing folders are made
 * with mode 0700. It is written to `path` + `.new` first; what a process that was killed has left there is replaced.
 * @throws the file system's error
 */
export function writePrivately(path: string, text: string): void {
  makeFolder(dirname(path))
  const temporary = `${path}.new`
  rmSync(temporary, { force: true })
  try {
    const file = openSync(temporary, 'wx', 0o600)
    try {
      writeSync(file, `${text}\n`)
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

/** Takes the file away, unless another has replaced it. @throws the file system's error, but for a missing file */
export function removeIfHolds(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8').trim() !== text) return
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  rmSync(path, { force: true })
}
