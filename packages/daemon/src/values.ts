/** What the texts of flags and configuration files stand for. Pure: a reason comes back, the caller knows the place. */
import { isIP } from 'node:net'
import type { Parsed } from '@dchat/config'
import { isI2pHost, isNetError, isOnionV3, routeOfUrl, SCHEMES } from '@dchat/net'
import { isSerialError, parseUrl } from '@dchat/serial'
import { parseRpcAddress, RpcAddressError } from '@dchat/rpc'
import type { RpcAddress } from '@dchat/rpc'
import { nearestName } from '@dchat/system'

/** Every scheme that a configuration may name (docs/wire.md, *Transports*), dialled here or not. */
export const CONFIG_SCHEMES: readonly string[] = [...SCHEMES].flatMap(([name, { transport }]) =>
  transport === 'none' ? [] : [name],
)

const ENDPOINT_HINT = 'write it as "tcp://host:port"'

/** A peer's or seed's address, in its canonical form: one that can be dialled, as far as its text tells. */
export function parseEndpoint(text: string): Parsed<string> {
  return checked(endpoint(text, { minPort: 1 }), (canonical) => overlayFault(text, canonical) ?? routeFault(text, canonical))
}

/** An address under which others reach this node, in its canonical form; port 0 is the one listened on. */
export function parseExternalAddress(text: string): Parsed<string> {
  return checked(parseListenAddress(text), (canonical) => {
    if (parseUrl(canonical).host !== '0.0.0.0') return overlayFault(text, canonical)
    return { reason: `"${text}" is no address that others can reach`, hint: 'write the IPv4 address or name they know you by' }
  })
}

/** An address to listen on, in its canonical form; port 0 takes a free one. */
export function parseListenAddress(text: string): Parsed<string> {
  return endpoint(text, { minPort: 0 })
}

/** Nothing of such an address is repeated: what stands before the host may be a password. */
const WITH_USER = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i
const USER_FAULT = 'an address with a user or a password: nobody logs in at one'

