/** Decides from a request's headers whether it gets in. Nothing of its body is read before. */
import type { IncomingHttpHeaders } from 'node:http'
import { isHostAllowed, isOriginAllowed, readCredentials, unsupportedBody } from './access.ts'
import type { HostPolicy } from './access.ts'
import type { Entrance } from './entrance.ts'
import type { FailedAuths } from './failed-auths.ts'
import { HTTP_REFUSALS, failsTooOften, needsSecret } from './http-answers.ts'
import type { HttpRefusal } from './http-answers.ts'
import type { Keyring } from './keyring.ts'
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
}

/** `rights` are undefined for the few things that anybody may see. */
export type Verdict =
  | { readonly isIn: true; readonly rights: Rights | undefined }
  | { readonly isIn: false; readonly refusal: HttpRefusal }

/** What is told to who shows nothing: no secret is among it, and nothing that changes with who asks. */
const PUBLIC_PATHS: ReadonlySet<string> = new Set(['/', '/livez', '/readyz'])

/**
 * Order: where the request thinks it goes (Host), who made it (Origin), credentials, then the kind of its body. Any content type
 * will do: the secret proves the caller, a page is stopped by its Origin.
 */
export function judge(request: GateRequest, entrance: Entrance, policy: GatePolicy): Verdict {
  const { method, path, headers } = request
  if (entrance.checksHost && !isHostAllowed(headers.host, policy, entrance.isSecured ? 443 : 80))
    return refused(HTTP_REFUSALS.host)
  if (!isOriginAllowed(headers.origin, policy.allowedOrigins)) return refused(HTTP_REFUSALS.origin)
  if (PUBLIC_PATHS.has(path) && (method === 'GET' || method === 'HEAD')) return { isIn: true, rights: undefined }
  const given = readCredentials(headers.authorization)
  const rights = (given === undefined ? undefined : policy.keyring.find(given)) ?? (entrance.needsSecret ? undefined : OWNER)
  if (rights === undefined) return refused(given === undefined ? needsSecret(policy.cookiePath) : wrongSecret(entrance, policy))
  const problem = method === 'POST' ? unsupportedBody(headers) : undefined
  if (problem !== undefined) return refused({ status: 415, error: rpcError('invalid_request', problem) })
  return { isIn: true, rights }
}

function wrongSecret({ address }: Entrance, { failures, cookiePath }: GatePolicy): HttpRefusal {
  const waitMs = failures.note(address)
  return waitMs > 0 ? failsTooOften(waitMs) : needsSecret(cookiePath)
}

function refused(refusal: HttpRefusal): Verdict {
  return { isIn: false, refusal }
}
