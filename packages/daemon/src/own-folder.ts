/** The folders a daemon keeps its files in. */
import { accessSync, constants } from 'node:fs'
import { makeFolder } from '@dchat/system'

/** A folder that a daemon needs and cannot use. `message` is one line. */
export class FolderError extends Error {
  override readonly name = 'FolderError'
  readonly code = 'FOLDER_UNUSABLE'
  readonly data: { readonly path: string; readonly reason: string }

  constructor(path: string, cause: unknown) {
    const reason = reasonOf(cause)
    super(`the folder ${path} ${reason}`, { cause })
    this.data = { path, reason }
  }
}

/**
 * Makes a folder unless it is there (mode 0700, as those above it), and makes sure that files can be written in it.
 * @throws {FolderError}
 */
export function ownFolder(path: string): void {
  try {
    makeFolder(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new FolderError(path, error)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'may not be read and written by this user',
  EPERM: 'may not be written by this user',
  EROFS: 'is on a disk that is read-only',
  EEXIST: 'cannot be made: a file stands in its way',
  ENOTDIR: 'cannot be made: a file stands in its way',
  ENOENT: 'cannot be made there',
  ENOSPC: 'cannot be made: the disk is full',
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return REASONS[code] ?? `cannot be used (${code})`
}
