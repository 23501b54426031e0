/** The hosts that the operator shuns, `[net] blacklist`. Facts: docs/node.md, *Hosts*. */
import type { BlacklistEntry } from '../settings.ts'
import { ipv6Groups, plainHost } from './address-kind.ts'
import { endpointParts } from './endpoint.ts'

/** The schemes of an entry that names none. */
const DEFAULT_SCHEMES: readonly string[] = ['tcp+tls']

export class Blacklist {
  readonly #byHost: ReadonlyMap<string, readonly BlacklistEntry[]>

  constructor(entries: readonly BlacklistEntry[]) {
    this.#byHost = Map.groupBy(entries, ({ host }) => hostKey(host))
  }

  /** Whether an entry has the host, the scheme (none: `tcp+tls`) and the port (none: all) of a canonical URL. */
  has(url: string): boolean {
    if (this.#byHost.size === 0) return false
    const { scheme, host, port } = endpointParts(url)
    if (host === null) return false
    const entries = this.#byHost.get(hostKey(host)) ?? []
    return entries.some(({ schemes, ports }) => {
      const hasScheme = (schemes.length === 0 ? DEFAULT_SCHEMES : schemes).includes(scheme)
      return hasScheme && (ports.length === 0 || (port !== null && ports.includes(port)))
    })
  }
}

/** Equal for all spellings of one host. */
function hostKey(host: string): string {
  return ipv6Groups(host)?.join(':') ?? plainHost(host).toLowerCase()
}
