/** The certificate of an RPC address with TLS: read, and tried before anything listens. */
import { readFileSync } from 'node:fs'
import type { TomlTable } from '@dchat/config'
import type { RpcValues } from './rpc-keys.ts'

/** PEM, as node:tls takes it. */
export interface RpcTls {
  readonly cert: string
  readonly key: string
}

/**
 * @param values of `[rpc]`
 * @returns undefined when no files are named: the server makes a certificate then
 * @throws {ConfigError} when only one of the two files is named, and for files that are no certificate and its key
 */
export function readRpcTls(table: TomlTable, values: RpcValues): RpcTls | undefined {
  const { tls_cert: certPath, tls_key: keyPath } = values
  if (certPath === undefined && keyPath === undefined) return undefined
  const missing = certPath === undefined ? 'tls_cert' : keyPath === undefined ? 'tls_key' : undefined
  if (missing !== undefined) {
    const other = missing === 'tls_cert' ? 'tls_key' : 'tls_cert'
    throw table.error(other, { code: 'CONFIG_MISSING', reason: `is of no use without ${missing}` })
  }
  const { createSecureContext } = process.getBuiltinModule('node:tls') // loaded by who uses it: the start of the others is to be quick
  const tls = { cert: readPem(table, 'tls_cert', certPath!), key: readPem(table, 'tls_key', keyPath!) }
  try {
    createSecureContext({ cert: tls.cert })
  } catch (error) {
    throw table.error('tls_cert', { reason: `"${certPath}" is no certificate in PEM form (${reasonOf(error)})` })
  }
  try {
    createSecureContext(tls)
  } catch (error) {
    throw table.error('tls_key', { reason: `"${keyPath}" is not the private key of the certificate (${reasonOf(error)})` })
  }
  return tls
}

function readPem(table: TomlTable, key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw table.error(key, { reason: `"${path}" cannot be read (${reasonOf(error)})` })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
