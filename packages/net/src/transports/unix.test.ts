import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { parseUrl } from '@dchat/serial'
import { afterAll, describe, expect, test } from 'vitest'
import { describeTransport } from './describe-transport.test-util.ts'
import { UnixTransport } from './unix.ts'

const folder = mkdtempSync(join(tmpdir(), 'dchat-unix-'))
let count = 0
const newPath = (): string => join(folder, `s${(count += 1)}`)
const transport = new UnixTransport()
const { signal } = new AbortController()

afterAll(() => rmSync(folder, { recursive: true }))

describeTransport('unix', () => ({ transport, anyUrl: `unix://${newPath()}`, refusal: 'ENOENT' }))

/** A socket file whose process is gone. */
function leaveStaleSocket(path: string): void {
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', script])
  expect(statSync(path).isSocket()).toBe(true)
}

describe('a unix address', () => {
  test('has its file removed when it is closed', async () => {
    const path = newPath()
    const listening = await transport.listen(`unix://${path}`, () => {})
    expect(statSync(path).isSocket()).toBe(true)
    await listening.close()
    expect(existsSync(path)).toBe(false)
  })

  test('whose process is gone is taken over', async () => {
    const path = newPath()
    leaveStaleSocket(path)
    await expect(transport.dial(`unix://${path}`, { signal })).rejects.toMatchObject({ data: { reason: 'ECONNREFUSED' } })
    const listening = await transport.listen(`unix://${path}`, (stream) => stream.destroy())
    const stream = await transport.dial(`unix://${path}`, { signal })
    stream.destroy()
    await listening.close()
  })

  test('that somebody answers on is left alone', async () => {
    const path = newPath()
    const server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(path, resolve))
    await expect(transport.listen(`unix://${path}`, () => {})).rejects.toMatchObject({
      code: 'NET_LISTEN_FAILED',
      data: { url: `unix://${path}`, reason: 'EADDRINUSE' },
    })
    expect(existsSync(path)).toBe(true)
    await new Promise((resolve) => server.close(resolve))
  })

  test('that is a file of another kind is left alone', async () => {
    const path = newPath()
    writeFileSync(path, 'mine')
    chmodSync(path, 0o600)
    await expect(transport.listen(`unix://${path}`, () => {})).rejects.toMatchObject({ data: { reason: 'EADDRINUSE' } })
    expect(statSync(path).size).toBe(4)
  })

  test('may hold any character', async () => {
    const path = `${newPath()} ä#?`
    const url = parseUrl(`unix://${encodeURI(path).replace('#', '%23').replace('?', '%3F')}`).canonical
    const remoteUrls: string[] = []
    const listening = await transport.listen(url, (stream) => {
      remoteUrls.push(stream.remoteUrl)
      stream.destroy()
    })
    expect(existsSync(path)).toBe(true)
    const stream = await transport.dial(url, { signal })
    await new Promise<void>((resolve) =>
      stream.open({ onData: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => resolve() }),
    )
    await listening.close()
    expect(remoteUrls).toEqual([expect.stringMatching(/#\d+$/)])
    expect(parseUrl(remoteUrls[0]!).canonical).toBe(remoteUrls[0])
  })

  test.each([
    ['unix://host/path', 'the address must be unix:///absolute/path'],
    ['unix:relative', 'the address must be unix:///absolute/path'],
    ['unix:///folder/', 'the address must be unix:///absolute/path'],
    ['unix:///path?query', 'the address must be unix:///absolute/path'],
    ['unix:///path#1', 'the address must be unix:///absolute/path'],
    ['unix:///pa%00th', 'the address must be unix:///absolute/path'],
    ['unix:///pa%ffth', 'the address must be unix:///absolute/path'],
    [`unix:///${'x'.repeat(107)}`, 'the path is longer than 107 bytes'],
  ])('%s is neither dialled nor listened on', async (url, reason) => {
    await expect(transport.dial(url, { signal })).rejects.toMatchObject({ code: 'NET_DIAL_FAILED', data: { url, reason } })
    await expect(transport.listen(url, () => {})).rejects.toMatchObject({ code: 'NET_LISTEN_FAILED', data: { url, reason } })
  })
})
