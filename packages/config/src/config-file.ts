/** Reads a configuration file, and writes the commented one of a first run; what is there is never rewritten. */
import { closeSync, existsSync, fchmodSync, fsyncSync, linkSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder, readStart } from '@dchat/system'
import { ConfigError } from './errors.ts'
import { MAX_CONFIG_BYTES } from './limits.ts'
import { parseToml } from './toml-document.ts'
import type { Overrides, TomlTable } from './toml-document.ts'

export interface ReadConfigOptions {
  /** What to do about a file that cannot be read. @default null */
  readonly hint?: string | null
  /** What wins over the file. @default nothing */
  readonly overrides?: Overrides
}

/**
 * Reads and parses a file.
 * @throws {ConfigError} CONFIG_UNREADABLE, CONFIG_SYNTAX.
 */
export function readConfigFile(path: string, { hint = null, overrides }: ReadConfigOptions = {}): TomlTable {
  return parseToml(readConfigText(path, hint), path, overrides)
}

/**
 * The text of a file, for programs that read it again with other overrides.
 * @param hint what to do about a file that cannot be read
 * @throws {ConfigError} CONFIG_UNREADABLE
 */
export function readConfigText(path: string, hint: string | null = null): string {
  try {
    const bytes = readStart(path, MAX_CONFIG_BYTES + 1)
    // What is too long is refused when it is parsed, and is cut inside a character perhaps.
    return bytes.length > MAX_CONFIG_BYTES ? bytes.toString('latin1') : new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new ConfigError(
      'CONFIG_UNREADABLE',
      { file: path, line: null, key: null, reason: whyUnreadable(error), hint },
      { cause: error },
    )
  }
}

function whyUnreadable(error: unknown): string {
  const code = codeOf(error)
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'is a folder, not a file'
  if (code === 'EACCES') return 'may not be read by this user'
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'is not UTF-8 text'
  return `cannot be read (${code ?? String(error)})`
}

/**
 * Writes `text` to `path` unless something is there: mode 0600, folders 0700, all of it or nothing.
 * @returns whether it was written.
 * @throws the file system's error when it cannot be.
 */
export function writeConfigOnce(path: string, text: string): boolean {
  if (existsSync(path)) return false
  makeFolder(dirname(path))
  const temporary = `${path}.${process.pid}.new`
  const file = openSync(temporary, 'wx', 0o600)
  try {
    try {
      fchmodSync(file, 0o600)
      writeFileSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    linkSync(temporary, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    unlinkSync(temporary)
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
