/** Tokens, their rights, and TLS, as a command line has them. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DaemonNode, Program } from '@dchat/e2e'

/** A token as `dchatd token` makes it, and the lines that let it in. */
async function makeToken(name: string, methods: string): Promise<{ secret: string; table: string }> {
  const { stdout } = await Program.run('dchatd', ['token', name, '--methods', methods])
  return { secret: /: (\S+)\n/.exec(stdout)![1]!, table: stdout.slice(stdout.indexOf('[[rpc.token]]')) }
}

test('a token may do what its list says, and the error says so otherwise', async () => {
  const { secret, table } = await makeToken('watch', 'readonly')
  const tokenLines = table.trimEnd().split('\n').slice(1)
  await using node = await DaemonNode.running({ hasTcpRpc: true, listens: false, config: { '[rpc.token]': tokenLines } })
  const tokenFile = node.home.write('token', `${secret}\n`)
  const rpc = `tcp://127.0.0.1:${await node.rpcPort()}`
  const withToken = (...args: string[]) => Program.run('dchat-cli', ['--rpc', rpc, '--cookie-file', tokenFile, ...args])
  for (const args of [['status'], ['peers'], ['tail'], ['export'], ['chat.history', 'limit=1'], ['node.metrics']]) {
    expect([args, await withToken(...args)]).toEqual([args, expect.objectContaining({ code: 0 })])
  }
  for (const args of [['send', 'hi'], ['node.stop'], ['p2p.connect', 'tcp://127.0.0.1:1'], ['rpc', 'send', '["hi"]']]) {
    const { code, stdout, stderr } = await withToken(...args)
    expect([args, code, stdout]).toEqual([args, 1, ''])
    expect(stderr).toMatch(/^dchat-cli: the daemon answered: forbidden \(-32008\): [^\n]+\n$/)
    expect(stderr).not.toContain(secret)
  }
  const env = { DCHAT_RPC: rpc, DCHAT_RPC_COOKIE_FILE: tokenFile }
  expect(await Program.run('dchat-cli', ['ping'], { env })).toMatchObject({ code: 0, stdout: 'pong\n' })
  const wrong = node.home.write('wrong', 'x'.repeat(43))
  expect(await Program.run('dchat-cli', ['ping', '--cookie-file', wrong], { env })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('did not take the cookie or token') as string,
  })
})

test('over TLS the certificate is that of the fingerprint, or nothing is said', async () => {
  await using node = await DaemonNode.running({ listens: false, args: ['--rpc-listen', 'tcp+tls://127.0.0.1:0'] })
  await node.program.says('RPC listens', 'stderr')
  const [rpc] = /tcp\+tls:\/\/127\.0\.0\.1:\d+/.exec(node.program.stderr)!
  const home = ['--rpc', rpc, '--home', node.home.path]
  expect(await Program.run('dchat-cli', ['ping', ...home])).toMatchObject({ code: 0, stdout: 'pong\n' })
  const env = { DCHAT_RPC_FINGERPRINT: '0'.repeat(64) }
  expect(await Program.run('dchat-cli', ['ping', ...home], { env })).toMatchObject({ code: 3, stdout: '' })
  const cookieAlone = node.home.write('cookie-alone', 'x')
  expect(await Program.run('dchat-cli', ['ping', '--rpc', rpc, '--cookie-file', cookieAlone])).toMatchObject({
    code: 3,
    stdout: '',
  })
  const plain = await Program.run('dchat-cli', [
    'ping',
    '--rpc',
    rpc.replace('+tls', ''),
    '--cookie-file',
    join(node.home.path, 'run/cookie'),
  ])
  expect(plain).toMatchObject({ code: 3, stdout: '' })
})
