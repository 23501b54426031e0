/** The programs of examples/, each by the command that its README has, against built programs. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DaemonNode, Program, SeedNode, until } from '@dchat/e2e'
import { expect, test } from 'vitest'

const ROOT = new URL('../../../', import.meta.url)
const README = readFileSync(new URL('examples/README.md', ROOT), 'utf8')

/** A program of examples/, with `url` in place of the README's seed. */
function example(name: string, { url = '', env = {} }: { url?: string; env?: NodeJS.ProcessEnv }): Program {
  const [, words] = new RegExp(`^npx -y pnpm@12 exec node (examples/${name}\\.ts.*)$`, 'm').exec(README) ?? []
  if (words === undefined) throw new Error(`the README has no command for ${name}`)
  const [file, ...args] = words.replace('tcp://seed.example.org:26661', `${url} --localnet`).split(' ')
  return new Program('node', [fileURLToPath(new URL(file!, ROOT)), ...args], { env })
}

test('each program has a command', () => {
  const commands = Array.from(README.matchAll(/^npx .* examples\/(\S+)/gm), ([, file]) => file)
  expect(new Set(commands)).toEqual(new Set(globSync('*.ts', { cwd: new URL('examples/', ROOT) })))
})

test('who-is-there prints what a node says of itself', async () => {
  await using node = await DaemonNode.running()
  const url = await node.url()
  await using found = example('who-is-there', { url })
  const { code, stdout } = await found.ended()
  expect(stdout).toBe(`application  dchatd 0.4.1\nfeatures     dchat.posts 1\nreached at   ${url}\n`)
  expect(code).toBe(0)
})

test('who-is-there says why there is nobody', async () => {
  await using node = await DaemonNode.running()
  const url = await node.url()
  await node.kill('SIGTERM')
  await using missing = example('who-is-there', { url })
  const { code, stdout, stderr } = await missing.ended()
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('NET_DIAL_FAILED')
})

test('watch-network sees a node come, and what is said there', async () => {
  await using seed = await SeedNode.started()
  const seedUrl = await seed.url()
  await using node = await DaemonNode.running({ config: { net: [`seeds = ["${seedUrl}"]`] } })
  const url = await node.url()
  await until('the seed has seen the node', async () => (await seed.spawn()).whitelist.some((line) => line.includes(url)))
  await using watcher = example('watch-network', { url: seedUrl })
  await watcher.says(new RegExp(`outbound_slot_connected \\d ${url}`))
  await node.hasPeers(1)
  await node.client.call('chat.send', { text: 'watch this' })
  await watcher.says(`recv DchatMsg ${url}`)
  watcher.kill('SIGINT')
  expect(await watcher.ended()).toMatchObject({ code: 0, stderr: '' })
})

test('answering-bot answers others, and not itself', async () => {
  await using host = await DaemonNode.running()
  await using guest = await DaemonNode.running({ config: { net: [`peers = ["${await host.url()}"]`] }, listens: false })
  await guest.hasPeers(1)
  await using bot = example('answering-bot', { env: { DCHAT_HOME: host.home.path } })
  await bot.says('listening')
  await host.client.call('chat.send', { text: '!echo of the host' })
  await guest.client.call('chat.set_nick', { nick: 'gus' })
  await guest.client.call('chat.send', { text: '!echo is there an answer?' })
  await guest.stores('said: is there an answer?')
  expect((await host.history()).map(({ text }) => text)).toEqual([
    '!echo of the host',
    '!echo is there an answer?',
    expect.stringMatching(/^(gus|somebody) said: is there an answer\?$/),
  ])
  bot.kill('SIGTERM')
  expect(await bot.ended()).toMatchObject({ code: 0, stderr: '' })
})
