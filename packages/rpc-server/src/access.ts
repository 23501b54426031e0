/** Who may speak HTTP and WebSocket with us: pure checks of headers, made before anything else of a request is looked at. */
import { isLoopbackHost } from '@dchat/rpc'

export interface HostPolicy {
  /** Ports we listen on. */
  readonly ports: ReadonlySet<number>
  /** Further names, as `name` (any port) or `name:port`. */
  readonly allowedHosts: readonly string[]
}

/**
 * Whether a `Host` header names us: a literal loopback address or `localhost`, with one of our ports, or a listed name. A web
 * page whose name was made to resolve to 127.0.0.1 sends its own name and is refused.
 * @param defaultPort of a header that names none
 */
export function isHostAllowed(header: string | undefined, policy: HostPolicy, defaultPort = 80): boolean {
  if (header === undefined) return false
  const match = /^(\[[0-9a-f:.]+\]|[^\s:[\]/?#@]+)(?::([0-9]{1,5}))?$/i.exec(header)
  if (match === null) return false
  const [, rawHost = '', port] = match
  const host = rawHost.toLowerCase()
  if (policy.allowedHosts.some((allowed) => allowed.toLowerCase() === host || allowed.toLowerCase() === header.toLowerCase()))
    return true
  return isLoopbackHost(host) && policy.ports.has(port === undefined ? defaultPort : Number(port))
}

/** Programs send no `Origin`; what sends one is a web page, and only listed ones are let in. `null` counts as a page. */
export function isOriginAllowed(header: string | undefined, allowedOrigins: readonly string[]): boolean {
  return header === undefined || allowedOrigins.includes(header)
}

/** The `Origin` that pages have which are served at this `Host`. */
export function originOf(host: string, isSecured: boolean): string {
  return `${isSecured ? 'https' : 'http'}://${host.toLowerCase()}`
}

/**
 * The secret among the subprotocols that a WebSocket offers, as `bearer.SECRET`: a page can set no other header. Another has to be
 * offered before it, which is the one that is taken.
 */
export function readSubprotocol(header: string | undefined): string | undefined {
  return /^[\w.-]+ *,(?:.*,)? *bearer\.([\w.~+-]+) *(?:,|$)/.exec(header ?? '')?.[1]
}

/** The secret of an `Authorization` header: the token of Bearer, the password of Basic with any user name. */
export function readCredentials(header: string | undefined): string | undefined {
  const match = /^(bearer|basic) +([A-Za-z0-9+/=._~-]+) *$/i.exec(header ?? '')
  if (match === null) return undefined
  const [, scheme = '', value = ''] = match
  if (scheme.toLowerCase() === 'bearer') return value
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon === -1 ? undefined : pair.slice(colon + 1)
}

/** Why a body cannot be read, or undefined when it can: JSON is UTF-8, and nothing is unpacked. */
export function unsupportedBody(headers: {
  'content-type'?: string | undefined
  'content-encoding'?: string | undefined
}): string | undefined {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return 'the body must not be compressed'
  const type = (headers['content-type'] ?? '').toLowerCase()
  if (type.startsWith('multipart/')) return 'the body must be JSON, not a form with parts'
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/.exec(type)?.[1]
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' ? undefined : 'the body must be UTF-8'
}
