/** Files and folders that only their owner may read. */
import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '@dchat/system'

const FILE_MODE = 0o600

/**
 * Makes sure that the file exists with mode 0600; a missing folder is made with 0700, one that exists stays as it is.
 * SQLite gives the files beside a database the mode of the database. An existing file is not opened: closing it again
 * would end the locks this process holds on it.
 */
export function ensurePrivateFile(path: string): void {
  makeFolder(dirname(path))
  if (!existsSync(path)) closeSync(openSync(path, 'a', FILE_MODE))
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    if (existsSync(file) && (statSync(file).mode & 0o777) !== FILE_MODE) chmodSync(file, FILE_MODE)
  }
}
