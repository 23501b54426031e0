/** The packages of this repository that are published, and what they export. */
import { fileURLToPath } from 'node:url'

/** One entry of a library's `exports`. */
export interface Entry {
  /** As it is imported. */
  readonly name: string
  /** The folder of its package. */
  readonly folder: string
  /** Its built types and its built module, from that folder. */
  readonly types: string
  readonly module: string
  /** Where its API report stands, from that folder. */
  readonly report: string
}

export interface Library {
  readonly name: string
  readonly folder: string
  /** The one named as the library first. */
  readonly entries: readonly Entry[]
}

/** Ends with a slash. */
export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url))

function library(folder: string, entries: readonly string[]): Library {
  const at = `${ROOT}packages/${folder}`
  const name = `@dchat/${folder}`
  return { name, folder: at, entries: [entryOf(name, at), ...entries.map((entry) => entryOf(name, at, entry))] }
}

function entryOf(library: string, folder: string, entry?: string): Entry {
  const file = entry ?? 'index'
  const report = `etc/${entry ?? library.replace('@dchat/', '')}.api.md`
  const name = entry === undefined ? library : `${library}/${entry}`
  return { name, folder, types: `dist/${file}.d.ts`, module: `dist/${file}.js`, report }
}

export const LIBRARIES: readonly Library[] = [library('serial', []), library('net', ['testing'])]
