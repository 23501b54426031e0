/**
 * The program's own file: what was set while it ran, and what was asked once. JSON, for its user only; tui.toml is never written. Several
 * programs of one user may write it: each changes what is there then.
 */
import { readFileSync, statSync } from 'node:fs'
import type { TomlValue } from '@dchat/config'
import { writeWhole } from '@dchat/system'
import { MAX_OWN_FILE_BYTES } from '../limits.ts'

export interface OwnData {
  /** By key of tui.toml. */
  readonly settings: Readonly<Record<string, TomlValue>>
  /** Whether what is shown at the first start was seen. */
  readonly isFirstRunSeen: boolean
  /** What the client ignores, an entry each. */
  readonly ignores: readonly unknown[]
}

export const NOTHING_OWN: OwnData = { settings: {}, isFirstRunSeen: false, ignores: [] }

export class OwnFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** What is there; nothing when the file is missing, or holds something else. @throws the file system's error */
  load(): OwnData {
    const text = this.#read()
    return text === null ? NOTHING_OWN : dataOf(text)
  }

  /** Writes what `change` makes of what is there now. @throws the file system's error */
  update(change: (data: OwnData) => OwnData): void {
    writeWhole(this.#path, `${JSON.stringify(change(this.load()), null, 2)}\n`, 0o600)
  }

  #read(): string | null {
    try {
      return statSync(this.#path).size > MAX_OWN_FILE_BYTES ? null : readFileSync(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }
}

/** What a newer program has kept besides stays there. */
function dataOf(text: string): OwnData {
  const data = parsed(text)
  if (!isObject(data)) return NOTHING_OWN
  const settings = isObject(data['settings']) ? (data['settings'] as Record<string, TomlValue>) : {}
  return {
    ...data,
    settings,
    isFirstRunSeen: data['isFirstRunSeen'] === true,
    ignores: Array.isArray(data['ignores']) ? data['ignores'] : [],
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Nobody else writes it: a file that is damaged says nothing, and is written anew with the next change.
    return null
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
