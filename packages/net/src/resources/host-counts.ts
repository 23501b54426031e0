/** How many connections a host has, by the unit in which hosts are banned: IPv4 /32, IPv6 /64. */
import { isGlobalHost, mappedIpv4, plainHost } from '../hosts/address-kind.ts'
import { isBehindProxy } from '../hosts/ban-rule.ts'
import { hostTarget, nodeHost } from '../hosts/ban-target.ts'

/**
 * What an inbound address counts for, or undefined where many peers share the address or one machine may well run many nodes:
 * Unix sockets, what the local proxy of an overlay network brings in, loopback, and under `localnet` every local host.
 */
export function countedHost(url: string, localnet: boolean): string | undefined {
  const named = nodeHost(url)
  if (named === null || isBehindProxy(url)) return undefined
  const host = mappedIpv4(named) ?? plainHost(named)
  return isLoopback(host) || (localnet && !isGlobalHost(host)) ? undefined : hostTarget(host)
}

function isLoopback(bare: string): boolean {
  return bare === '::1' || bare === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(bare)
}

/** Counts by host. Holds as many entries as there are hosts with a count above 0. */
export class HostCounts {
  readonly #counts = new Map<string, number>()
  readonly #settings: { readonly localnet: boolean }

  constructor(settings: { readonly localnet: boolean }) {
    this.#settings = settings
  }

  /** The count of the host of an address; 0 for a host that is not counted. */
  of(url: string): number {
    const host = countedHost(url, this.#settings.localnet)
    return host === undefined ? 0 : (this.#counts.get(host) ?? 0)
  }

  /** How many hosts have a count. */
  get size(): number {
    return this.#counts.size
  }

  add(url: string): void {
    this.#change(url, 1)
  }

  /** To be called as often as `add`. */
  remove(url: string): void {
    this.#change(url, -1)
  }

  #change(url: string, by: 1 | -1): void {
    const host = countedHost(url, this.#settings.localnet)
    if (host === undefined) return
    const count = (this.#counts.get(host) ?? 0) + by
    if (count > 0) this.#counts.set(host, count)
    else this.#counts.delete(host)
  }
}
