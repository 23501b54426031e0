import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@dchat/config'
import { NetError } from '@dchat/net'
import { expect, test } from 'vitest'
import { exitCodeOf } from './errors.ts'
import { explainFailure } from './explain-failure.ts'
import { ownFolder } from './own-folder.ts'

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code })

test.each([
  [
    coded('RPC_ADDRESS_IN_USE', 'tcp://127.0.0.1:1 is in use by another process'),
    'stop it, or set another address in rpc.rpc_listen',
  ],
  [coded('RPC_LISTEN_FAILED', 'cannot listen on unix:///x: EACCES'), 'set another address in rpc.rpc_socket'],
  [coded('STORE_LOCKED', 'process 7 already uses this data folder'), 'stop it, or use another folder: --home'],
  [coded('STORE_TOO_NEW', 'x was written by a newer version'), 'the file was not touched; or use another folder: --home'],
  [coded('STORE_FULL', 'x: the disk is full'), 'make room on the disk'],
  [coded('CHAT_IDENTITY_UNREADABLE', 'x cannot be read'), 'make the file readable for this user'],
  [coded('CHAT_IDENTITY_EXPOSED', 'x has mode 0644'), 'chmod 600 it, and ask yourself who may have read it'],
  [coded('CHAT_IDENTITY_DAMAGED', 'x is empty'), 'put a copy back or import an export; moved away, a new key is made'],
  [coded('CHAT_IDENTITY_UNWRITABLE', 'x: ENOSPC'), 'make room or correct the permissions, or use another folder: --home'],
  [coded('CHAT_KEYS_UNREADABLE', 'x cannot be read'), 'make the file readable for this user'],
  [coded('CHAT_KEYS_EXPOSED', 'x has mode 0644'), 'chmod 600 it, and ask yourself who may have read it'],
  [coded('CHAT_KEYS_DAMAGED', 'x is no JSON'), 'put a copy back; moved away, what was written to its keys stays closed'],
  [coded('CHAT_KEYS_VERSION', 'x has version 2'), 'the file was not touched; or use another folder: --home'],
  [coded('CHAT_KEYS_UNWRITABLE', 'x: ENOSPC'), 'make room or correct the permissions, or use another folder: --home'],
  [
    Object.assign(coded('STORE_IO', 'x: malformed'), { data: { isDamage: true } }),
    'start it again: what is damaged is mended, or set aside beside it',
  ],
  [coded('STORE_IO', 'x: EIO'), 'make it a folder that this user may write to, or use another folder: --home'],
])('%s has a remedy', (error, hint) => {
  expect(explainFailure(error)).toEqual({ reason: error.message, hint })
  expect(explainFailure(new Error('outer', { cause: error }))).toEqual({ reason: error.message, hint })
})

test('addresses for peers name the key of the program', () => {
  const url = 'tcp://127.0.0.1:1/'
  const used = new NetError('NET_LISTEN_FAILED', { url, reason: 'EADDRINUSE' })
  expect(explainFailure(used)).toEqual({
    reason: `${url} is in use by another process`,
    hint: 'stop it, or set another address in net.inbound',
  })
  const refused = new NetError('NET_LISTEN_FAILED', { url, reason: 'EACCES' })
  expect(explainFailure(refused, { inboundKey: 'accept_addrs' })).toEqual({
    reason: `cannot listen on ${url}: EACCES`,
    hint: 'set another address in accept_addrs',
  })
  const hosts = new NetError('NET_HOSTLIST_UNREADABLE', { path: '/h', reason: 'EACCES' })
  expect(explainFailure(hosts)).toMatchObject({ reason: '/h cannot be read: EACCES' })
})

test('a configuration says it all itself, and a bug is none of ours to explain', () => {
  const error = new ConfigError('CONFIG_VALUE', { file: 'f', line: 1, key: 'k', reason: 'no', hint: 'yes' })
  expect(explainFailure(error)).toEqual({ reason: 'f:1: k: no; yes', hint: null })
  expect(explainFailure(new TypeError('x'))).toBeUndefined()
  expect(explainFailure('x')).toBeUndefined()
})

test('a folder that cannot be used is data: its code, its path and why', () => {
  const root = mkdtempSync(join(tmpdir(), 'own-folder-'))
  try {
    ownFolder(join(root, 'a/b'))
    writeFileSync(join(root, 'file'), '')
    for (const [path, reason] of [
      [join(root, 'file'), 'cannot be made: a file stands in its way'],
      ['/proc/none/deep', ''],
    ] as const) {
      const error = failure(() => ownFolder(path))
      expect(error).toMatchObject({ code: 'FOLDER_UNUSABLE', message: expect.stringContaining(`the folder ${path} ${reason}`) })
      expect(exitCodeOf(error)).toBe(5)
      expect(explainFailure(error)?.hint).toBe('make it a folder that this user may write to, or use another folder: --home')
    }
  } finally {
    rmSync(root, { recursive: true })
  }
})

function failure(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
