/** The parts of a canonical endpoint URL, cut out without parsing it again: lists do this for every address they hold. */

export interface EndpointParts {
  readonly scheme: string
  /** As the URL has it: IPv6 in brackets. null for a URL without one (`unix`). */
  readonly host: string | null
  readonly port: number | null
}

const AUTHORITY = /^([^:]+):\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d+))?/

/** @param url - in canonical form (`canonicalAddress`); anything else gives parts of no meaning, never an error. */
export function endpointParts(url: string): EndpointParts {
  const match = AUTHORITY.exec(url)
  if (match === null) return { scheme: url.slice(0, Math.max(0, url.indexOf(':'))), host: null, port: null }
  const [, scheme = '', host = '', port] = match
  return { scheme, host: host === '' ? null : host, port: port === undefined ? null : Number(port) }
}
