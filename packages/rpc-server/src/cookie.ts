/** The cookie: a secret that is new at each start, in a file only its owner reads. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '@dchat/system'

const COOKIE_BYTES = 32

export interface CookieFile {
  /** 64 hex digits. */
  readonly cookie: string
  readonly path: string
  /** Takes the file away, unless another start has replaced it since. Calling it again does nothing. */
  remove(): void
}

/**
 * Makes a cookie and writes it to `path`, mode 0600, in one step: a reader finds the old file or the whole new one. Missing
 * folders are made with mode 0700. Call it before listening.
 * @throws the file system's error
 */
export function writeCookie(path: string): CookieFile {
  const cookie = randomBytes(COOKIE_BYTES).toString('hex')
  makeFolder(dirname(path))
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    const file = openSync(temporary, 'wx', 0o600)
    try {
      writeSync(file, `${cookie}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  return { cookie, path, remove: () => removeIfOurs(path, cookie) }
}

/** Compares in a time that tells nothing about where the two differ. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function removeIfOurs(path: string, cookie: string): void {
  try {
    if (readFileSync(path, 'utf8').trim() !== cookie) return
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  rmSync(path, { force: true })
}
