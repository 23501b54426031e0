/** Why a URL was refused: the platform's parser says only that it was. Reasons as the url_error vectors spell them. */

const LAST_LABEL_NUMERIC = /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i

/** Of a URL of a special scheme that did not parse. `rest` begins with the colon after the scheme. */
export function hostFault(rest: string): string {
  const { host, hasPort } = splitAuthority(rest.replace(/^:[/\\]*/, '').split(/[/\\?#]/, 1)[0]!)
  if (host === '') return 'empty host'
  if (host.startsWith('[')) return URL.canParse(`http://${host}/`) && hasPort ? 'invalid port number' : 'invalid IPv6 address'
  if (URL.canParse(`http://${host}/`)) return 'invalid port number'
  return LAST_LABEL_NUMERIC.test(host) ? 'invalid IPv4 address' : 'invalid international domain name'
}

/** Of a URL of any other scheme that did not parse. `rest` begins with the colon after the scheme. */
export function opaqueHostFault(rest: string): string {
  const { host, hasPort } = splitAuthority(rest.replace(/^:\/\//, '').split(/[/?#]/, 1)[0]!)
  if (host === '') return 'empty host'
  if (host.startsWith('[')) return URL.canParse(`x://${host}/`) && hasPort ? 'invalid port number' : 'invalid IPv6 address'
  return URL.canParse(`x://${host}/`) ? 'invalid port number' : 'invalid domain character'
}

/** userinfo@host:port, of which only the first colon after a closing bracket can begin a port. */
function splitAuthority(authority: string): { host: string; hasPort: boolean } {
  const hostPort = authority.slice(authority.lastIndexOf('@') + 1)
  const colon = hostPort.indexOf(':', Math.max(0, hostPort.startsWith('[') ? hostPort.lastIndexOf(']') : 0))
  const isOpenBracket = hostPort.startsWith('[') && !hostPort.includes(']')
  if (colon < 0 || isOpenBracket) return { host: hostPort, hasPort: false }
  return { host: hostPort.slice(0, colon), hasPort: true }
}
