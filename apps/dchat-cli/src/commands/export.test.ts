import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { RpcError } from '@dchat/rpc'
import { expect, test } from 'vitest'
import { startFakeDaemon } from '../testing/fake-daemon.ts'
import type { Handler } from '../testing/fake-daemon.ts'
import { run } from '../testing/run.ts'

/** Three pages of one line each. */
const pages: Handler = ({ since, format }) => {
  const next = Number(since) + 1
  const text = format === 'jsonl' ? `{"seq":${next},"text":"\u009b2J é"}\n` : `line ${next} \x1b[2J\n`
  return { text, more: next < 3, last_seq: 3, next }
}

test('puts the pages together, exact as JSON lines, safe as text', async () => {
  await using daemon = await startFakeDaemon({ 'chat.export': pages })
  const line = (seq: number): string => `{"seq":${seq},"text":"\\u009b2J é"}\n`
  expect(await run(['export'], daemon)).toEqual({ code: 0, stdout: line(1) + line(2) + line(3), stderr: '' })
  const txt = await run(['export', '--format', 'txt', '--since', '1', '--room', 'cats'], daemon)
  expect(txt.stdout).toBe('line 2 ␛\nline 3 ␛\n')
  expect(daemon.calls.at(-1)!.params).toEqual({ format: 'txt', since: 2, room: 'cats' })
})

test('a server that never comes to its end is not asked for ever', async () => {
  await using daemon = await startFakeDaemon({ 'chat.export': () => ({ text: 'x\n', more: true, last_seq: 9, next: 0 }) })
  expect((await run(['export'], daemon)).stdout).toBe('x\n')
})

test('-o replaces the file once all is there', async () => {
  await using daemon = await startFakeDaemon({ 'chat.export': pages })
  const path = join(daemon.home, 'history.txt')
  writeFileSync(path, 'old')
  expect(await run(['export', '--format', 'txt', '-o', path], daemon)).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(readFileSync(path, 'utf8')).toBe('line 1 ␛\nline 2 ␛\nline 3 ␛\n')
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('an export that fails leaves no file and no part of one', async () => {
  await using daemon = await startFakeDaemon({
    'chat.export': (params, connection) => {
      if (params['since'] === 0) return pages(params, connection)
      throw new RpcError(-32007, 'store failed', { kind: 'store_failed', retryable: true })
    },
  })
  const folder = join(daemon.home, 'exports')
  mkdirSync(folder)
  expect(await run(['export', '-o', join(folder, 'h.jsonl')], daemon)).toMatchObject({ code: 1 })
  expect(readdirSync(folder)).toEqual([])
})

test('a file that cannot be written is named', async () => {
  await using daemon = await startFakeDaemon({ 'chat.export': pages })
  const path = join(daemon.home, 'none', 'h.jsonl')
  const done = await run(['export', '-o', path], daemon)
  expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining(`${path} cannot be written: ENOENT`) as string })
  expect(existsSync(path)).toBe(false)
})

test('-o writes into a pipe or a device, and puts no file in its place', async () => {
  await using daemon = await startFakeDaemon({ 'chat.export': pages })
  const folder = join(daemon.home, 'pipes')
  mkdirSync(folder)
  const path = join(folder, 'pipe')
  expect(spawnSync('mkfifo', [path]).status).toBe(0)
  const pipe = openSync(path, 'r+')
  try {
    expect(await run(['export', '--format', 'txt', '-o', path], daemon)).toEqual({ code: 0, stdout: '', stderr: '' })
    const bytes = Buffer.alloc(1_000)
    expect(bytes.toString('utf8', 0, readSync(pipe, bytes))).toBe('line 1 ␛\nline 2 ␛\nline 3 ␛\n')
  } finally {
    closeSync(pipe)
  }
  expect(readdirSync(folder)).toEqual(['pipe'])
  expect(lstatSync(path).isFIFO()).toBe(true)
})

test('-o follows a link to a file', async () => {
  await using daemon = await startFakeDaemon({ 'chat.export': pages })
  const [link, path] = [join(daemon.home, 'link'), join(daemon.home, 'history.txt')]
  writeFileSync(path, 'old')
  symlinkSync(path, link)
  expect(await run(['export', '--format', 'txt', '-o', link], daemon)).toMatchObject({ code: 0 })
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(readFileSync(path, 'utf8')).toContain('line 3')
})
