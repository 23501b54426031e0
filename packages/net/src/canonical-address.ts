/** The one spelling of an address that settings, lists and callers may spell in several ways. */
import { parseUrl } from '@dchat/serial'
import { SCHEMES } from './schemes.ts'

/** What stands before the host, then the host and its port, then the rest. */
const AUTHORITY = /^([^:]+:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/

/**
 * As `canonicalUrl`, and where that leaves a host and an empty path as they are (i2p, and schemes that only the program knows):
 * the host in lower case, and no path where there is only a `/`. RFC 3986, 6.2, has both as the same for every scheme.
 * @throws SerialError SERIAL_BAD_URL with the reason
 */
export function canonicalAddress(text: string): string {
  const { canonical, scheme, host } = parseUrl(text)
  if (host === null || !isOpaque(scheme)) return canonical
  const [, before = '', authority = '', rest = ''] = AUTHORITY.exec(canonical) ?? []
  return `${before}${authority.toLowerCase()}${rest === '/' ? '' : rest}`
}

/** Of a scheme that is not in the table, what parsing does tells. */
function isOpaque(scheme: string): boolean {
  return SCHEMES.get(scheme)?.isOpaque ?? parseUrl(`${scheme}://host`).path === ''
}
