/** What another user of the computer gets of a daemon: nothing, unless a group is let in. */
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DaemonNode } from '@dchat/e2e'
import { isRoot } from './testing/is-root.ts'

interface User {
  readonly uid: number
  readonly gid: number
}

/** Ids that nobody has to have an account for. */
const STRANGER: User = { uid: 61_201, gid: 61_201 }
const GROUP = 61_300
const MEMBER: User = { uid: 61_202, gid: GROUP }

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

const fails = (user: User, command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { ...user, cwd: '/', stdio: 'ignore' }).status !== 0

const pings = (user: User, socketPath: string): string =>
  spawnSync('curl', ['--silent', '--unix-socket', socketPath, 'http://localhost/', '--data', PING], { ...user, cwd: '/' })
    .stdout.toString()
    .trim()

/** All files and folders below a folder that everybody may enter, so that each has to guard itself. */
function below(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))
}

test.skipIf(!isRoot)('a stranger reads no file and drives nothing', async () => {
  await using node = await DaemonNode.running({ hasTcpRpc: true })
  chmodSync(node.home.path, 0o755)
  await node.client.call('chat.send', { text: 'for my eyes only' })
  const { socketPath, cookiePath, storePath } = node.home.paths
  const paths = below(node.home.path)
  expect(paths).toEqual(expect.arrayContaining([socketPath, cookiePath, storePath]))
  const read = paths.filter((path) => !fails(STRANGER, statSync(path).isDirectory() ? 'ls' : 'cat', [path]))
  expect(read).toEqual([])
  expect(pings(STRANGER, socketPath)).toBe('')
  expect(JSON.parse(pings({ uid: 0, gid: 0 }, socketPath))).toMatchObject({ result: 'pong' })
})

test.skipIf(!isRoot)('with rpc_socket_mode 0660 a member of the group reaches the socket and nothing else', async () => {
  await using node = await DaemonNode.running({ hasTcpRpc: true, config: { rpc: ['rpc_socket_mode = "0660"'] } })
  const { socketPath, cookiePath, storePath, runtimeDir } = node.home.paths
  chmodSync(node.home.path, 0o755)
  expect(statSync(runtimeDir).mode & 0o777).toBe(0o750)
  for (const path of [runtimeDir, socketPath]) chownSync(path, 0, GROUP) // as the group of the service's user is
  expect(JSON.parse(pings(MEMBER, socketPath))).toMatchObject({ result: 'pong' })
  expect(pings(STRANGER, socketPath)).toBe('')
  for (const path of [cookiePath, storePath]) expect(fails(MEMBER, 'cat', [path])).toBe(true)
})
