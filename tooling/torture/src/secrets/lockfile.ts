/** What pnpm-lock.yaml says of where packages come from. */
import { parse } from 'yaml'

interface Lockfile {
  readonly importers: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly packages: Readonly<Record<string, { readonly resolution: Readonly<Record<string, unknown>> }>>
}

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const
/** One version, or a folder of the repository: what a published package says of another of ours is for who installs it elsewhere. */
const EXACT = /^(?:\d+\.\d+\.\d+(?:-[\w.]+)?|workspace:[*^~]|link:.+)$/

export interface LockfileReport {
  readonly packageCount: number
  /** Packages whose content is not held by a hash, or that come from elsewhere than the registry. */
  readonly unheld: readonly string[]
  /** What a package.json asks for that could be another version tomorrow: `apps/x: name@^1.0.0`. */
  readonly inexact: readonly string[]
}

export function reportLockfile(text: string): LockfileReport {
  const { importers, packages } = parse(text) as Lockfile
  const unheld = Object.entries(packages)
    .filter(([, { resolution }]) => {
      const { integrity, ...rest } = resolution
      return !String(integrity).startsWith('sha512-') || Object.keys(rest).length > 0
    })
    .map(([name]) => name)
  const inexact = Object.entries(importers).flatMap(([importer, lists]) =>
    KINDS.flatMap((kind) => Object.entries((lists[kind] ?? {}) as Record<string, { specifier: string }>))
      .filter(([, { specifier }]) => !EXACT.test(specifier))
      .map(([name, { specifier }]) => `${importer}: ${name}@${specifier}`),
  )
  return { packageCount: Object.keys(packages).length, unheld, inexact }
}
