/** Who is never banned: manual peers and the IPs of `[net] never_ban`. Facts: docs/wire.md, Frame; docs/node.md, Ban. */
import { BlockList } from 'node:net'
import { NetError } from '../errors.ts'
import type { Settings } from '../settings.ts'
import { ipVersion, mappedIpv4, plainHost } from './address-kind.ts'
import { coversUrl, targetIp } from './ban-target.ts'

export class BanExemptions {
  readonly #ranges = new BlockList()
  /** Manual peers: few, so that they are searched one by one. */
  readonly #peers: Set<string>

  /** @throws {NetError} NET_SETTINGS_INVALID naming an entry of `neverBan` that is no IP or CIDR. */
  constructor(settings: Pick<Settings, 'neverBan' | 'peers'>) {
    for (const entry of settings.neverBan) this.#addRange(entry)
    this.#peers = new Set(settings.peers)
  }

  /** A peer became a manual one. @param url canonical */
  addPeer(url: string): void {
    this.#peers.add(url)
  }

  removePeer(url: string): void {
    this.#peers.delete(url)
  }

  /** Whether a target of a ban is a manual peer, its host, or an IP that is never banned. */
  hasTarget(target: string): boolean {
    const ip = targetIp(target)
    return [...this.#peers].some((peer) => coversUrl(target, peer)) || (ip !== undefined && this.hasIp(ip))
  }

  /** Whether a host is an IP that is never banned: asked besides, for one address of a larger target. */
  hasIp(host: string): boolean {
    const bare = mappedIpv4(host) ?? plainHost(host)
    const version = ipVersion(bare)
    return version !== 0 && this.#ranges.check(bare, version === 4 ? 'ipv4' : 'ipv6')
  }

  #addRange(entry: string): void {
    const [ip = '', prefix, ...rest] = entry.trim().split('/')
    const version = ipVersion(ip)
    const bits = version === 4 ? 32 : 128
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : bits + 1
    if (version === 0 || rest.length > 0 || length > bits) {
      throw new NetError('NET_SETTINGS_INVALID', { key: 'neverBan', reason: `"${entry}" is not an IP or CIDR` })
    }
    this.#ranges.addSubnet(plainHost(ip), length, version === 4 ? 'ipv4' : 'ipv6')
  }
}
