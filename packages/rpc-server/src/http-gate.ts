/** Decides from a request's headers whether it gets in. Nothing of its body is read before. */
import type { IncomingHttpHeaders } from 'node:http'
import { isHostAllowed, isOriginAllowed, readCredentials, unsupportedBody } from './access.ts'
import type { HostPolicy } from './access.ts'
import { isSameSecret } from './cookie.ts'
import { HTTP_REFUSALS, needsCookie } from './http-answers.ts'
import type { HttpRefusal } from './http-answers.ts'
import type { HttpAccess } from './http-socket.ts'
import { rpcError } from '@dchat/rpc'

export interface GateRequest {
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

export interface GatePolicy extends HostPolicy {
  readonly allowedOrigins: readonly string[]
  /** Its last part is told to who has no cookie. */
  readonly cookiePath: string
}

/**
 * Undefined when it gets in. Order: where the request thinks it goes (Host), who made it (Origin), credentials, then the kind of
 * its body. Any content type will do: the cookie proves the caller, a page is stopped by its Origin. The hint at `GET /` needs no
 * cookie.
 */
export function findRefusal(request: GateRequest, access: HttpAccess, policy: GatePolicy): HttpRefusal | undefined {
  const { method, path, headers } = request
  if (access.checksHost && !isHostAllowed(headers.host, policy)) return HTTP_REFUSALS.host
  if (!isOriginAllowed(headers.origin, policy.allowedOrigins)) return HTTP_REFUSALS.origin
  const isHint = path === '/' && (method === 'GET' || method === 'HEAD')
  if (access.cookie !== undefined && !isHint) {
    const given = readCredentials(headers.authorization)
    if (given === undefined || !isSameSecret(given, access.cookie)) return needsCookie(policy.cookiePath)
  }
  if (method !== 'POST') return undefined
  const problem = unsupportedBody(headers)
  return problem === undefined ? undefined : { status: 415, error: rpcError('invalid_request', problem) }
}
