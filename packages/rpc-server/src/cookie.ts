/** The cookie: a secret that is new at each start, in a file only its owner reads. */
import { randomBytes } from 'node:crypto'
import { removeIfHolds, writeWhole } from '@dchat/system'

const COOKIE_BYTES = 32

export interface CookieFile {
  /** 64 hex digits. */
  readonly cookie: string
  readonly path: string
  /** Takes the file away, unless another start has replaced it since. Calling it again does nothing. */
  remove(): void
}

/**
 * Makes a cookie and writes it to `path`, mode 0600, in one step. Missing folders are made with mode 0700. Call it before listening.
 * @throws the file system's error
 */
export function writeCookie(path: string): CookieFile {
  const cookie = randomBytes(COOKIE_BYTES).toString('hex')
  const text = `${cookie}\n`
  writeWhole(path, text, 0o600)
  return { cookie, path, remove: () => removeIfHolds(path, text) }
}
