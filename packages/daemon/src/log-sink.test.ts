import { spawn, spawnSync } from 'node:child_process'
import type { StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const MODULE = new URL('./log-sink.ts', import.meta.url).href

/** Runs `script`, by itself with our end of its standard error, a socket. */
function start(script: string, stdio: StdioOptions = 'pipe'): ReturnType<typeof spawn> {
  const module = `import { LogSink } from ${JSON.stringify(MODULE)}
    const bounds = { maxBytes: 1024, maxFiles: 2 }
    const makeSink = (onRecovered = () => {}, file = undefined) => new LogSink({ file, bounds, onRecovered })
    ${script}`
  return spawn(process.execPath, ['--conditions=@dchat/source', '--input-type=module', '-e', module], { stdio })
}

test('a reader that hangs costs lines, and the next line it reads begins on a line of its own', async () => {
  const child = start(`
    process.stderr.on('error', () => {}) // opening it makes the socket one that does not block
    const sink = makeSink((lost) => process.stdout.write('lost ' + lost))
    for (let n = 0; n < 2000; n += 1) sink.write('x'.repeat(999) + '\\n')
    process.stdout.write(String(sink.lostLines > 0) + '\\n')
    process.stdin.once('data', function writeUntilRead() {
      const lost = sink.lostLines
      sink.write('back\\n')
      if (sink.lostLines === lost) process.exit(0)
      setImmediate(writeUntilRead)
    })`)
  const [answer] = (await once(child.stdout!, 'data')) as [Buffer]
  expect(answer.toString()).toBe('true\n')
  const chunks: Buffer[] = []
  child.stderr!.on('data', (chunk: Buffer) => chunks.push(chunk))
  const said: Buffer[] = []
  child.stdout!.on('data', (chunk: Buffer) => said.push(chunk))
  child.stdin!.write('go')
  await once(child, 'close')
  expect(Buffer.concat(said).toString()).toMatch(/^lost [1-9]\d*$/)
  const lines = Buffer.concat(chunks).toString().split('\n')
  expect(lines.slice(-2)).toEqual(['back', ''])
  expect(lines.slice(0, -3).every((line) => line === 'x'.repeat(999))).toBe(true)
})

test('nobody reading is no reason to end', async () => {
  const child = start(`
    const sink = makeSink()
    process.stdin.once('data', () => {
      sink.write('one\\n')
      sink.write('two\\n')
      process.stdout.write(String(sink.lostLines), () => process.exit(0))
    })
    process.stdout.write('ready')`)
  await once(child.stdout!, 'data')
  child.stderr!.destroy()
  await once(child.stderr!, 'close')
  child.stdin!.write('go')
  const [[lost], [code]] = (await Promise.all([once(child.stdout!, 'data'), once(child, 'exit')])) as [[Buffer], [number]]
  expect({ lost: lost.toString(), code }).toEqual({ lost: '2', code: 0 })
})

test.each([
  ['standard error', ''],
  ['a log file', ', "/dev/stderr"'],
])('a pipe that blocks, as %s, and that nobody reads costs lines and no standstill', async (_, file) => {
  const folder = mkdtempSync(join(tmpdir(), 'log-sink-'))
  const path = join(folder, 'fifo')
  expect(spawnSync('mkfifo', [path]).status).toBe(0)
  const pipe = openSync(path, 'r+')
  try {
    const child = start(
      `const sink = makeSink(() => {}${file})
      for (let n = 0; n < 2000; n += 1) sink.write('x'.repeat(999) + '\\n')
      process.stdout.write(String(sink.lostLines > 0))`,
      ['ignore', 'pipe', pipe],
    )
    const [[said], [code]] = (await Promise.all([once(child.stdout!, 'data'), once(child, 'exit')])) as [[Buffer], [number]]
    expect({ said: said.toString(), code }).toEqual({ said: 'true', code: 0 })
  } finally {
    closeSync(pipe)
    rmSync(folder, { recursive: true })
  }
})