function endpoint(text: string, { minPort }: { minPort: number }): Parsed<string> {
  if (WITH_USER.test(text)) return { reason: USER_FAULT, hint: ENDPOINT_HINT }
  const scheme = /^([a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) return { reason: `"${text}" is not a URL`, hint: ENDPOINT_HINT }
  const known = parseScheme(scheme)
  if (!('value' in known)) return known
  try {
    const { canonical, host, port, path } = parseUrl(text)
    if (SCHEMES.get(scheme)?.host === 'none') {
      if (host === null && path.length > 1) return { value: canonical }
      return { reason: `"${text}" needs the absolute path of a socket`, hint: 'write it as "unix:///path"' }
    }
    if (port === null) return { reason: `"${text}" has no port`, hint: ENDPOINT_HINT }
    return port >= minPort ? { value: canonical } : { reason: `"${text}" needs a port from 1 to 65535` }
  } catch (error) {
    if (isSerialError(error, 'SERIAL_BAD_URL'))
      return { reason: `"${text}" is not a valid address: ${error.data.reason}`, hint: ENDPOINT_HINT }
    throw error
  }
}

type Fault = { readonly reason: string; readonly hint?: string }

function checked(parsed: Parsed<string>, faultOf: (canonical: string) => Fault | undefined): Parsed<string> {
  return 'value' in parsed ? (faultOf(parsed.value) ?? parsed) : parsed
}

/** Names of overlay networks that prove themselves, and do not. Other hosts may be reached through an exit of the overlay. */
function overlayFault(text: string, canonical: string): Fault | undefined {
  const { scheme, host } = parseUrl(canonical)
  const name = host?.toLowerCase() ?? ''
  const kind = SCHEMES.get(scheme)?.host
  if (kind === 'onion' && name.endsWith('.onion') && !isOnionV3(name))
    return { reason: `"${text}" has no valid onion name`, hint: 'a v3 onion service has 56 letters and digits before ".onion"' }
  if (kind === 'i2p' && name.endsWith('.b32.i2p') && !isI2pHost(name))
    return { reason: `"${text}" has no valid I2P name`, hint: 'a b32 address has 52 letters and digits before ".b32.i2p"' }
  return undefined
}

/** Where a proxy is named in the address, the destination has to be, too. */
function routeFault(text: string, canonical: string): Fault | undefined {
  const { scheme } = parseUrl(canonical)
  if (SCHEMES.get(scheme)?.host !== 'proxy') return undefined
  try {
    routeOfUrl(canonical)
    return undefined
  } catch (error) {
    if (!isNetError(error, 'NET_DIAL_FAILED')) throw error
    const hint = `write it as "${scheme}://proxy:port/host:port"`
    return { reason: `"${text}" has no destination behind the proxy`, hint }
  }
}

/**
 * A SOCKS5 proxy, in its canonical form: host and port alone, as nobody logs in at it.
 * @param example one that is right, for the hint
 */
export function parseProxy(example: string): (text: string) => Parsed<string> {
  const asIn = `"${example.replace(/\/$/, '')}"`
  return (text) => {
    if (WITH_USER.test(text)) return { reason: USER_FAULT, hint: `write it as ${asIn}` }
    const given = /^([a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase()
    if (given !== undefined && given !== 'socks5')
      return { reason: `"${text}" is not a SOCKS5 proxy`, hint: `the proxy must be socks5://, as in ${asIn}` }
    const hint = `write it as ${asIn}`
    const parsed = endpoint(text, { minPort: 1 })
    if (!('value' in parsed)) return { reason: parsed.reason, hint }
    const { host, port } = parseUrl(parsed.value)
    return parsed.value === `socks5://${host}:${port}/` ? parsed : { reason: `"${text}" has more than a host and a port`, hint }
  }
}

/** A transport's name, as in `active_profiles`. */
export function parseScheme(text: string): Parsed<string> {
  if (CONFIG_SCHEMES.includes(text)) return { value: text }
  const nearest = nearestName(text, CONFIG_SCHEMES)
  return {
    reason: `"${text}" is not a transport`,
    hint: nearest === undefined ? `there are ${CONFIG_SCHEMES.join(', ')}` : `did you mean "${nearest}"?`,
  }
}

/** An IP address, or a network as `address/prefix`. */
export function parseIpOrCidr(text: string): Parsed<string> {
  const hint = 'write an IP address or a network such as "192.168.0.0/16" or "fd00::/8"'
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return { reason: `"${text}" is not an IP address or network`, hint }
  const maxPrefix = version === 4 ? 32 : 128
  if (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= maxPrefix)) {
    return { reason: `"${text}" needs a prefix from 0 to ${maxPrefix}`, hint }
  }
  return { value: text }
}

/** An Origin header to let in: `scheme://host[:port]`, nothing after it. */
export function parseOrigin(text: string): Parsed<string> {
  const hint = 'write it as "https://host" or "https://host:port"'
  if (!URL.canParse(text)) return { reason: `"${text}" is not an origin`, hint }
  const { origin } = new URL(text)
  return origin === text.toLowerCase() && origin !== 'null' ? { value: origin } : { reason: `"${text}" is not an origin`, hint }
}

/** A Host header to let in: a name or IP address, without scheme; a port is allowed and then has to match. */
export function parseHost(text: string): Parsed<string> {
  const hint = 'write it as "host" or "host:port"'
  if (!/^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/.test(text)) return { reason: `"${text}" is not a host name`, hint }
  return { value: text.toLowerCase() }
}

/** `rpc_listen`: an address as `parseRpcAddress` takes it, or "" for none. */
export function parseRpcListen(text: string): Parsed<RpcAddress | undefined> {
  if (text === '') return { value: undefined }
  try {
    return { value: parseRpcAddress(text) }
  } catch (error) {
    if (error instanceof RpcAddressError) return { reason: `"${error.data.address}": ${error.data.reason}` }
    throw error
  }
}
