/** This node's IPv6 address as its peers see it. Wire: docs/wire.md, `version`: `connect_recv_addr`. */
import { ipVersion, isGlobalHost, mappedIpv4 } from './address-kind.ts'
import { endpointParts } from './endpoint.ts'
import { HOST_LIMITS } from './host-limits.ts'

/** The host of an external address that stands for the node's own IPv6 address. */
const ANY = '[::]'

/**
 * Remembers what the last 20 voices said; the address that most of them named is taken for ours. Each voice counts once, with
 * what it said last: else one peer that comes back 20 times would decide.
 */
export class OwnIpv6 {
  readonly #isLocalnet: boolean
  /** Hosts in brackets by voice, the oldest first. */
  readonly #seen = new Map<string | symbol, string>()

  constructor(options: { localnet: boolean }) {
    this.#isLocalnet = options.localnet
  }

  /**
   * A peer sees this node at `url` (canonical). Only IPv6 counts, and off localnet only global addresses.
   * @param voice - whose word it is. @default one of its own
   */
  note(url: string, voice: string | symbol = Symbol('peer')): void {
    const { host } = endpointParts(url)
    if (host === null || host === ANY || ipVersion(host) !== 6 || mappedIpv4(host) !== undefined) return
    if (!this.#isLocalnet && !isGlobalHost(host)) return
    this.#seen.delete(voice)
    this.#seen.set(voice, host)
    const [oldest] = this.#seen.keys()
    if (this.#seen.size > HOST_LIMITS.OWN_IPV6_SEEN.value) this.#seen.delete(oldest!)
  }

  /** The host named most often, of several the one named first; undefined while nobody named one. */
  get host(): string | undefined {
    const counts = Map.groupBy(this.#seen.values(), (host) => host)
    const [most] = [...counts].toSorted(([, one], [, other]) => other.length - one.length)
    return most?.[0]
  }

  /** Puts the address in the place of `[::]`; stays as it is while none is known. */
  patch(url: string): string {
    const { host } = this
    return host !== undefined && isAnyIpv6(url) ? url.replace(ANY, host) : url
  }
}

/** Whether an external address waits for the node's own IPv6 address. */
export function isAnyIpv6(url: string): boolean {
  return endpointParts(url).host === ANY
}
