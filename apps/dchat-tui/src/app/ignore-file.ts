/** Keeps what this client ignores in the program's own file: keys for a time, addresses of unsigned peers, patterns. */
import type { Unsubscribe } from '@dchat/system'
import { patternIgnore } from '../commands/line-pattern.ts'
import { MAX_IGNORES } from '../limits.ts'
import { line } from '../session/ingress.ts'
import type { OwnFile } from '../settings/own-file.ts'
import { ignoreKey, withoutEnded } from '../state/ignores.ts'
import type { Ignore } from '../state/ignores.ts'
import type { Store } from '../state/store.ts'

export interface IgnoreFileDeps {
  readonly store: Store
  readonly own: Pick<OwnFile, 'load' | 'update'>
  /** It cannot be read or kept: why. */
  readonly onFailure: (reason: string) => void
}

export class IgnoreFile {
  readonly #deps: IgnoreFileDeps
  #unsubscribe: Unsubscribe | undefined
  #seen: readonly Ignore[] = []

  constructor(deps: IgnoreFileDeps) {
    this.#deps = deps
  }

  /** Takes on what is in the file, then keeps what changes. */
  async start(): Promise<void> {
    const { store } = this.#deps
    this.#seen = store.state.ignores
    this.#unsubscribe = store.subscribe(() => this.#look())
    const kept = await this.#read()
    const known = new Set(store.state.ignores.map((ignore) => ignoreKey(ignore)))
    const added = withoutEnded(kept, store.state.nowMs).filter((ignore) => !known.has(ignoreKey(ignore)))
    if (added.length > 0) store.dispatch({ type: 'hearing', ignores: [...store.state.ignores, ...added] })
  }

  /** Idempotent. */
  stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
  }

  async #read(): Promise<Ignore[]> {
    const kept: Ignore[] = []
    for (const entry of this.#attempt(() => this.#deps.own.load().ignores) ?? []) {
      const ignore = await ignoreFrom(entry)
      if (ignore !== null && kept.length < MAX_IGNORES) kept.push(ignore)
    }
    return kept
  }

  #look(): void {
    const { ignores } = this.#deps.store.state
    if (ignores === this.#seen) return
    const before = ownOf(this.#seen)
    this.#seen = ignores
    const now = ownOf(ignores)
    if (before.length === now.length && before.every((ignore, index) => ignore === now[index])) return
    this.#attempt(() => this.#deps.own.update((data) => ({ ...data, ignores: now.map((ignore) => entryOf(ignore)) })))
  }

  #attempt<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      this.#deps.onFailure((error as Error).message)
      return undefined
    }
  }
}

/** Those of this client alone. */
function ownOf(ignores: readonly Ignore[]): Ignore[] {
  return ignores.filter((ignore) => ignore.by !== 'key' || !ignore.isKeptByDaemon)
}

function entryOf(ignore: Ignore): Readonly<Record<string, unknown>> {
  const { by, until } = ignore
  if (by === 'key') return { by, key: ignore.key, name: ignore.name, until }
  return by === 'address' ? { by, address: ignore.address, name: ignore.name, until } : { by, source: ignore.source, until }
}

/** Null for what is none. */
async function ignoreFrom(entry: unknown): Promise<Ignore | null> {
  if (typeof entry !== 'object' || entry === null) return null
  const { by, key, address, name, source, until = null } = entry as Readonly<Record<string, unknown>>
  if (until !== null && typeof until !== 'number') return null
  if (by === 'pattern' && typeof source === 'string') return await patternIgnore(source, until).catch(() => null)
  if (typeof name !== 'string') return null
  if (by === 'key' && typeof key === 'string') return { by, key, name: line(name), isKeptByDaemon: false, until }
  return by === 'address' && typeof address === 'string' ? { by, address, name: line(name), until } : null
}
