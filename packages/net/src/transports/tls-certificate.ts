/** The certificate a node shows. Wire: docs/wire.md, *Transports*, `tcp+tls`. It proves no identity, so each start makes another. */
import type { webcrypto } from 'node:crypto'
import 'reflect-metadata'

/** Both as PEM. */
export interface TlsIdentity {
  readonly cert: string
  readonly key: string
}

export interface CertificateOptions {
  /** The DNS names it is good for. */
  readonly names: readonly string[]
  /** As WebCrypto takes it. @default Ed25519 */
  readonly algorithm?: { name: string; [parameter: string]: unknown }
}

/** Nobody looks at the dates; they only have to be such that a careful peer would not mind. */
const DAY_MS = 86_400_000
const VALID_DAYS = 365

/** Makes a key and a self-signed certificate for it, good for both sides of a connection. Nothing is written anywhere. */
export async function makeTlsIdentity(options: CertificateOptions): Promise<TlsIdentity> {
  // Not before reflect-metadata has run, which x509 asks for: what a bundle takes in runs after what it imports.
  const x509 = await import('./x509.ts')
  const algorithm = options.algorithm ?? { name: 'Ed25519' }
  const { subtle } = globalThis.crypto
  const keys = (await subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  const nowMs = Date.now()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    keys,
    signingAlgorithm: algorithm as never,
    notBefore: new Date(nowMs - DAY_MS),
    notAfter: new Date(nowMs + VALID_DAYS * DAY_MS),
    extensions: [
      new x509.SubjectAlternativeNameExtension(options.names.map((value) => ({ type: 'dns', value }))),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
    ],
  })
  const key = Buffer.from(await subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return { cert: certificate.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` }
}
