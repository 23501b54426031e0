/** How soon the daemon answers: printed, for the machine decides it. `pnpm bench` measures it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DaemonNode, TempHome, until } from '@dchat/e2e'

/** Far more than it takes; a start that waits for the network or a whole index of the history is found by it. */
const GENEROUS_MS = 5_000

test('the first call is answered soon after the start, also with a history', async () => {
  await using node = new DaemonNode()
  for (const what of ['first start', 'second start', 'start with 2,000 lines']) {
    const startMs = performance.now()
    await node.start()
    expect(await node.client.call('ping', [])).toBe('pong')
    const tookMs = performance.now() - startMs
    console.log(`${what}: first answer after ${tookMs.toFixed(0)} ms`)
    expect(tookMs).toBeLessThan(GENEROUS_MS)
    if (what === 'second start') {
      await Promise.all(Array.from({ length: 1_000 }, () => node.client.call('send', { text: 'x'.repeat(100) })))
      await Promise.all(Array.from({ length: 1_000 }, () => node.client.call('send', { text: 'x'.repeat(100) })))
    }
    await node.kill('SIGTERM')
  }
})

/** Notes at its end what the program has loaded of Node, and what of Intl it has made. */
const WATCH = `
  import { writeFileSync } from 'node:fs'
  const made = []
  for (const name of ['Segmenter', 'NumberFormat', 'DateTimeFormat', 'ListFormat', 'Collator']) {
    const construct = (target, args, self) => (made.push(name), Reflect.construct(target, args, self))
    Intl[name] = new Proxy(Intl[name], { construct })
  }
  for (const type of [Number, Date]) {
    const own = type.prototype.toLocaleString
    type.prototype.toLocaleString = function (...args) { made.push(type.name); return own.apply(this, args) }
  }
  process.on('exit', () => writeFileSync(process.env.WATCHED, JSON.stringify({ made, loaded: process.moduleLoadList })))`

test('what the first answer does not need is not there: formatters, an HTTP client', async () => {
  using folder = new TempHome()
  const watched = join(folder.path, 'watched.json')
  const watch = folder.write('watch.mjs', WATCH)
  const env = { NODE_OPTIONS: `--import=${watch}`, WATCHED: watched }
  await using node = await DaemonNode.started({ hasTcpRpc: true, program: { env } })
  expect(await node.client.call('ping', [])).toBe('pong')
  await node.kill('SIGTERM')
  const { made, loaded } = JSON.parse(readFileSync(watched, 'utf8')) as { made: string[]; loaded: string[] }
  expect(made).toEqual([])
  expect(loaded).toContain('NativeModule net')
  const costly = ['http', 'https', 'internal/deps/undici/undici'].map((name) => `NativeModule ${name}`)
  expect(loaded.filter((name) => costly.includes(name))).toEqual([])
})

test('compiled code is there for the next start, however this one ends', async () => {
  using cache = new TempHome()
  await using node = await DaemonNode.started({ program: { env: { XDG_CACHE_HOME: cache.path } } })
  const folder = join(cache.path, 'dchat')
  const kept = (): string[] => (existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [])
  await until('it keeps its compiled code', () => kept().length > 1)
  await node.kill('SIGKILL')
  expect(kept().length).toBeGreaterThan(1)
})
