/** What to do with an address that a peer told us. Facts: docs/node.md, *Hosts*, the filter, in its order. */
import { parseUrl, SerialError } from '@dchat/serial'
import { SCHEMES } from '../schemes.ts'
import { ipVersion, isGlobalHost, plainHost } from './address-kind.ts'
import { endpointParts } from './endpoint.ts'
import { HOST_LIMITS } from './host-limits.ts'
import { isI2pHost, isOnionV3 } from './overlay-address.ts'

/** What the filter must know about this node. URLs are canonical. */
export interface FilterFacts {
  /** Seeds and manual peers, those connected by hand too. */
  readonly configured: Pick<ReadonlySet<string>, 'has'>
  readonly externalAddrs: readonly string[]
  readonly localnet: boolean
  isBanned(url: string): boolean
  isDialable(url: string): boolean
  /** Whether the address is in gold, white or grey. */
  isListed(url: string): boolean
}

/** Why an address from a peer is dropped: `unknown-scheme` stands for all that are not taken. Source: docs/node.md, *Hosts*, the filter. */
export type DropReason =
  | 'too-long'
  | 'not-a-url'
  | 'no-host'
  | 'no-port'
  | 'configured'
  | 'banned'
  | 'own'
  | 'local'
  | 'unknown-scheme'
  | 'invalid-host'
  | 'listed'

/** `url` is the endpoint alone, canonical: path, query, fragment and user info are cut off. */
export type FilterResult =
  | { readonly verdict: 'grey'; readonly url: string; readonly reason: 'new' }
  | { readonly verdict: 'dark'; readonly url: string; readonly reason: 'not-dialable' }
  | { readonly verdict: 'drop'; readonly url: string; readonly reason: DropReason }

/**
 * Judges an address from a peer; changes nothing. A `listed` one is dialable as `grey` is.
 * Not in the reference: what follows the port is cut off, else one host could fill a list with its spellings.
 */
export function filterAddress(text: string, facts: FilterFacts): FilterResult {
  const parsed = parseEndpoint(text)
  if (typeof parsed === 'string') return { verdict: 'drop', url: '', reason: parsed }
  const { url, scheme, host } = parsed
  const reason = dropReason(parsed, facts)
  if (reason !== undefined) return { verdict: 'drop', url, reason }
  if (SCHEMES.get(scheme)?.isTaken !== true) return { verdict: 'drop', url, reason: 'unknown-scheme' }
  if (!isValidHost(scheme, host)) return { verdict: 'drop', url, reason: 'invalid-host' }
  if (!facts.isDialable(url)) return { verdict: 'dark', url, reason: 'not-dialable' }
  if (facts.isListed(url)) return { verdict: 'drop', url, reason: 'listed' }
  return { verdict: 'grey', url, reason: 'new' }
}

interface GossipedEndpoint {
  readonly url: string
  readonly scheme: string
  readonly host: string
  readonly port: number
}

function parseEndpoint(text: string): GossipedEndpoint | DropReason {
  if (text.length > HOST_LIMITS.ADDRESS_MAX_CHARS.value) return 'too-long'
  try {
    const { scheme, host, port } = parseUrl(text)
    if (host === null || host === '') return 'no-host'
    if (port === null || port === 0) return 'no-port'
    const isOpaque = SCHEMES.get(scheme)?.isOpaque ?? false
    const canonicalHost = isOpaque ? host.toLowerCase() : host
    return { url: `${scheme}://${canonicalHost}:${port}${isOpaque ? '' : '/'}`, scheme, host: canonicalHost, port }
  } catch (error) {
    if (error instanceof SerialError) return 'not-a-url'
    throw error
  }
}

function dropReason({ url, host, port }: GossipedEndpoint, facts: FilterFacts): DropReason | undefined {
  if (facts.configured.has(url)) return 'configured'
  if (facts.isBanned(url)) return 'banned'
  if (isOwn({ host, port }, facts)) return 'own'
  if (!facts.localnet && !isGlobalHost(host)) return 'local'
  return undefined
}

/** Off localnet a host with our own name is us, whatever the port; on localnet hosts are shared and the port tells. */
function isOwn({ host, port }: { host: string; port: number }, { externalAddrs, localnet }: FilterFacts): boolean {
  return externalAddrs.some((own) => {
    const parts = endpointParts(own)
    return localnet ? parts.port === port : parts.host === host
  })
}

function isValidHost(scheme: string, host: string): boolean {
  const kind = SCHEMES.get(scheme)?.host
  if (kind === 'onion') return isOnionV3(host)
  if (kind === 'i2p') return isI2pHost(host)
  if (ipVersion(host) !== 0) return true
  const name = plainHost(host).replace(/\.$/, '')
  return name.length <= 253 && !name.endsWith('.onion') && !name.endsWith('.i2p')
}

/** Whether dialling an address needs an IPv6 route from this machine. */
export function isDirectIpv6(url: string): boolean {
  const { scheme, host } = endpointParts(url)
  return SCHEMES.get(scheme)?.host === 'machine' && host !== null && ipVersion(host) === 6
}
