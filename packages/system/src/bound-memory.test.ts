import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { MEMORY_OPTIONS } from './bound-memory.ts'

interface Said {
  readonly pid: number
  readonly options: string[]
  readonly args: string[]
  readonly marked: string
  /** MiB that the heap may have beyond old objects. */
  readonly youngMib: number
}

/** What a program says of itself that bounds its memory before anything else. */
function bounded({ options = [], env = {} }: { options?: string[]; env?: NodeJS.ProcessEnv } = {}): Said & { child: number } {
  const module = new URL('./bound-memory.ts', import.meta.url).href
  const script = `import { boundMemory } from ${JSON.stringify(module)}
    import { getHeapStatistics } from 'node:v8'
    boundMemory()
    const youngMib = getHeapStatistics().heap_size_limit / 2 ** 20 - 256
    const said = { pid: process.pid, options: process.execArgv, args: process.argv.slice(1), marked: process.env.MARK, youngMib }
    console.log(JSON.stringify(said))`
  const started = ['--max-old-space-size=256', ...options, '--input-type=module', '--conditions=@dchat/source', '-e', script]
  // The shell says its own process id and becomes the program.
  const command = ['-c', 'echo $$; exec "$0" "$@"', process.execPath, ...started, 'an argument', '--of=its own']
  const [child, said] = execFileSync('/bin/sh', command, { env: { MARK: 'kept', ...env }, encoding: 'utf8' }).split('\n')
  return { ...(JSON.parse(said!) as Said), child: Number(child) }
}

test('a program starts anew with bounds, as the same process with the same arguments and environment', () => {
  const { pid, child, options, args, marked } = bounded()
  expect(options.slice(0, MEMORY_OPTIONS.length)).toEqual([...MEMORY_OPTIONS])
  expect(pid).toBe(child)
  expect(args).toEqual(['an argument', '--of=its own'])
  expect(marked).toBe('kept')
})

test('the young generation has 24 MiB at most', () => {
  expect(bounded().youngMib).toBe(24)
})

test('what the operator sets holds', () => {
  expect(bounded({ env: { NODE_OPTIONS: '--max-semi-space-size=2' } }).youngMib).toBe(6)
  expect(bounded({ options: ['--max_semi_space_size=2'] }).youngMib).toBe(6)
  const { options } = bounded({ options: ['--heap-growing-percent=20'] })
  expect(options.filter((option) => option.startsWith('--heap-growing-percent'))).toEqual(['--heap-growing-percent=20'])
})

test.each(['dchatd', 'lilith'])('%s bounds its memory', (name) => {
  const launcher = readFileSync(new URL(`../../../apps/${name}/bin/${name}.js`, import.meta.url), 'utf8')
  expect(launcher).toContain('guardProcess({ isDaemon: true })')
})
