import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LogSink } from './log-sink.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-file-'))
  file = join(folder, 'd.log')
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const sinkOf = (maxBytes: number, maxFiles: number): LogSink =>
  new LogSink({ file, bounds: { maxBytes, maxFiles }, onRecovered: () => {} })

/** What stands in the file and those set aside, the newest first. */
function contents(): string[] {
  const names = readdirSync(folder).sort((a, b) => Number(a.split('.')[2] ?? 0) - Number(b.split('.')[2] ?? 0))
  return names.map((name) => readFileSync(join(folder, name), 'utf8'))
}

test('a file that would grow above its size is set aside, and the oldest goes', () => {
  const sink = sinkOf(8, 3)
  for (const line of ['aaa\n', 'bbb\n', 'ccc\n', 'ddd\n', 'eee\n', 'fff\n', 'ggg\n']) sink.write(line)
  sink.close()
  expect(contents()).toEqual(['ggg\n', 'eee\nfff\n', 'ccc\nddd\n'])
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
})

test('one file is begun anew', () => {
  const sink = sinkOf(8, 1)
  for (const line of ['aaa\n', 'bbb\n', 'ccc\n']) sink.write(line)
  sink.close()
  expect(contents()).toEqual(['ccc\n'])
})

test('what an earlier process wrote counts', () => {
  for (const line of ['aaaa\n', 'bbbb\n']) {
    const sink = sinkOf(8, 2)
    sink.write(line)
    sink.close()
  }
  expect(contents()).toEqual(['bbbb\n', 'aaaa\n'])
})

test('a line longer than the size has a file of its own, whole', () => {
  const sink = sinkOf(4, 3)
  for (const line of ['a\n', 'too long\n', 'b\n']) sink.write(line)
  sink.close()
  expect(contents()).toEqual(['b\n', 'too long\n', 'a\n'])
})

test('whatever the lines and the size, none is lost while there are files enough', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 100 }),
      (lengths, size) => {
        rmSync(folder, { recursive: true })
        const sink = sinkOf(size, 100)
        const lines = lengths.map((length, index) => `${index}${'x'.repeat(length)}\n`)
        for (const line of lines) sink.write(line)
        sink.close()
        expect(contents().reverse().join('')).toBe(lines.join(''))
        for (const text of contents()) expect(text.length <= size || text.split('\n').length === 2).toBe(true)
      },
    ),
    { seed: 5, numRuns: 60 },
  )
})

test('a file that was cut by others is not set aside before it is full', () => {
  const sink = sinkOf(8, 3)
  sink.write('aaaaaa\n')
  rmSync(file)
  sink.reopen()
  sink.write('bbb\n')
  sink.write('ccc\n')
  sink.close()
  expect(contents()).toEqual(['bbb\nccc\n'])
})

test('a file that cannot be set aside goes on growing', () => {
  mkdirSync(`${file}.1`) // a folder stands in its way
  const sink = sinkOf(8, 2)
  for (let n = 0; n < 10; n += 1) sink.write(`a${n}\n`)
  expect(sink.lostLines).toBe(0)
  sink.close()
  expect(readFileSync(file, 'utf8')).toBe('a0\na1\na2\na3\na4\na5\na6\na7\na8\na9\n')
})

test('after the file was moved away, reopening makes a new one and loses no line', () => {
  const sink = sinkOf(1000, 2)
  sink.write('one\n')
  renameSync(file, `${file}.moved`)
  sink.write('two\n')
  sink.reopen()
  sink.write('three\n')
  sink.close()
  expect(readFileSync(`${file}.moved`, 'utf8')).toBe('one\ntwo\n')
  expect(readFileSync(file, 'utf8')).toBe('three\n')
})

test('when reopening fails, the old file is written on', () => {
  const sink = sinkOf(1000, 2)
  sink.write('one\n')
  renameSync(file, `${file}.moved`)
  mkdirSync(file)
  expect(() => sink.reopen()).toThrow(/EISDIR/)
  sink.write('two\n')
  sink.close()
  expect(readFileSync(`${file}.moved`, 'utf8')).toBe('one\ntwo\n')
  expect(existsSync(file)).toBe(true)
  chmodSync(file, 0o700)
})

const SOURCE = JSON.stringify(new URL('./logging.ts', import.meta.url).href)
const LIFECYCLE = JSON.stringify(new URL('./lifecycle.ts', import.meta.url).href)

test('SIGHUP of a running process: each line before it in the moved file, each after it in the new one', async () => {
  const child = spawn(process.execPath, [
    '--conditions=@dchat/source',
    '--input-type=module',
    '-e',
    `import { createLogger } from ${SOURCE}
    import { runDaemon } from ${LIFECYCLE}
    const log = createLogger({ file: ${JSON.stringify(file)} })
    let n = 0
    const say = () => log.info('line', { n: n++ })
    const timer = setInterval(say, 1)
    await runDaemon({
      start: async () => (say(), process.stdout.write('ready')),
      stop: async () => clearInterval(timer),
      reload: async () => (say(), process.stdout.write('reloaded')),
      reopenLog: () => log.reopen(),
      log,
    })`,
  ])
  await once(child.stdout, 'data')
  for (const moved of ['first', 'second']) {
    renameSync(file, join(folder, moved))
    child.kill('SIGHUP')
    await once(child.stdout, 'data')
  }
  child.kill('SIGTERM')
  const [code] = (await once(child, 'exit')) as [number]
  const numbers = ['first', 'second', 'd.log'].flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string; n: number })
      .filter(({ msg }) => msg === 'line')
      .map(({ n }) => n),
  )
  expect(code).toBe(0)
  expect(numbers.length).toBeGreaterThan(2)
  expect(numbers).toEqual(numbers.map((_, index) => index))
})
