/** The examples of README.md, pasted into a shell as they stand. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { Program, TempHome, until } from '@dchat/e2e'
import { RpcClient, dchatPaths, holdsInvitation } from '@dchat/rpc'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
/** Where the README says the RPC listens; a test takes a free port instead. */
const README_ADDRESS = '127.0.0.1:51054'

/** The shell examples behind a marker such as `<!-- curl -->`. */
function examples(marker: string): string[] {
  return [...README.matchAll(new RegExp(`<!-- ${marker} -->\\n\`\`\`sh\\n([^]*?)\`\`\``, 'g'))].map(([, text]) => text!)
}

/** A dchatd of a user whose home is `home`, as the first start finds it. */
async function startDaemon(home: string): Promise<{ daemon: Program; port: string }> {
  const daemon = new Program('dchatd', ['--rpc-listen', 'tcp://127.0.0.1:0'], { env: { HOME: home } })
  const { socketPath } = dchatPaths({ env: { HOME: home } })
  const client = await until('dchatd answers', () => RpcClient.connect({ kind: 'unix', path: socketPath }).catch(() => undefined))
  await client.close()
  await daemon.says('RPC listens', 'stderr') // the socket answers before that is written
  return { daemon, port: /tcp:\/\/127\.0\.0\.1:(\d+)/.exec(daemon.stderr)![1]! }
}

async function paste(script: string, home: string): Promise<string> {
  const env = { PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}`, HOME: home }
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { env })
  return stdout
}

test('the curl examples answer', async () => {
  using home = new TempHome()
  const { daemon, port } = await startDaemon(home.path)
  await using _ = daemon
  const scripts = examples('curl')
  expect(scripts).toHaveLength(2)
  for (const script of scripts) {
    const said = await paste(
      script.replaceAll(README_ADDRESS, `127.0.0.1:${port}`).replaceAll('curl ', 'curl -sS -w "\\n" '),
      home.path,
    )
    const answers = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { result?: unknown })
    expect(answers).toHaveLength(script.match(/curl /g)!.length)
    for (const answer of answers) expect(answer).toHaveProperty('result')
  }
})

test('the examples of the command line client work', async () => {
  using home = new TempHome()
  const { daemon } = await startDaemon(home.path)
  await using _ = daemon
  const [script] = examples('cli')
  // `tail -f` goes on until it is interrupted.
  const said = await paste(script!.replace('dchat-cli tail -f', 'dchat-cli tail'), home.path)
  expect(said).toContain('hello from a script')
  expect(said).toContain('piped')
})

test('the examples of what is encrypted work', async () => {
  using home = new TempHome()
  const { daemon } = await startDaemon(home.path)
  await using _ = daemon
  const [script] = examples('private')
  const said = await paste(`cd ${home.path}\n${script!}\ndchat-cli tail`, home.path)
  expect(said).toContain('a note to myself, encrypted')
  expect(said).toMatch(/\[p\.[0-9a-f]{8}… cats\] <me> only members read this/)
  expect(said).toMatch(/sent an invitation to cats \(p\.[0-9a-f]{8}…\)/)
  const invitation = readFileSync(join(home.path, 'invitation.txt'), 'utf8')
  expect(holdsInvitation(invitation)).toBe(true)
  expect(said).not.toContain(invitation.trim())
})

test('the examples of the configuration work without a daemon', async () => {
  using home = new TempHome()
  const [script] = examples('configuration')
  const said = await paste(script!, home.path)
  const { configFile, cookiePath } = dchatPaths({ env: { HOME: home.path } })
  for (const text of [`OK: ${configFile}`, 'net.seeds = []', cookiePath, '[[rpc.token]]']) expect(said).toContain(text)
})
