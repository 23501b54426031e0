import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dchatPaths } from '@dchat/rpc'
import { ManualClock, SystemClock } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../testing/eventually.ts'
import { startDchatd } from './start-dchatd.ts'
import type { StartOutcome } from './start-dchatd.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dchat-start-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** Runs `code` as dchatd. */
function start(code: string, deps: { clock?: Clock; isAnswering?: () => Promise<boolean> } = {}): Promise<StartOutcome> {
  const script = join(home, 'dchatd.mjs')
  writeFileSync(script, code)
  return startDchatd(
    {
      program: { command: process.execPath, args: [script] },
      home,
      paths: dchatPaths({ home }),
      env: { ...process.env, DCHAT_HOME: '.', DCHAT_TUI_THEME: 'mono' },
    },
    { clock: new SystemClock(), isAnswering: async () => false, ...deps },
  )
}

describe('startDchatd', () => {
  it('says how it ended and what it said, made safe', async () => {
    const code = `console.error('{"level":"info"}'); console.error('dchatd: \\u001b[31mthe port 1 is taken'); process.exitCode = 3`
    const outcome = await start(code)
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'it ended with code 3' })
    const { lastWords } = outcome as Extract<StartOutcome, { kind: 'failed' }>
    expect(lastWords).toHaveLength(1)
    expect(lastWords[0]).toMatch(/^dchatd: .*the port 1 is taken$/u)
    expect(lastWords[0]).not.toContain('\u001b')
    expect(statSync(join(home, 'state', 'dchatd.log')).mode & 0o777).toBe(0o600)
    const again = await start('process.kill(process.pid, "SIGKILL")')
    expect(again).toEqual({ kind: 'failed', reason: 'it ended with signal SIGKILL', lastWords: [] })
  })

  it('gives it the home and a log, and takes it for started once it answers', async () => {
    const seen = join(home, 'seen')
    const code = `
      import { writeFileSync } from 'node:fs'
      const { DCHAT_HOME: home, DCHAT_TUI_THEME: theme = null } = process.env
      writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ args: process.argv.slice(2), home, theme }))`
    const outcome = await start(code, {
      isAnswering: async () => (statSync(seen, { throwIfNoEntry: false })?.size ?? 0) > 0,
    })
    expect(outcome).toEqual({ kind: 'started' })
    const log = join(home, 'state', 'dchatd.log')
    expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual({
      args: ['--home', home, '--log', log],
      home: process.cwd(),
      theme: null,
    })
  })

  it.each(['[log]\nfile = "/tmp/mine.log"\n', 'log = "/tmp/mine.log"\n'])(
    'leaves the log that its user has named: %j',
    async (toml) => {
      const seen = join(home, 'seen')
      writeFileSync(join(home, 'dchatd.toml'), toml)
      const outcome = await start(`
      import { writeFileSync } from 'node:fs'
      writeFileSync(${JSON.stringify(seen)}, JSON.stringify(process.argv.slice(2)))
    `)
      expect(outcome.kind).toBe('failed')
      expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual(['--home', home])
    },
  )

  it('says that there is nothing to run, and that the log cannot be written', async () => {
    const options = { home, paths: dchatPaths({ home }), env: process.env }
    const deps = { clock: new SystemClock(), isAnswering: async () => false }
    const none = await startDchatd({ ...options, program: { command: join(home, 'none'), args: [] } }, deps)
    expect(none).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/^it could not be started: .*ENOENT/u) as string })
    rmSync(join(home, 'state'), { recursive: true })
    writeFileSync(join(home, 'state'), '')
    const unwritable = await startDchatd({ ...options, program: { command: process.execPath, args: [] } }, deps)
    expect(unwritable).toMatchObject({ kind: 'failed', reason: expect.stringContaining('cannot be written') as string })
  })

  it('does not wait for ever', async () => {
    const clock = new ManualClock()
    // It ends when its folder goes, however late it begins.
    const code = `import { existsSync } from 'node:fs'; setInterval(() => existsSync(${JSON.stringify(home)}) || process.exit(), 20)`
    let probes = 0
    const outcome = start(code, { clock, isAnswering: async () => (probes += 1) < 0 })
    for (let isOver = false; !isOver;) {
      await Promise.race([clock.advance(1_000), outcome.then(() => (isOver = true))])
      await new Promise(setImmediate)
    }
    expect(await outcome).toEqual({ kind: 'slow' })
    expect(probes).toBeGreaterThan(5)
    await eventually(() => clock.pendingTimers === 0)
  })
})
