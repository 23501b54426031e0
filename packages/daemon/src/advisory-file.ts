/** A file that tells others about a running daemon, and nothing depends on: its process id, its addresses. */
import { removeIfHolds, writeWhole } from '@dchat/system'

export interface AdvisoryFile {
  /** Takes the file away, unless somebody has written another since. Never throws. */
  remove(): void
}

/** Writes it as `writeWhole`. @throws the file system's error */
export function writeAdvisoryFile(path: string, text: string, mode: number): AdvisoryFile {
  writeWhole(path, text, mode)
  return { remove: () => removeQuietly(path, text) }
}

function removeQuietly(path: string, text: string): void {
  try {
    removeIfHolds(path, text)
  } catch {
    // It cannot be read or removed any more: what it says was a hint.
  }
}
