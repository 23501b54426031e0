import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const url = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href)

function report(error: string): { stderr: string; status: number | null } {
  const script = `
    import { ConfigError } from ${url('../../config/src/errors.ts')}
    import { FlagError } from ${url('./errors.ts')}
    import { NetError } from '@dchat/net'
    import { reportStartError } from ${url('./start-error.ts')}
    process.exitCode = reportStartError('prog', ${error})`
  const args = ['--conditions=@dchat/source', '--input-type=module', '-e', script]
  return spawnSync(process.execPath, args, { encoding: 'utf8', cwd: new URL('.', import.meta.url) })
}

test('a wrong configuration is one line, whatever stands in the file', () => {
  const data = `{ file: '/f.toml', line: 3, key: 'net.seeds', reason: '"a\\u001b[2J\\nb" is not a URL', hint: 'write another' }`
  const { stderr, status } = report(`new ConfigError('CONFIG_VALUE', ${data})`)
  expect({ stderr, status }).toEqual({
    stderr: 'prog: /f.toml:3: net.seeds: "a␛ b" is not a URL; write another\n',
    status: 2,
  })
})

test('a wrong command line is one line', () => {
  const { stderr, status } = report(`new FlagError('FLAG_UNKNOWN', { flag: '--x', reason: 'unknown flag', hint: 'see --help' })`)
  expect({ stderr, status }).toEqual({ stderr: 'prog: --x: unknown flag; see --help\n', status: 2 })
})

test('a setting that only the node itself finds wrong is one line, with its key', () => {
  const { stderr, status } = report(`new NetError('NET_SETTINGS_INVALID', { key: 'nodeId', reason: 'must be shorter' })`)
  expect({ stderr, status }).toEqual({ stderr: 'prog: node_id: must be shorter\n', status: 2 })
})

test('anything else shows where it happened', () => {
  const { stderr, status } = report(`new TypeError('bug')`)
  expect(stderr).toMatch(/^prog: TypeError: bug\n {4}at /)
  expect(status).toBe(1)
})
