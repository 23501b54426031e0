/** Who is never banned: manual peers and the IPs of `[net] never_ban`. Facts: docs/wire.md, Frame; docs/node.md, Ban. */
import { BlockList } from 'node:net'
import { NetError } from '../errors.ts'
import type { Settings } from '../settings.ts'
import { ipVersion, mappedIpv4, plainHost } from './address-kind.ts'
import { coversUrl, targetIp } from './ban-target.ts'

export class BanExemptions {
  #ranges: BlockList
  /** Manual peers: few, so that they are searched one by one. */
  #configured: readonly string[]
  readonly #byHand = new Set<string>()

  /** @throws NetError NET_SETTINGS_INVALID naming an entry of `neverBan` that is no IP or CIDR. */
  constructor(settings: Pick<Settings, 'neverBan' | 'peers'>) {
    this.#ranges = rangesOf(settings.neverBan)
    this.#configured = settings.peers
  }

  /** Takes over other settings; peers added by `addPeer` stay. @throws as the constructor, and then changes nothing. */
  reload(settings: Pick<Settings, 'neverBan' | 'peers'>): void {
    this.#ranges = rangesOf(settings.neverBan)
    this.#configured = settings.peers
  }

  /** A peer became a manual one. @param url - canonical */
  addPeer(url: string): void {
    this.#byHand.add(url)
  }

  removePeer(url: string): void {
    this.#byHand.delete(url)
  }

  /** Whether a peer is a manual one. @param url - canonical */
  hasPeer(url: string): boolean {
    return this.#configured.includes(url) || this.#byHand.has(url)
  }

  /** Whether a target of a ban is a manual peer, its host, or an IP that is never banned. */
  hasTarget(target: string): boolean {
    const ip = targetIp(target)
    return [...this.#configured, ...this.#byHand].some((peer) => coversUrl(target, peer)) || (ip !== undefined && this.hasIp(ip))
  }

  /** Whether a host is an IP that is never banned: asked besides, for one address of a larger target. */
  hasIp(host: string): boolean {
    const bare = mappedIpv4(host) ?? plainHost(host)
    const version = ipVersion(bare)
    return version !== 0 && this.#ranges.check(bare, version === 4 ? 'ipv4' : 'ipv6')
  }
}

function rangesOf(entries: readonly string[]): BlockList {
  const ranges = new BlockList()
  for (const entry of entries) addRange(ranges, entry)
  return ranges
}

function addRange(ranges: BlockList, entry: string): void {
  const [ip = '', prefix, ...rest] = entry.trim().split('/')
  const version = ipVersion(ip)
  const bits = version === 4 ? 32 : 128
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : bits + 1
  if (version === 0 || rest.length > 0 || length > bits) {
    throw new NetError('NET_SETTINGS_INVALID', { key: 'neverBan', reason: `"${entry}" is not an IP or CIDR` })
  }
  ranges.addSubnet(plainHost(ip), length, version === 4 ? 'ipv4' : 'ipv6')
}
