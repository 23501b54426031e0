/** Endpoint URLs in their canonical form. Wire: docs/wire.md, URL form; vectors: tooling/interop/vectors/codec.json. */
import { makeCodec } from './codec.ts'
import type { Codec } from './codec.ts'
import { SerialError } from './errors.ts'
import { hasCostlyHost, hostFault, opaqueHostFault } from './url-fault.ts'

/** A parsed endpoint URL. Two spellings of one endpoint have the same `canonical`. */
export interface Endpoint {
  /** The form that is sent, stored and compared. */
  readonly canonical: string
  /** Lower case, without the colon. */
  readonly scheme: string
  /** Normalised, IPv6 in brackets; null when there is none. Case is kept for schemes that are not special. */
  readonly host: string | null
  /** 0 to 65535; null when absent or the default of http, https, ws, wss or ftp. */
  readonly port: number | null
  /** Percent-encoded. At least `/` for special schemes. */
  readonly path: string
  /** Percent-encoded, empty when absent. Secret: not for logs. */
  readonly username: string
  /** Percent-encoded, empty when absent. Secret: not for logs. */
  readonly password: string
  /** Without the `?`; null when absent. */
  readonly query: string | null
  /** Without the `#`; null when absent. */
  readonly fragment: string | null
}

/** Schemes of the network that parse as http does, but have no default port. */
const SPECIAL_SCHEMES: ReadonlySet<string> = new Set([
  'tcp',
  'tcp+tls',
  'tor',
  'tor+tls',
  'nym',
  'nym+tls',
  'socks5',
  'socks5+tls',
])
/** Special everywhere; the platform knows their default ports. */
const SPECIAL_ON_THE_WEB: ReadonlySet<string> = new Set(['http', 'https', 'ws', 'wss', 'ftp'])
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/
const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`
const PORT = String.raw`(?:0|[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])`
/** Labels of lower case, the last of which is no number, and none in Punycode. */
const NAME = String.raw`(?![^:]*xn--)(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*`
/** What is canonical but for the slash, as nearly all addresses that nodes tell each other: the parser of the platform takes six times as long, and much memory. */
const PLAIN = new RegExp(String.raw`^(?:tcp|tor|nym|socks5)(?:\+tls)?://(?:(?:${OCTET}\.){3}${OCTET}|${NAME}):${PORT}(/?)$`)
/** Dropped by URL parsers wherever they stand. */
const TABS_AND_LINE_ENDS = /[\t\n\r]/g
const SPACE = 0x20

/**
 * Parses by the WHATWG rules with the schemes of the network counted as special: host in lower case and ASCII,
 * IP addresses normalised, an empty path made `/`. `i2p`, `quic` and `unix` are not special. No I/O, no name is resolved.
 * @throws SerialError SERIAL_BAD_URL with the reason
 */
export function parseUrl(text: string): Endpoint {
  const { scheme, parsed } = parse(text)
  const canonical = canonicalForm(scheme, parsed)
  const hash = canonical.indexOf('#')
  const beforeHash = hash < 0 ? canonical : canonical.slice(0, hash)
  const mark = beforeHash.indexOf('?')
  return {
    canonical,
    scheme,
    host: parsed.hostname === '' ? null : parsed.hostname,
    port: parsed.port === '' ? null : Number(parsed.port),
    path: parsed.pathname,
    username: parsed.username,
    password: parsed.password,
    query: mark < 0 ? null : beforeHash.slice(mark + 1),
    fragment: hash < 0 ? null : canonical.slice(hash + 1),
  }
}

/**
 * The one spelling under which `text` is sent, stored and compared.
 * @throws SerialError SERIAL_BAD_URL with the reason
 */
export function canonicalUrl(text: string): string {
  const plain = PLAIN.exec(text)
  if (plain !== null) return plain[1] === '' ? `${text}/` : text
  const { scheme, parsed } = parse(text)
  return canonicalForm(scheme, parsed)
}

/** As `string`, canonical both ways (docs/wire.md, *URL form*): another spelling decodes, and is written, in its canonical form. */
export const url: Codec<string> = makeCodec(
  1,
  (writer, value) => writer.string(canonicalUrl(value)),
  (reader) => canonicalUrl(reader.string()),
)

/** `parsed` has the scheme of a stand-in when the platform does not count `scheme` as special. */
function parse(text: string): { scheme: string; parsed: URL } {
  if (!text.isWellFormed()) throw bad(text, 'not well-formed text')
  const trimmed = trim(text)
  const scheme = SCHEME.exec(trimmed)?.[1]?.toLowerCase()
  if (scheme === undefined) throw bad(text, 'relative URL without a base')
  const rest = trimmed.slice(scheme.length)
  const isSpecial = SPECIAL_SCHEMES.has(scheme)
  const isWeb = SPECIAL_ON_THE_WEB.has(scheme)
  if ((isSpecial || isWeb) && hasCostlyHost(rest)) throw bad(text, hostFault(rest))
  if (!isSpecial) {
    const parsed = URL.parse(trimmed)
    if (parsed === null) throw bad(text, isWeb ? hostFault(rest) : opaqueHostFault(rest))
    return { scheme, parsed }
  }
  // Each stand-in hides its own default port, so a port that one of them shows is a port the text has.
  const parsed = URL.parse(`http${rest}`)
  if (parsed === null) throw bad(text, hostFault(rest))
  return { scheme, parsed: parsed.port === '' ? (URL.parse(`ftp${rest}`) ?? parsed) : parsed }
}

function canonicalForm(scheme: string, parsed: URL): string {
  return scheme + parsed.href.slice(parsed.protocol.length - 1)
}

/** As URL parsers do: without spaces and control characters around. A loop, as a regular expression takes quadratic time. */
function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= SPACE) start += 1
  while (end > start && text.charCodeAt(end - 1) <= SPACE) end -= 1
  return text.slice(start, end).replace(TABS_AND_LINE_ENDS, '')
}

function bad(text: string, reason: string): SerialError {
  return new SerialError('SERIAL_BAD_URL', { url: text, reason })
}
