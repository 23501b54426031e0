/** What the texts of flags and configuration files stand for. Pure: a reason comes back, the caller knows the place. */
import { join, resolve } from 'node:path'

/** A value, or why there is none and what would be right. */
export type Parsed<T> = { readonly value: T } | { readonly reason: string; readonly hint?: string | undefined }

/** Expands `~/` to `home`; a relative path is taken from `base`, the folder of the file it stands in. */
export function parsePath({ home, base }: { home: string; base: string }): (text: string) => Parsed<string> {
  return (text) => {
    if (text === '') return { reason: 'a path cannot be empty' }
    if (text.includes('\0')) return { reason: 'a path cannot hold a NUL' }
    if (text === '~' || text.startsWith('~/')) return { value: join(home, text.slice(1)) }
    return { value: resolve(base, text) }
  }
}
