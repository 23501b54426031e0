/** Addresses to listen on as files for the reference have them, and what is listened on. Facts: docs/wire.md, *Transports*. */
import type { Parsed, PlacedList } from '@dchat/config'
import { SCHEMES } from '@dchat/net'
import { isLoopbackHost } from '@dchat/rpc'
import { parseUrl } from '@dchat/serial'
import { parseListenAddress } from './values.ts'

export interface AcceptAddress {
  /** As the text has it. */
  readonly scheme: string
  /** Canonical, of a scheme that is listened on. Undefined when it is left out. */
  readonly url: string | undefined
  /** What differs from the text, for whoever wrote it. */
  readonly remark: string | undefined
}

/** The program of an overlay network that takes its connections and forwards them to a listener of this machine. */
interface Overlay {
  /** What is listened on in its place. */
  readonly scheme: string
  readonly forwarder: string
}

const TOR = 'the hidden service of your tor (torrc: HiddenServiceDir, HiddenServicePort)'
const I2P = 'a server tunnel of your I2P router'

/** The reference makes the hidden service itself; here its program does, and hands connections on over loopback. */
const OVERLAYS: ReadonlyMap<string, Overlay> = new Map([
  ['tor', { scheme: 'tcp', forwarder: TOR }],
  ['tor+tls', { scheme: 'tcp+tls', forwarder: TOR }],
  ['i2p', { scheme: 'tcp', forwarder: I2P }],
  ['i2p+tls', { scheme: 'tcp+tls', forwarder: I2P }],
])

/** An address to listen on; port 0 takes a free one. */
export function parseAcceptAddress(text: string): Parsed<AcceptAddress> {
  const parsed = parseListenAddress(text)
  if (!('value' in parsed)) return parsed
  const { scheme, host, port } = parseUrl(parsed.value)
  const { transport } = SCHEMES.get(scheme)!
  if (transport === 'listens') return { value: { scheme, url: parsed.value, remark: undefined } }
  if (transport === 'missing')
    return {
      value: { scheme, url: undefined, remark: `"${text}" is not listened on: ${scheme} is not available in this version` },
    }
  const overlay = OVERLAYS.get(scheme)
  if (overlay === undefined) {
    return { reason: `"${text}" cannot be listened on: ${scheme} is for dialling`, hint: insteadHint() }
  }
  return behindOverlay(text, { scheme, host: host ?? '', port: port ?? 0, overlay })
}

function insteadHint(): string {
  const listened = [...SCHEMES].flatMap(([name, { transport }]) => (transport === 'listens' ? [name] : []))
  const names = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(listened)
  return `listen with ${names}, or with tor or i2p behind a service of their programs`
}

interface OverlayAddress {
  readonly scheme: string
  readonly host: string
  readonly port: number
  readonly overlay: Overlay
}

/** Never an address that others reach directly: who asks for tor must not be found without it. */
function behindOverlay(text: string, { scheme, host, port, overlay }: OverlayAddress): Parsed<AcceptAddress> {
  const { forwarder } = overlay
  if (!isLoopbackHost(host)) {
    const hint = `write "${scheme}://127.0.0.1:${port}", and let ${forwarder} forward to it`
    return { reason: `"${text}" cannot be listened on: it is no loopback address`, hint }
  }
  const { canonical } = parseUrl(`${overlay.scheme}://${host}:${port}`)
  return { value: { scheme, url: canonical, remark: `"${text}" is listened on as ${canonical}: let ${forwarder} forward to it` } }
}

/** A warning for each address that is not listened on as its text says. */
export function acceptWarnings(list: PlacedList<AcceptAddress>): string[] {
  return list.items.flatMap(({ remark }, index) => (remark === undefined ? [] : list.remark(remark, index)))
}

/**
 * Whether all addresses of the lists can be listened on side by side; the same one twice is one listener.
 * @throws {ConfigError} {FlagError} at the first that cannot, naming the earlier one
 */
export function checkTogether(lists: readonly PlacedList<AcceptAddress>[]): void {
  const earlier: string[] = []
  for (const list of lists) {
    for (const [index, { url }] of list.items.entries()) {
      if (url === undefined) continue
      const other = earlier.find((one) => one !== url && collides(url, one))
      if (other !== undefined) throw list.error(`${url} and ${other} cannot be listened on together`, index)
      earlier.push(url)
    }
  }
}

/**
 * Whether two addresses, both canonical, cannot be listened on side by side: the same path, or the same port of the same
 * host or of all hosts of its family. Names are compared as they are; port 0 is never in the way.
 */
export function collides(first: string, second: string): boolean {
  const [a, b] = [parseUrl(first), parseUrl(second)]
  if (a.host === null || b.host === null) return a.scheme === b.scheme && a.path === b.path
  if (a.port !== b.port || a.port === 0) return false
  if (a.host === b.host) return true
  return [a.host, b.host].some((host, index) => isEveryHost(host) && familyOf(host) === familyOf(index === 0 ? b.host : a.host))
}

const isEveryHost = (host: string | null): boolean => host === '0.0.0.0' || host === '[::]'
/** A listener of all IPv6 addresses leaves the IPv4 ones alone. A name counts as IPv4. */
const familyOf = (host: string | null): 4 | 6 => (host?.startsWith('[') === true ? 6 : 4)
