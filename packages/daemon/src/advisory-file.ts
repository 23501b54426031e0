/** A file that tells others about a running daemon, and nothing depends on: its process id, its addresses. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '@dchat/system'

export interface AdvisoryFile {
  /** Takes the file away, unless somebody has written another since. Never throws. */
  remove(): void
}

/**
 * Writes `text` in one step: a reader finds no file, an old one, or the whole new one. Missing folders are made. One writer a path
 * at a time.
 * @throws the file system's error
 */
export function writeAdvisoryFile(path: string, text: string, mode: number): AdvisoryFile {
  makeFolder(dirname(path))
  const temporary = `${path}.new`
  try {
    rmSync(temporary, { force: true }) // left by a process that was killed
    writeFileSync(temporary, text, { mode, flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  return { remove: () => removeIfOurs(path, text) }
}

function removeIfOurs(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) rmSync(path, { force: true })
  } catch {
    // It is gone, or cannot be read any more: what it says was a hint.
  }
}
