/** What kind of host an address names: an IP or a name, global or local. Facts: docs/node.md, *Hosts*, "Local". */
import { BlockList, isIPv4, isIPv6 } from 'node:net'

type Range = readonly [network: string, prefix: number]

const LOCAL_IPV4: readonly Range[] = [
  ['0.0.0.0', 8], // this network, unspecified
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // shared
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarking
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 24], // multicast on the link
  ['239.0.0.0', 8], // multicast in an organisation
  ['240.0.0.0', 4], // reserved, broadcast
]

/** Global addresses inside local ranges. */
const GLOBAL_IPV4: readonly Range[] = [
  ['192.0.0.9', 32],
  ['192.0.0.10', 32],
]

/** Where global IPv6 addresses lie; everything else is reserved, private, link-local, loopback or mapped. */
const GLOBAL_IPV6: readonly Range[] = [
  ['2000::', 3], // global unicast
  ['64:ff9b::', 96], // translated IPv4, judged by the IPv4 address inside
  ['ff0e::', 16], // multicast of global scope
  ['ff1e::', 16],
  ['ff3e::', 16],
]

/** Local addresses inside global ranges. */
const LOCAL_IPV6: readonly Range[] = [
  ['2001::', 23], // protocol assignments, Teredo
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4, carries any IPv4 address
  ['3fff::', 20], // documentation
]

/** Global addresses inside the protocol assignments. */
const GLOBAL_ASSIGNMENTS: readonly Range[] = [
  ['2001:1::1', 128],
  ['2001:1::2', 128],
  ['2001:3::', 32],
  ['2001:4:112::', 48],
  ['2001:20::', 28],
  ['2001:30::', 28],
]

function rangeList(ranges: readonly Range[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family)
  return list
}

const localIpv4 = rangeList(LOCAL_IPV4, 'ipv4')
const globalIpv4 = rangeList(GLOBAL_IPV4, 'ipv4')
const globalIpv6 = rangeList(GLOBAL_IPV6, 'ipv6')
const localIpv6 = rangeList(LOCAL_IPV6, 'ipv6')
const globalAssignments = rangeList(GLOBAL_ASSIGNMENTS, 'ipv6')

/** The host without the brackets that URLs put around IPv6, and without a zone. */
export function plainHost(host: string): string {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  const zone = bare.indexOf('%')
  return zone !== -1 && isIPv6(bare) ? bare.slice(0, zone) : bare
}

/** 4 or 6 for an IP address (IPv6 with or without brackets), 0 for a name. */
export function ipVersion(host: string): 0 | 4 | 6 {
  const bare = plainHost(host)
  if (isIPv4(bare)) return 4
  return isIPv6(bare) ? 6 : 0
}

/** The eight 16-bit groups of an IPv6 address, or undefined for anything else. */
export function ipv6Groups(host: string): number[] | undefined {
  let bare = plainHost(host)
  if (!isIPv6(bare)) return undefined
  const dotted = bare.slice(bare.lastIndexOf(':') + 1)
  if (isIPv4(dotted)) {
    const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number)
    bare = `${bare.slice(0, -dotted.length)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  }
  const [before = '', after] = bare.split('::')
  const head = hexGroups(before)
  if (after === undefined) return head
  const tail = hexGroups(after)
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function hexGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}

/** The IPv4 address inside an IPv4-mapped one (`::ffff:a.b.c.d`), or undefined. */
export function mappedIpv4(host: string): string | undefined {
  const groups = ipv6Groups(host)
  if (groups === undefined || groups[5] !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return undefined
  return dottedTail(groups)
}

function dottedTail(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(6)
  return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`
}

function isGlobalIpv6(bare: string): boolean {
  if (!globalIpv6.check(bare, 'ipv6')) return false
  if (localIpv6.check(bare, 'ipv6')) return globalAssignments.check(bare, 'ipv6')
  const groups = ipv6Groups(bare)!
  return groups[0] !== 0x64 || isGlobalHost(dottedTail(groups))
}

/**
 * Whether a host can be meant for everyone: false for every IP address that is not global, IPv4-mapped ones,
 * `localhost`, names below it and `localhost.localdomain`; true for all other names.
 * @param host - as URLs have it, IPv6 with or without brackets.
 */
export function isGlobalHost(host: string): boolean {
  const bare = plainHost(host)
  if (isIPv4(bare)) return !localIpv4.check(bare, 'ipv4') || globalIpv4.check(bare, 'ipv4')
  if (isIPv6(bare)) return isGlobalIpv6(bare)
  const name = bare.toLowerCase().replace(/\.$/, '')
  return name !== 'localhost' && !name.endsWith('.localhost') && name !== 'localhost.localdomain'
}
