/** Why a URL is refused: the platform's parser says only that it is. Reasons as the url_error vectors spell them. */

/**
 * Longest host, in UTF-16 units, that is mapped to ASCII; a longer one is refused. No longer name can be resolved, and the
 * mapping takes quadratic time. A host that is ASCII already, as in every canonical URL, has no such limit.
 */
export const MAX_MAPPED_HOST_UNITS = 255
const MAPPED = /[%\u0080-\uffff]/

const LAST_LABEL_NUMERIC = /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i

/** Of a URL of a special scheme that did not parse. `rest` begins with the colon after the scheme. */
export function hostFault(rest: string): string {
  const { host, hasPort } = specialAuthority(rest)
  if (host === '') return 'empty host'
  if (host.startsWith('[')) return URL.canParse(`http://${host}/`) && hasPort ? 'invalid port number' : 'invalid IPv6 address'
  if (isTooLongToMap(host)) return 'invalid international domain name'
  if (URL.canParse(`http://${host}/`)) return 'invalid port number'
  return LAST_LABEL_NUMERIC.test(host) ? 'invalid IPv4 address' : 'invalid international domain name'
}

/** Whether the host of a URL of a special scheme exceeds MAX_MAPPED_HOST_UNITS. `rest` begins with the colon after the scheme. */
export function hasCostlyHost(rest: string): boolean {
  return rest.length > MAX_MAPPED_HOST_UNITS && isTooLongToMap(specialAuthority(rest).host)
}

/** Of a URL of any other scheme that did not parse. `rest` begins with the colon after the scheme. */
export function opaqueHostFault(rest: string): string {
  const { host, hasPort } = splitAuthority(rest.replace(/^:\/\//, '').split(/[/?#]/, 1)[0]!)
  if (host === '') return 'empty host'
  if (host.startsWith('[')) return URL.canParse(`x://${host}/`) && hasPort ? 'invalid port number' : 'invalid IPv6 address'
  return URL.canParse(`x://${host}/`) ? 'invalid port number' : 'invalid domain character'
}

function isTooLongToMap(host: string): boolean {
  return host.length > MAX_MAPPED_HOST_UNITS && MAPPED.test(host)
}

function specialAuthority(rest: string): { host: string; hasPort: boolean } {
  return splitAuthority(rest.replace(/^:[/\\]*/, '').split(/[/\\?#]/, 1)[0]!)
}

/** userinfo@host:port, of which only the first colon after a closing bracket can begin a port. */
function splitAuthority(authority: string): { host: string; hasPort: boolean } {
  const hostPort = authority.slice(authority.lastIndexOf('@') + 1)
  const hostEnd = hostPort.startsWith('[') ? hostPort.lastIndexOf(']') : 0
  const colon = hostEnd < 0 ? -1 : hostPort.indexOf(':', hostEnd)
  return colon < 0 ? { host: hostPort, hasPort: false } : { host: hostPort.slice(0, colon), hasPort: true }
}
