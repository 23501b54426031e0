/**
 * Every scheme of endpoints, and all that is known of each: a scheme that is added is a row here, and a transport in
 * transports/transport-table.ts if there is one. Wire: docs/wire.md, *Transports*.
 */

/** One way to dial the addresses of a scheme in `mixedProfiles`: over another scheme, where that is active. */
export interface Carrier {
  /** The scheme that carries: one with TLS for one with TLS. */
  readonly scheme: string
  /** The setting with the proxy that the carrying address begins with, as the scheme has none of its own. @default none */
  readonly proxy?: 'nymSocks5Proxy' | 'torSocks5Proxy'
}

/** What is known of a scheme. Source: docs/wire.md, *Transports*. */
export interface EndpointScheme {
  /**
   * What this library does with its addresses: it listens on them and dials them, or dials alone. `missing`: files of the
   * reference name the scheme, and there is no transport for it. `none`: it stands in the list of the wire, and nowhere else.
   */
  readonly transport: 'dials' | 'listens' | 'missing' | 'none'
  /** What the host in its addresses is: a machine, a name of an overlay network, a proxy before the destination, or not there. */
  readonly host: 'i2p' | 'machine' | 'none' | 'nym' | 'onion' | 'proxy'
  /** Whether `parseUrl` leaves its hosts in the case they have and its empty paths empty. */
  readonly isOpaque: boolean
  /** Whether it hides who dials, which takes time: its channels have the times of `ANONYMITY_PROFILE`. */
  readonly isSlow: boolean
  /** Its place, from 1, in the wire's list of schemes that are told to peers, the order of answers. @default never told */
  readonly told?: number
  /** Whether its addresses are taken from peers. */
  readonly isTaken: boolean
  /** What its addresses are carried over, in the order it is tried. */
  readonly over: readonly Carrier[]
}

const TOR_PROXY: Carrier = { scheme: 'socks5', proxy: 'torSocks5Proxy' }
const NYM_PROXY: Carrier = { scheme: 'socks5', proxy: 'nymSocks5Proxy' }
const ALL: readonly Carrier[] = [{ scheme: 'tor' }, { scheme: 'nym' }, TOR_PROXY, NYM_PROXY]

const tls = (carriers: readonly Carrier[]): Carrier[] => carriers.map((each) => ({ ...each, scheme: `${each.scheme}+tls` }))

const ROWS: Readonly<Record<string, EndpointScheme>> = {
  tcp: { transport: 'listens', host: 'machine', isOpaque: false, isSlow: false, told: 3, isTaken: true, over: ALL },
  'tcp+tls': { transport: 'listens', host: 'machine', isOpaque: false, isSlow: false, told: 8, isTaken: true, over: tls(ALL) },
  tls: { transport: 'none', host: 'machine', isOpaque: true, isSlow: false, told: 2, isTaken: true, over: [] },
  tor: { transport: 'dials', host: 'onion', isOpaque: false, isSlow: true, told: 1, isTaken: true, over: [TOR_PROXY] },
  'tor+tls': { transport: 'dials', host: 'onion', isOpaque: false, isSlow: true, told: 6, isTaken: true, over: tls([TOR_PROXY]) },
  i2p: { transport: 'dials', host: 'i2p', isOpaque: true, isSlow: true, told: 5, isTaken: true, over: [] },
  'i2p+tls': { transport: 'dials', host: 'i2p', isOpaque: true, isSlow: true, told: 9, isTaken: true, over: [] },
  nym: { transport: 'dials', host: 'nym', isOpaque: false, isSlow: true, told: 4, isTaken: false, over: [] },
  'nym+tls': { transport: 'dials', host: 'nym', isOpaque: false, isSlow: true, told: 7, isTaken: false, over: [] },
  socks5: { transport: 'dials', host: 'proxy', isOpaque: false, isSlow: true, isTaken: false, over: [] },
  'socks5+tls': { transport: 'dials', host: 'proxy', isOpaque: false, isSlow: true, isTaken: false, over: [] },
  quic: { transport: 'missing', host: 'machine', isOpaque: true, isSlow: false, isTaken: false, over: [] },
  unix: { transport: 'listens', host: 'none', isOpaque: true, isSlow: false, isTaken: false, over: [] },
}

/** Every scheme that endpoints of the network may have, in the order in which people are told of them. */
export const SCHEMES: ReadonlyMap<string, EndpointScheme> = new Map(Object.entries(ROWS))

/** Schemes that may be told to peers, in the order of the wire. @internal */
export const SHAREABLE_SCHEMES: readonly string[] = [...SCHEMES]
  .flatMap(([name, { told }]) => (told === undefined ? [] : [{ name, told }]))
  .sort((one, other) => one.told - other.told)
  .map(({ name }) => name)
