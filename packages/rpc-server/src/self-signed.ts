/** Makes a certificate: loaded by who needs one. */
import type { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { RpcTls } from './server-options.ts'

const DAY_MS = 86_400_000
/** Longer than a daemon runs, and what systems take at most of a server's certificate that a user has come to trust. */
const VALID_DAYS = 397
/** What every browser and curl takes. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const LOOPBACK = ['localhost', '127.0.0.1', '::1']
/** Listening on all addresses is no name. */
const WILDCARDS = ['0.0.0.0', '::']

export async function selfSigned(hosts: readonly string[]): Promise<RpcTls> {
  const { subtle } = globalThis.crypto
  const keys = (await subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  const nowMs = Date.now()
  const names = [...new Set([...LOOPBACK, ...hosts.filter((host) => !WILDCARDS.includes(host))])]
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=dchat RPC',
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(nowMs - DAY_MS),
    notAfter: new Date(nowMs + (VALID_DAYS - 1) * DAY_MS),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }))),
    ],
  })
  const key = Buffer.from(await subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return { cert: certificate.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` }
}
