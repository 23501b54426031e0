/** Folders for files that only their owner may read. */
import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const OWNER_ONLY = 0o700

/**
 * Makes a folder and those above it that are missing, each with `mode`; what is there stays as it is. Level by level:
 * under `/proc` the recursive mkdir of Node never returns.
 * @throws the system's error when it cannot be made, or something that is no folder stands there
 */
export function makeFolder(path: string, mode: number = OWNER_ONLY): void {
  if (isFolder(path)) return
  const above = dirname(path)
  if (above !== path) makeFolder(above, mode)
  try {
    mkdirSync(path, { mode: OWNER_ONLY })
    if (mode !== OWNER_ONLY) chmodSync(path, mode)
  } catch (error) {
    if (!isFolder(path)) throw error // else another process was faster
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
