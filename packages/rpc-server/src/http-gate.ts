/** Decides from a request's headers whether it gets in. Nothing of its body is read before. */
import type { IncomingHttpHeaders } from 'node:http'
import { isHostAllowed, isOriginAllowed, originOf, readCredentials, readSubprotocol, unsupportedBody } from './access.ts'
import type { HostPolicy } from './access.ts'
import type { Entrance } from './entrance.ts'
import type { FailedAuths } from './failed-auths.ts'
import { HTTP_REFUSALS, failsTooOften, needsSecret } from './http-answers.ts'
import type { HttpRefusal } from './http-answers.ts'
import type { Keyring } from './keyring.ts'
import type { PagePasses } from './page-passes.ts'
import { OWNER } from './rights.ts'
import type { Rights } from './rights.ts'
import { rpcError } from '@dchat/rpc'

export interface GateRequest {
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

export interface GatePolicy extends HostPolicy {
  readonly allowedOrigins: readonly string[]
  /** Its last part is told to who has no secret. */
  readonly cookiePath: string
  readonly keyring: Keyring
  readonly failures: FailedAuths
  /** Who may look at the page of the network; undefined where there is none. */
  readonly passes: PagePasses | undefined
}

/** `rights` are undefined for the few things that anybody may see. */
export type Verdict =
  | { readonly isIn: true; readonly rights: Rights | undefined }
  /** A page was opened: the secret of its session. */
  | { readonly isIn: true; readonly rights: undefined; readonly session: string }
  | { readonly isIn: false; readonly refusal: HttpRefusal }

/** Where the page of the network is: a GET gives the page, a POST opens it. */
export const PAGE_PATH = '/net'

/** What is told to who shows nothing: no secret is among it, and nothing that changes with who asks. */
const PUBLIC_PATHS: ReadonlySet<string> = new Set(['/', '/livez', '/readyz', PAGE_PATH])

/**
 * Order: where the request thinks it goes (Host), who made it (Origin), credentials, then the kind of its body. Any content type
 * will do: the secret proves the caller, a page is stopped by its Origin. Our own page may show any secret to open a session, and
 * from then on gets in with that alone.
 */
export function judge(request: GateRequest, entrance: Entrance, policy: GatePolicy): Verdict {
  const { method, path, headers } = request
  if (entrance.checksHost && !isHostAllowed(headers.host, policy, entrance.isSecured ? 443 : 80))
    return refused(HTTP_REFUSALS.host)
  const isOwnPage = isOfOurPage(headers, entrance, policy)
  if (!isOwnPage && !isOriginAllowed(headers.origin, policy.allowedOrigins)) return refused(HTTP_REFUSALS.origin)
  if (PUBLIC_PATHS.has(path) && (method === 'GET' || method === 'HEAD')) return { isIn: true, rights: undefined }
  const given =
    readCredentials(headers.authorization) ?? (path === '/ws' ? readSubprotocol(headers['sec-websocket-protocol']) : undefined)
  if (path === PAGE_PATH && method === 'POST' && policy.passes !== undefined) return openPage(given, entrance, policy)
  const rights = rightsOf(given, isOwnPage, policy) ?? (entrance.needsSecret ? undefined : OWNER)
  if (rights === undefined && isOwnPage) return refused(HTTP_REFUSALS.origin)
  if (rights === undefined) return refuseSecret(given, entrance, policy)
  const problem = method === 'POST' ? unsupportedBody(headers) : undefined
  if (problem !== undefined) return refused({ status: 415, error: rpcError('invalid_request', problem) })
  return { isIn: true, rights }
}

/** Where the Host is not checked, anybody could have made our own Origin. */
function isOfOurPage({ host, origin }: IncomingHttpHeaders, entrance: Entrance, { passes, allowedOrigins }: GatePolicy): boolean {
  if (passes === undefined || host === undefined || !entrance.checksHost) return false
  return origin === originOf(host, entrance.isSecured) && !allowedOrigins.includes(origin)
}

function rightsOf(given: string | undefined, isOwnPage: boolean, { keyring, passes }: GatePolicy): Rights | undefined {
  if (given === undefined) return undefined
  return (isOwnPage ? undefined : keyring.find(given)) ?? passes?.find(given)
}

/** The owner of a Unix socket shows a secret here too: what reaches it in a browser came through a proxy. */
function openPage(given: string | undefined, entrance: Entrance, policy: GatePolicy): Verdict {
  const session = given === undefined ? undefined : policy.passes?.open(given, policy.keyring.find(given))
  return session === undefined ? refuseSecret(given, entrance, policy) : { isIn: true, rights: undefined, session }
}

function refuseSecret(given: string | undefined, entrance: Entrance, policy: GatePolicy): Verdict {
  return refused(given === undefined ? needsSecret(policy.cookiePath) : wrongSecret(entrance, policy))
}

function wrongSecret({ address }: Entrance, { failures, cookiePath }: GatePolicy): HttpRefusal {
  const waitMs = failures.note(address)
  return waitMs > 0 ? failsTooOften(waitMs) : needsSecret(cookiePath)
}

function refused(refusal: HttpRefusal): Verdict {
  return { isIn: false, refusal }
}
