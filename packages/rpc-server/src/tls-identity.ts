/** The certificate a server shows: the operator's, or one made at its start; its fingerprint lies where local clients find it. */
import { X509Certificate } from 'node:crypto'
import { removeIfHolds, writeWhole } from '@dchat/system'
import { RpcServerError } from './errors.ts'
import type { RpcTls } from './server-options.ts'

export interface TlsIdentityOptions {
  /** The operator's, the certificate with its chain; undefined for one made for `hosts`, new each time. */
  readonly given: RpcTls | undefined
  /** Names and addresses a certificate that is made is good for, beside those of loopback. */
  readonly hosts: readonly string[]
  /** Where the fingerprint is written, mode 0600. */
  readonly fingerprintPath: string
}

export interface TlsIdentity extends RpcTls {
  /** SHA-256 of the certificate, 64 hex digits. */
  readonly fingerprint: string
  /** Takes the fingerprint's file away, unless another start has replaced it since. */
  remove(): void
}

/**
 * Call it before listening, and again to take over another.
 * @throws {RpcServerError} RPC_TLS_INVALID
 * @throws the file system's error, when the fingerprint cannot be written
 */
export async function tlsIdentity({ given, hosts, fingerprintPath }: TlsIdentityOptions): Promise<TlsIdentity> {
  const pair = given ?? (await makeCertificate(hosts))
  const fingerprint = fingerprintOf(pair)
  const text = `${fingerprint}\n`
  writeWhole(fingerprintPath, text, 0o600)
  return { ...pair, fingerprint, remove: () => removeIfHolds(fingerprintPath, text) }
}

function fingerprintOf({ cert }: RpcTls): string {
  try {
    return new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase()
  } catch (cause) {
    throw new RpcServerError('RPC_TLS_INVALID', { reason: (cause as Error).message }, { cause })
  }
}

async function makeCertificate(hosts: readonly string[]): Promise<RpcTls> {
  const { selfSigned } = await import('./self-signed.ts')
  return selfSigned(hosts)
}
