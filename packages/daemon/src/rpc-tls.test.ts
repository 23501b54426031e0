import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseToml } from '@dchat/config'
import { makeTlsIdentity } from '@dchat/net/internal'
import type { TlsIdentity } from '@dchat/net/internal'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rpcKeys } from './rpc-keys.ts'
import { readRpcSection } from './rpc-section.ts'
import type { RpcConfig } from './rpc-section.ts'

const KEYS = rpcKeys({ listen: 'tcp://127.0.0.1:1', socketName: 's.sock' })

let base = ''
let identity: TlsIdentity
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'dchat-tls-'))
  identity = await makeTlsIdentity({ names: ['rpc.example'] })
  const other = await makeTlsIdentity({ names: ['rpc.example'] })
  writeFileSync(join(base, 'cert.pem'), identity.cert)
  writeFileSync(join(base, 'key.pem'), identity.key)
  writeFileSync(join(base, 'other.pem'), other.key)
  writeFileSync(join(base, 'text'), 'no PEM')
})
afterAll(() => rmSync(base, { recursive: true }))

const read = (...lines: string[]): RpcConfig =>
  readRpcSection(parseToml(['[rpc]', ...lines].join('\n'), 'f.toml'), KEYS, { home: '/', base, socketPath: '/s' })

const CERT = 'tls_cert = "cert.pem"'
const KEY = 'tls_key = "key.pem"'
const TLS = 'rpc_listen = "tcp+tls://127.0.0.1:1"'

test('both files are read', () => {
  expect(read(TLS, CERT, KEY)).toMatchObject({ listen: { tls: true }, tls: identity })
  expect(read(CERT, KEY).tls).toEqual(identity)
  expect(read(TLS).tls).toBeUndefined()
})

test.each([
  [[CERT], 'f.toml:2: rpc.tls_cert: is of no use without tls_key'],
  [[KEY], 'f.toml:2: rpc.tls_key: is of no use without tls_cert'],
  [['tls_cert = "none.pem"', KEY], 'none.pem" cannot be read (ENOENT)'],
  [[CERT, 'tls_key = "none.pem"'], 'none.pem" cannot be read (ENOENT)'],
  [['tls_cert = "text"', KEY], /^f\.toml:2: rpc\.tls_cert: ".*text" is no certificate in PEM form \(/],
  [[CERT, 'tls_key = "text"'], /^f\.toml:3: rpc\.tls_key: ".*text" is not the private key of the certificate \(/],
  [[CERT, 'tls_key = "other.pem"'], /^f\.toml:3: rpc\.tls_key: ".*other\.pem" is not the private key of the certificate \(/],
])('%j is refused', (lines, message) => {
  expect(() => read(...lines)).toThrow(message)
})
