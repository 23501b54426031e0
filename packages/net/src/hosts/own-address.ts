/** Whether an address leads to this node itself. Pure. */
import { endpointTarget, nodeHost } from './ban-target.ts'
import { endpointParts } from './endpoint.ts'

const LOOPBACK = /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/
/** What `localhost` stands for, and what all interfaces do when they are dialled. */
const MAIN_LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]'])
/** An address of all interfaces. */
const WILDCARD: ReadonlySet<string> = new Set(['0.0.0.0', '[::]'])

/**
 * Whether who dials `url` comes out at one of `own`, in whatever scheme. A node that listens on all interfaces has the loopback
 * ones too; which others the machine has is not looked up.
 * @param url - canonical, as are `own`
 */
export function leadsTo(url: string, own: readonly string[]): boolean {
  const target = endpointTarget(url)
  if (own.some((mine) => endpointTarget(mine) === target)) return true
  const host = nodeHost(url)
  if (host === null) return false
  const { port } = endpointParts(url)
  const isAnyName = host === 'localhost' || WILDCARD.has(host)
  return own.some((mine) => {
    const parts = endpointParts(mine)
    if (parts.host === null || parts.port !== port) return false
    return WILDCARD.has(parts.host) ? isAnyName || LOOPBACK.test(host) : isAnyName && MAIN_LOOPBACK.has(parts.host)
  })
}
