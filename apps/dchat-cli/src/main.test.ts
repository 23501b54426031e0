import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { history, message, startFakeDaemon } from './testing/fake-daemon.ts'

/** The program as a process, from source. */
function spawnCli(argv: readonly string[], home: string) {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const env = { ...process.env, DCHAT_HOME: home }
  const child = spawn(process.execPath, ['--conditions=@dchat/source', main, ...argv], { env })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  const exited = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }))
  return { child, exited }
}

test('a reader that goes (| head) ends it quietly', async () => {
  const texts = Array.from({ length: 100_000 }, (_, index) => `text ${index}`)
  await using daemon = await startFakeDaemon({ recv: () => texts })
  const { child, exited } = spawnCli(['recv'], daemon.home)
  await once(child.stdout, 'data')
  child.stdout.destroy()
  expect(await exited).toEqual({ code: 0, stderr: '' })
})

test('SIGINT ends tail -f with 130', async () => {
  const daemonHistory = history([message(1, 'here')], { wait: () => new Promise(() => {}) })
  await using daemon = await startFakeDaemon({ 'chat.history': daemonHistory })
  const { child, exited } = spawnCli(['tail', '-f'], daemon.home)
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  expect(await exited).toEqual({ code: 130, stderr: '' })
})

test('a message from a pipe is sent whole', async () => {
  const sent = message(1, 'x', { own: true })
  await using daemon = await startFakeDaemon({ 'chat.send': () => sent })
  const { child, exited } = spawnCli(['send', '-'], daemon.home)
  child.stdin.end('two\nlines\n')
  child.stdout.resume()
  expect((await exited).code).toBe(0)
  expect(daemon.calls).toEqual([{ method: 'chat.send', params: { text: 'two\nlines' } }])
})
