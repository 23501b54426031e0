/** Addresses as peers, files and people write them. Wire: docs/wire.md, *URL form*. */
import { isNetError, routeOfUrl } from '@dchat/net'
import { endpointParts, parseBanTarget } from '@dchat/net/internal'
import { RpcAddressError, formatRpcAddress, parseRpcAddress } from '@dchat/rpc'
import { canonicalUrl, isSerialError, parseUrl } from '@dchat/serial'
import type { Endpoint } from '@dchat/serial'
import { TAKEN, attempt, must } from '../fuzz-target.ts'
import type { FuzzTarget } from '../fuzz-target.ts'
import { vectorsOf } from '../recorded-bytes.ts'

const KNOWN_SCHEMES: ReadonlySet<string> = new Set(['tcp', 'tcp+tls', 'tor', 'i2p', 'unix', 'socks5', 'nym+tls', 'http', 'file'])

const badUrl = (error: unknown): string | undefined => (isSerialError(error, 'SERIAL_BAD_URL') ? error.data.reason : undefined)
const badRoute = (error: unknown): string | undefined => (isNetError(error, 'NET_DIAL_FAILED') ? 'no route' : undefined)
const badTarget = (error: unknown): string | undefined => (isNetError(error, 'NET_ADDRESS_INVALID') ? 'no target' : undefined)
const badAddress = (error: unknown): string | undefined => (error instanceof RpcAddressError ? 'no RPC address' : undefined)

function checkEndpoint(endpoint: Endpoint): void {
  const { canonical, scheme, host, port } = endpoint
  must(canonicalUrl(canonical) === canonical, () => `the canonical form ${canonical} has another: ${canonicalUrl(canonical)}`)
  const parts = JSON.stringify(endpointParts(canonical))
  must(
    parts === JSON.stringify({ scheme, host, port }),
    () => `${canonical} is ${JSON.stringify({ scheme, host, port })}, cut out ${parts}`,
  )
  attempt(() => routeOfUrl(canonical), badRoute)
}

function checkTarget(text: string): boolean {
  const parsed = attempt(() => parseBanTarget(text), badTarget)
  if ('refused' in parsed) return false
  const again = attempt(() => parseBanTarget(parsed.value), badTarget)
  must('value' in again && again.value === parsed.value, () => `the target ${parsed.value} is read as another`)
  return true
}

function checkRpcAddress(text: string): boolean {
  const parsed = attempt(() => parseRpcAddress(text), badAddress)
  if ('refused' in parsed) return false
  const again = parseRpcAddress(formatRpcAddress(parsed.value))
  must(JSON.stringify(again) === JSON.stringify(parsed.value), 'an RPC address is written otherwise than it is read')
  return true
}

export const URLS: FuzzTarget = {
  name: 'urls',
  share: 10,
  maxBytes: 4_096,
  pieces: [
    ...['tcp://', 'tcp+tls://', 'i2p://', 'unix:///', 'socks5://', 'tor:', 'http://', 'file:', 'nym+tls:/', 'http+tcp://', 'x:'],
    ...[
      '/',
      ':',
      '@',
      '[',
      ']',
      '?',
      '#',
      '\\',
      '%',
      '%00',
      '%2e',
      '..',
      '/.//',
      '[::1]',
      '[::ffff:1.2.3.4]',
      '[fe80::1%25eth0]',
    ],
    ...['0x7f.1', '127.1', '65536', ':80', ':21', ':0', 'xn--', 'ÄÖ', 'ß', '。', '\u00ad', 'u:p@', ' ', '/64', '/32'],
  ].map((text) => Buffer.from(text)),
  seeds: () => {
    const { cases } = vectorsOf<{ cases: { type: string; value: unknown }[] }>('codec')
    const recorded = cases.filter(({ type }) => type.startsWith('url')).map(({ value }) => String(value))
    const own = [
      'socks5://127.0.0.1:9050/abc.onion:80',
      'unix:///run/dchat.sock',
      'http+tcp://[::1]:51054',
      '20.0.0.1:80',
      '2001:db8::/64',
    ]
    return [...recorded, ...own].map((text) => Buffer.from(text))
  },
  open: () => ({
    tryOut: (input) => {
      const text = input.toString()
      const others = `${checkTarget(text) ? ', target' : ''}${checkRpcAddress(text) ? ', RPC' : ''}`
      const parsed = attempt(() => parseUrl(text), badUrl)
      const canonical = attempt(() => canonicalUrl(text), badUrl)
      if ('refused' in parsed || 'refused' in canonical) {
        must(JSON.stringify(parsed) === JSON.stringify(canonical), 'one reader refuses what the other takes')
        return `${'refused' in parsed ? parsed.refused : ''}${others}`
      }
      must(parsed.value.canonical === canonical.value, 'two canonical forms')
      checkEndpoint(parsed.value)
      return `${TAKEN} ${KNOWN_SCHEMES.has(parsed.value.scheme) ? parsed.value.scheme : 'other scheme'}${others}`
    },
  }),
}
