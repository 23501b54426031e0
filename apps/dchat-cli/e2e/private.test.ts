/** What is encrypted, as a script does it: two running daemons, by the command line alone. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DaemonNode, until } from '@dchat/e2e'

let ann: DaemonNode
let bob: DaemonNode

beforeAll(async () => {
  ann = await DaemonNode.running({ config: { net: ['outbound_connections = 0'], chat: ['nick = "ann"'] } })
  const net = ['outbound_connections = 0', `peers = ["${await ann.url()}"]`]
  bob = await DaemonNode.running({ config: { net, chat: ['nick = "bob"'] } })
  await bob.hasPeers(1)
})

afterAll(() => Promise.all([ann?.[Symbol.asyncDispose](), bob?.[Symbol.asyncDispose]()]))

test('a private room by a conversation: written to by nick, invited, accepted from stdin and from a file', async () => {
  const { key } = await bob.client.call('identity.get', [])
  expect(await ann.cli(['send', '--to', 'c'.repeat(64), 'hi'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no key (-32010)') as string,
  })
  expect(await ann.cli(['send', '--to', 'c'.repeat(64), '--hold', 'hi'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('waiting for a box key') as string,
  })
  await until('bob can be written to by his nick', async () => (await ann.cli(['send', '--to', 'bob', 'hello'])).code === 0)
  expect(await bob.stores('hello')).toMatchObject({ encrypted: 'direct' })

  const room = (await ann.cli(['room.create', 'cats'])).stdout.trim()
  await ann.cli(['send', '--room', room, 'members only'])
  expect(await ann.cli(['room.invite', room, `to=${key}`])).toMatchObject({ code: 0 })
  const { seq, text } = await bob.stores('dchat-room:cats:')
  const shown = await bob.cli(['tail'])
  expect(shown.stdout).toMatch(/\[@ann#\w{10}\] -- ann#\w{10} invites you to cats \(p\.[0-9a-f]{8}…\)/)
  expect(shown.stdout).not.toContain(text)
  expect((await bob.cli(['tail', '--json'])).stdout).toContain(text)

  const path = join(bob.home.path, 'invitation')
  writeFileSync(path, `${text}\n`)
  const accepted = { code: 0, signal: null, stdout: `${room}\n`, stderr: '' }
  expect(await bob.cli(['room.accept', '-'], { input: `${text}\n` })).toEqual(accepted)
  expect(await bob.cli(['accept'], { input: text })).toEqual(accepted)
  expect(await bob.cli(['accept', '--file', path])).toEqual(accepted)
  expect(await bob.cli(['accept', '--seq', String(seq)])).toEqual(accepted)
  await until('the member is vouched for', async () =>
    /\[p\.[0-9a-f]{8}… cats\] <ann#\w{10}> members only/.test((await bob.cli(['tail', '--room', room])).stdout),
  )

  const leak = await ann.cli(['send', text])
  expect(leak).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--to WHO') as string })
  expect(leak.stderr).not.toContain(text)
  expect(await ann.cli(['rpc', 'send', JSON.stringify([text])])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('would leak (-32012)') as string,
  })
})
